//! The interview in a real terminal, at several widths, in both languages.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "support/terminal.rs"]
mod terminal;

mod support;

use support::shinrai;
use terminal::{CTRL_C, CTRL_D, DOWN, ENTER, ESC, Terminal, UP};

const SMALL: &str = "-r tests/rulebooks/small.toml --today 2026-11-22";

fn small(rows: u16, columns: u16, more: &str) -> Terminal {
    Terminal::start(rows, columns, &format!("{SMALL} {more}"))
}

#[test]
fn an_interview_ends_in_the_checklist_and_the_command_that_repeats_it() {
    let mut terminal = small(60, 80, "--lang en");
    terminal.wait_for("Question 1, at most 4 more");
    terminal.press(&[ENTER]);
    terminal.wait_for("What happened?");
    terminal.press(&[ENTER]);
    terminal.wait_for("Do they want to hear");
    terminal.press(&[ENTER]);
    terminal.wait_for("How large is the harm?");
    terminal.press(&[DOWN, DOWN, ENTER]);
    terminal.wait_for("What have you done");
    terminal.press(&[ENTER]); // ticks the first one
    terminal.wait_for("[x] I said sorry");
    terminal.press(&[DOWN, ENTER]);
    terminal.wait_for("[x] I showed a plan");
    terminal.press(&[DOWN, ENTER]);
    terminal.wait_for("more exact");
    terminal.press(&[ENTER]);
    let screen = terminal.wait_for("This command shows it again");
    assert_eq!(terminal.end(), 0);
    assert!(terminal.shows_cursor());
    assert!(screen.contains("[ ] 2. Apologise to them"), "{screen}");
    let command = screen.rsplit_once("shinrai ").unwrap().1.replace('\n', "");
    assert!(command.contains("-a done=sorry,plan"), "{command}");
    let again = shinrai(&command).text();
    assert!(again.contains("[ ] 2. Apologise to them"), "{again}");
}

/// Moving in a menu draws it anew. Nothing above it may vanish and nothing of it may stay behind: this is where dialoguer,
/// left to itself, erases lines when options are Japanese or wrap.
#[test]
fn moving_in_a_menu_leaves_everything_above_it_alone() {
    for (rows, columns) in [(40, 80), (40, 40), (60, 20)] {
        for language in ["ja", "en"] {
            let mut terminal = small(rows, columns, &format!("--lang {language}"));
            let first = terminal.wait_until("the menu", |screen| screen.contains('>') && screen.contains('!'));
            for keys in [&[DOWN][..], &[DOWN, DOWN], &[UP], &[UP, UP]] {
                terminal.press(keys);
            }
            let wanted = first.clone();
            let now = terminal.wait_until("the first screen again", |screen| screen == wanted);
            assert!(now.starts_with("ABOVE"), "{rows}x{columns} {language}:\n{now}");
            terminal.press(&[CTRL_C]);
            assert_eq!(terminal.end(), 130);
        }
    }
}

#[test]
fn every_question_of_the_built_in_rulebook_is_drawn_cleanly_on_a_narrow_screen() {
    for language in ["ja", "en"] {
        let mut terminal = Terminal::start(60, 40, &format!("--lang {language} --today 2026-11-22"));
        for _ in 0..6 {
            let before = terminal.wait_until("a menu", |screen| screen.lines().any(|line| line.starts_with("> ")));
            terminal.press(&[DOWN, UP]);
            std::thread::sleep(std::time::Duration::from_millis(100));
            let after = terminal.wait_until("the same menu", |screen| screen == before);
            assert_eq!(after.matches("\n> ").count(), 1, "{after}");
            terminal.press(&[ENTER]);
            terminal.wait_until("the next question", |screen| screen != before);
        }
        terminal.press(&[CTRL_C]);
        assert_eq!(terminal.end(), 130);
    }
}

#[test]
fn a_low_screen_shows_pages() {
    let mut terminal = small(12, 40, "--lang ja");
    terminal.wait_for("[Page 1/");
    terminal.press(&[DOWN, DOWN, DOWN]);
    let screen = terminal.wait_for("[Page 2/");
    assert_eq!(screen.matches("[Page").count(), 1, "{screen}");
    terminal.press(&[CTRL_C]);
    terminal.end();
}

#[test]
fn going_back_asks_again_and_esc_never_quits() {
    let mut terminal = small(40, 80, "--lang en");
    terminal.wait_for("Question 1");
    terminal.press(&[ESC]);
    std::thread::sleep(std::time::Duration::from_millis(200));
    terminal.wait_for("Question 1");
    terminal.press(&[ENTER]);
    terminal.wait_for("Question 2");
    terminal.press(&[DOWN, ENTER]);
    terminal.wait_for("Question 3");
    terminal.press(&[ESC]);
    let screen = terminal.wait_until("question 2 again", |screen| {
        screen.contains("Question 2") && screen.contains("> Information got out")
    });
    assert!(!screen.contains("Question 3"), "{screen}");
    terminal.press(&[CTRL_C]);
    assert_eq!(terminal.end(), 130);
}

#[test]
fn why_and_help_answer_and_ask_again() {
    let mut terminal = small(40, 80, "--lang en");
    terminal.wait_for("Question 1");
    terminal.press(&[UP]); // from the first row to the last: help
    terminal.press(&[ENTER]);
    terminal.wait_for("call 000");
    terminal.wait_for("> Back to the question");
    terminal.press(&[ENTER]);
    let screen = terminal.wait_for("Question 1");
    assert!(screen.contains("call 000"), "what was shown stays: {screen}");
    terminal.press(&[UP, UP, ENTER]);
    let screen = terminal.wait_for("Your answer decides about:");
    assert!(screen.contains("* Your safety first"), "{screen}");
    terminal.wait_for("> Back to the question");
    terminal.press(&[ENTER]);
    terminal.wait_for("Question 1");
    terminal.press(&[CTRL_C]);
    terminal.end();
}

#[test]
fn answers_that_cannot_both_be_true_are_asked_back() {
    let mut terminal = small(40, 80, "--lang en -a state=fine -a contact=yes -a harm=small");
    terminal.wait_for("What happened?");
    terminal.press(&[DOWN, ENTER]);
    terminal.wait_for("can't be called small yet");
    terminal.wait_for("What happened?");
    terminal.press(&[ESC]); // what was given beforehand can be changed, too
    terminal.wait_for("How large is the harm?");
    terminal.press(&[CTRL_C]);
    terminal.end();
}

#[test]
fn a_stop_gate_ends_the_interview_at_once() {
    let mut terminal = small(40, 80, "--lang ja");
    terminal.wait_for("1問目");
    terminal.press(&[DOWN, DOWN, ENTER]);
    let screen = terminal.wait_for("電話 000");
    assert_eq!(terminal.end(), 0);
    assert!(screen.contains("!! 安全が先"), "{screen}");
}

#[test]
fn ctrl_c_puts_the_terminal_right_and_shows_how_to_go_on() {
    for presses in [0, 1] {
        let mut terminal = small(40, 100, "--lang en");
        terminal.wait_for("Question 1");
        for _ in 0..presses {
            terminal.press(&[ENTER]);
            terminal.wait_for("Question 2");
        }
        terminal.press(&[CTRL_C]);
        assert_eq!(terminal.end(), 130);
        let screen = terminal.wait_for("This command continues");
        assert!(terminal.shows_cursor());
        assert_eq!(screen.contains("-a state=fine"), presses == 1, "{screen}");
    }
}

#[test]
fn other_signals_end_it_with_their_own_code() {
    use rustix::process::Signal;
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129)] {
        let mut terminal = small(40, 80, "--lang en");
        terminal.wait_for("Question 1");
        terminal.signal(signal);
        assert_eq!(terminal.end(), code);
        assert!(terminal.shows_cursor());
    }
}

#[test]
fn after_a_resize_the_next_question_is_drawn_right() {
    let mut terminal = small(40, 80, "--lang en");
    terminal.wait_for("Question 1");
    terminal.resize(40, 44);
    terminal.press(&[ENTER]);
    let before = terminal.wait_for("Question 2");
    terminal.press(&[DOWN, UP]);
    std::thread::sleep(std::time::Duration::from_millis(100));
    terminal.wait_until("the same question", |screen| screen == before);
    terminal.press(&[CTRL_C]);
    terminal.end();
}

#[test]
fn a_plain_terminal_gets_a_numbered_list() {
    for (arguments, variables) in [("--plain", &[][..]), ("", &[("TERM", "dumb")]), ("", &[("LC_ALL", "ja_JP.SJIS")])] {
        let mut terminal = Terminal::start_with(60, 80, &format!("{SMALL} --lang ja {arguments}"), variables);
        terminal.wait_for("1) 普段どおり");
        terminal.press(&["１\r"]);
        terminal.wait_for("2問目");
        terminal.press(&["late\r"]);
        terminal.wait_for("3問目");
        terminal.press(&["<\r"]);
        terminal.wait_until("question 2 twice", |screen| screen.matches("2問目").count() == 2);
        terminal.press(&["99\r"]);
        terminal.wait_for("番号を入れてください");
        terminal.press(&["？\r"]);
        terminal.wait_for("この答えで、次のことが決まります");
        terminal.press(&[CTRL_D]);
        assert_eq!(terminal.end(), 2);
        let screen = terminal.text();
        assert!(
            screen.contains("  shinrai diagnose -a state=fine"),
            "the command stands on a line of its own: {screen}"
        );
        assert!(!screen.contains("[Page"), "{screen}");
    }
}

#[test]
fn nobody_is_asked_through_a_pipe() {
    let output = shinrai(&format!("{SMALL} -a state=fine")).input("1\n1\n1\n").run();
    assert_eq!(output.code, Some(2), "{output}");
}

#[test]
fn going_back_from_the_details_asks_what_became_open() {
    let mut terminal = small(60, 80, "--lang en -a state=fine -a contact=yes -a harm=grave -a done=");
    terminal.wait_for("What happened?");
    terminal.press(&[DOWN, DOWN, DOWN, ENTER]); // something else: nothing more depends on it
    terminal.wait_for("more exact");
    terminal.press(&[DOWN, ENTER]);
    terminal.wait_for("How was the relation before?");
    terminal.press(&[ESC]);
    terminal.wait_for("What happened?");
    terminal.press(&[UP, UP, UP, ENTER]);
    terminal.wait_for("How was the relation before?");
    terminal.press(&[ENTER]);
    let screen = terminal.wait_for("This command shows it again");
    assert!(screen.contains("Apologise to them"), "{screen}");
    assert_eq!(terminal.end(), 0);
}
