//! The interview in a real terminal: what a person sees, at several widths, in both languages.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "support/terminal.rs"]
mod terminal;

mod support;

use std::fs;
use std::time::Duration;

use rustix::process::Signal;
use support::{folder, shinrai};
use terminal::{CTRL_C, CTRL_D, CTRL_Z, DOWN, ENTER, ESC, LEFT, RIGHT, Terminal, UP, squeezed};

const SMALL: &str = "-r tests/rulebooks/small.toml --today 2026-11-22";

/// Screens of three widths, each high enough for a whole menu.
const SIZES: [(u16, u16); 3] = [(50, 80), (60, 40), (80, 20)];

fn small(rows: u16, columns: u16, more: &str) -> Terminal {
    Terminal::start(rows, columns, &format!("{SMALL} {more}"))
}

/// What the rows and screens of the small rulebook say.
#[derive(Clone, Copy)]
struct Say {
    language: &'static str,
    first: &'static str,
    second: &'static str,
    fine: &'static str,
    late: &'static str,
    leak: &'static str,
    yes: &'static str,
    grave: &'static str,
    dont_know: &'static str,
    sorry: &'static str,
    plan: &'static str,
    that_is_all: &'static str,
    none: &'static str,
    back: &'static str,
    why: &'static str,
    whether: &'static str,
    safety: &'static str,
    help: &'static str,
    line: &'static str,
    to_the_question: &'static str,
    right: &'static str,
    show: &'static str,
    more: &'static str,
    relation: &'static str,
    poor: &'static str,
    next: &'static str,
    finish: &'static str,
    apologise: &'static str,
    mediator: &'static str,
    find_out: &'static str,
    interrupted: &'static str,
}

const EN: Say = Say {
    language: "en",
    first: "Question 1, at most 4 more",
    second: "Question 2, at most 3 more",
    fine: "As usual",
    late: "A deadline was missed",
    leak: "Information got out",
    yes: "Yes",
    grave: "Grave",
    dont_know: "I don't know",
    sorry: "[ ] I said sorry",
    plan: "[ ] I showed a plan",
    that_is_all: "Go on with these",
    none: "None of these",
    back: "< Back to the previous question",
    why: "? Why is this asked?",
    whether: "Your answer shows which of these apply:",
    safety: "* Your safety first",
    help: "! I need help now",
    line: "call 000",
    to_the_question: "Press Enter to go back.",
    right: "Please check your answers.",
    show: "Show me the list",
    more: "+ Answer a few more",
    relation: "How was the relation before?",
    poor: "Poor",
    next: "What next?",
    finish: "Close",
    apologise: "Apologise to them",
    mediator: "Ask somebody to mediate",
    find_out: "Find out how large the harm is",
    interrupted: "Stopped here.",
};

const JA: Say = Say {
    language: "ja",
    first: "1問目（残り最大4問）",
    second: "2問目（残り最大3問）",
    fine: "普段どおり",
    late: "納期に遅れた",
    leak: "情報が漏れた",
    yes: "望んでいる",
    grave: "深刻",
    dont_know: "わからない",
    sorry: "[ ] 謝った",
    plan: "[ ] 計画を示した",
    that_is_all: "これで次へ",
    none: "どれでもない",
    back: "< 前の質問に戻る",
    why: "? なぜこれを尋ねるのですか",
    whether: "この答えで、次のうちどれが当てはまるかがわかります。",
    safety: "* 安全が先",
    help: "! いますぐ助けがほしい",
    line: "電話 000",
    to_the_question: "Enter で戻ります。",
    right: "答えを確かめてください。",
    show: "一覧を見る",
    more: "+ もう少し答える",
    relation: "それまでの関係はどうでしたか。",
    poor: "よくなかった",
    next: "次はどうしますか。",
    finish: "閉じる",
    apologise: "相手に謝る",
    mediator: "間に入ってくれる人を頼む",
    find_out: "影響の大きさを確かめる",
    interrupted: "ここで止めました。",
};

/// Tries something in both languages, at three widths.
fn on_every_screen(try_it: impl Fn(Terminal, Say)) {
    for say in [EN, JA] {
        for (rows, columns) in SIZES {
            try_it(small(rows, columns, &format!("--lang {}", say.language)), say);
        }
    }
}

/// Waits for a sentence, wherever its lines are broken.
fn see(terminal: &Terminal, sentence: &str) -> String {
    terminal.wait_until(&format!("`{sentence}`"), |screen| squeezed(screen).contains(&squeezed(sentence)))
}

/// The command that is shown last.
fn command_shown(terminal: &Terminal) -> String {
    let screen = terminal.everything();
    let (_, command) = screen.rsplit_once("shinrai diagnose").expect(&screen);
    command.lines().next().unwrap().to_owned()
}

fn quit(mut terminal: Terminal) {
    terminal.press(&[CTRL_C]);
    assert_eq!(terminal.end(), 130);
    assert!(terminal.shows_cursor() && terminal.is_as_before());
}

#[test]
fn an_interview_ends_in_the_checklist_and_the_command_that_repeats_it() {
    on_every_screen(|mut terminal, say| {
        see(&terminal, say.first);
        terminal.choose(say.fine);
        see(&terminal, say.second);
        terminal.choose(say.late);
        terminal.choose(say.yes);
        terminal.choose(say.dont_know);
        terminal.choose(say.sorry);
        see(&terminal, &say.sorry.replace("[ ]", "> [x]"));
        terminal.choose(say.plan);
        see(&terminal, &say.plan.replace("[ ]", "> [x]"));
        terminal.choose(say.that_is_all);
        see(&terminal, say.right);
        terminal.choose(say.show);
        see(&terminal, say.next);
        terminal.choose(say.finish);
        assert_eq!(terminal.end(), 0);
        assert!(terminal.shows_cursor());
        let seen = squeezed(&terminal.everything());
        for line in [say.apologise, say.find_out] {
            assert!(seen.contains(&squeezed(line)), "{line}\n{seen}");
        }
        let command = command_shown(&terminal);
        for answer in ["-a event=late", "-a 'harm=?'", "-a done=sorry,plan"] {
            assert!(squeezed(&command).contains(&squeezed(answer)), "{answer}\n{command}");
        }
        let again = shinrai(&command.replace('\'', "")).text();
        assert!(again.contains(say.apologise) && again.contains(say.find_out), "{again}");
    });
}

/// Moving in a menu draws it anew. Nothing above it may vanish and nothing of it may stay behind: this is where dialoguer,
/// left to itself, erases lines when options are Japanese or wrap.
#[test]
fn moving_in_a_menu_leaves_everything_above_it_alone() {
    on_every_screen(|mut terminal, say| {
        let first = see(&terminal, say.help);
        for keys in [&[DOWN][..], &[DOWN, DOWN], &[UP], &[UP, UP]] {
            terminal.press(keys);
        }
        let now = terminal.wait_until("the first screen again", |screen| screen == first);
        assert!(now.starts_with("ABOVE"), "{}:\n{now}", say.language);
        quit(terminal);
    });
}

#[test]
fn every_question_of_the_built_in_rulebook_is_drawn_cleanly() {
    for (rows, columns) in [(60, 40), (24, 80)] {
        for language in ["ja", "en"] {
            let mut terminal = Terminal::start(rows, columns, &format!("--lang {language} --today 2026-11-22"));
            for _ in 0..9 {
                let before = terminal.settled("a menu", |screen| screen.lines().any(|line| line.starts_with("> ")));
                terminal.press(&[DOWN, UP]);
                terminal.wait_until("the same menu", |screen| screen == before);
                let marked = before.lines().filter(|line| line.starts_with("> ")).count();
                assert_eq!(marked, 1, "{before}");
                assert!(before.contains("! "), "help can be seen: {before}");
                terminal.press(&[ENTER]);
                terminal.wait_until("the next question", |screen| screen != before);
            }
            quit(terminal);
        }
    }
}

#[test]
fn a_low_screen_shows_pages() {
    for (say, page) in [(EN, "Page #/2 (left, right). Enter chooses."), (JA, "#/2ページ（左右の矢印）。Enter で決定")]
    {
        let mut terminal = small(9, 40, &format!("--lang {}", say.language));
        let first = see(&terminal, &page.replace('#', "1"));
        assert!(!first.contains(say.help), "{first}");
        terminal.press(&[RIGHT]);
        let second = see(&terminal, &page.replace('#', "2"));
        assert!(second.contains(say.help), "{second}");
        terminal.press(&[LEFT]);
        terminal.wait_until("the first page again", |screen| screen == first);
        terminal.press(&[UP]); // from the first row to the last
        let last = see(&terminal, &page.replace('#', "2"));
        assert!(last.contains(&format!("> {}", say.help)), "{last}");
        quit(terminal);
    }
}

#[test]
fn a_tiny_screen_gets_a_numbered_list() {
    for (rows, columns) in [(3, 80), (20, 12)] {
        let mut terminal = small(rows, columns, "--lang en");
        terminal.wait_for("Number>");
        terminal.enter("1");
        terminal.wait_until("the second question", |screen| {
            screen.ends_with("Number>") && !screen.contains("> 1") || screen.contains("What")
        });
        quit(terminal);
    }
}

#[test]
fn going_back_keeps_the_later_answers_and_esc_never_quits() {
    on_every_screen(|mut terminal, say| {
        see(&terminal, say.first);
        terminal.press(&[ESC]); // nothing to go back to
        std::thread::sleep(Duration::from_millis(500));
        see(&terminal, say.first);
        terminal.choose(say.fine);
        terminal.choose(say.late);
        terminal.choose(say.yes);
        terminal.choose(say.grave);
        see(&terminal, say.sorry);
        terminal.press(&[ESC]);
        see(&terminal, &format!("> {}", say.grave));
        terminal.choose(say.back);
        see(&terminal, &format!("> {}", say.yes));
        terminal.press(&[ESC]);
        see(&terminal, &format!("> {}", say.late));
        terminal.choose(say.leak);
        // What was answered behind it stays answered.
        see(&terminal, say.sorry);
        terminal.choose(say.none);
        let screen = see(&terminal, say.right);
        assert!(squeezed(&screen).contains(&squeezed(say.leak)), "{screen}");
        assert!(!squeezed(&screen).contains(&format!("What happened?->{}", say.late)), "{screen}");
        quit(terminal);
    });
}

#[test]
fn why_and_help_answer_and_ask_again() {
    on_every_screen(|mut terminal, say| {
        see(&terminal, say.first);
        terminal.choose(say.help);
        see(&terminal, say.line);
        see(&terminal, say.to_the_question);
        terminal.press(&[ENTER]);
        let screen = see(&terminal, say.first);
        assert!(squeezed(&screen).contains(&squeezed(say.line)), "what was shown stays: {screen}");
        terminal.choose(say.why);
        see(&terminal, say.whether);
        see(&terminal, say.safety);
        see(&terminal, say.to_the_question);
        terminal.press(&[ESC]);
        see(&terminal, say.first);
        quit(terminal);
    });
}

#[test]
fn an_answer_is_changed_in_the_review_and_after_the_list() {
    on_every_screen(|mut terminal, say| {
        for row in [say.fine, say.late, say.yes, say.grave, say.none] {
            terminal.choose(row);
        }
        see(&terminal, say.right);
        let (harm, large) = match say.language {
            "en" => ("How large is the harm?", "Large"),
            _ => ("影響はどのくらいですか。", "大きい"),
        };
        terminal.choose(harm);
        see(&terminal, &format!("> {}", say.grave));
        terminal.choose(large);
        see(&terminal, &format!("{harm} -> {large}").replace("->", if say.language == "en" { "->" } else { "→" }));
        terminal.choose(say.show);
        see(&terminal, say.next);
        terminal.press(&[ESC]); // back is never the end
        see(&terminal, say.right);
        terminal.choose(harm);
        terminal.choose(say.grave);
        terminal.choose(say.show);
        see(&terminal, say.next);
        terminal.choose(say.finish);
        assert_eq!(terminal.end(), 0);
        let command = squeezed(&command_shown(&terminal));
        assert!(command.contains("harm=grave") && !command.contains("--partial"), "{command}");
    });
}

#[test]
fn details_are_asked_when_they_are_wanted() {
    on_every_screen(|mut terminal, say| {
        for row in [say.fine, say.late, say.yes, say.grave, say.none] {
            terminal.choose(row);
        }
        terminal.choose(say.more);
        see(&terminal, say.relation);
        terminal.choose(say.poor);
        let screen = see(&terminal, say.right);
        assert!(!screen.contains(say.more), "nothing more can be asked: {screen}");
        terminal.choose(say.show);
        see(&terminal, say.next);
        let list = terminal.everything();
        assert!(squeezed(&list).contains(&squeezed(say.mediator)), "{list}");
        quit(terminal);
    });
}

#[test]
fn going_back_from_the_details_asks_what_became_open() {
    let mut terminal = small(60, 80, "--lang en -a state=fine -a contact=yes -a harm=grave -a done=");
    terminal.wait_for("What happened?");
    terminal.choose("Something else"); // nothing more depends on it
    terminal.choose("+ Answer a few more");
    terminal.wait_for("How was the relation before?");
    terminal.press(&[ESC]);
    terminal.wait_for("> Something else");
    terminal.choose("A deadline was missed");
    terminal.wait_for("How was the relation before?");
    terminal.choose("= Stop here and check my answers");
    terminal.choose("Show me the list");
    terminal.wait_for("What next?");
    let list = terminal.everything();
    assert!(list.contains("Apologise to them") && list.contains("Not asked, so assumed"), "{list}");
    quit(terminal);
}

#[test]
fn of_answers_that_cannot_both_be_true_either_can_be_changed() {
    for (say, rule, keep, again, harm) in [
        (
            EN,
            "can't be called small yet",
            "Keep \"Information got out\"",
            "Choose this answer again",
            "How large is the harm?",
        ),
        (
            JA,
            "影響はまだ小さいとは言えません",
            "「情報が漏れた」のままで",
            "いまの答えを選び直す",
            "影響はどのくらいですか。",
        ),
    ] {
        let mut terminal =
            small(50, 80, &format!("--lang {} -a state=fine -a contact=yes -a harm=small", say.language));
        terminal.choose(say.leak);
        see(&terminal, rule);
        terminal.choose(again);
        terminal.wait_until("the question again", |screen| screen.contains(&format!("> {}", say.late)));
        terminal.choose(say.leak);
        see(&terminal, rule);
        terminal.choose(keep);
        see(&terminal, harm);
        terminal.choose(say.grave);
        terminal.choose(say.none);
        terminal.choose(say.show);
        see(&terminal, say.next);
        terminal.choose(say.finish);
        assert_eq!(terminal.end(), 0);
        let command = command_shown(&terminal);
        assert!(command.contains("event=leak") && command.contains("harm=grave"), "{command}");
    }
}

#[test]
fn a_stop_gate_ends_the_interview_at_once_and_a_slip_can_be_taken_back() {
    for (say, unsafe_, gate, change, calm) in [
        (EN, "I may not be safe", "Your safety first", "< Change an answer", "There is no hurry."),
        (JA, "安全でいられるか不安", "安全が先", "< 答えを直す", "急がなくて大丈夫です。"),
    ] {
        let mut terminal = small(40, 80, &format!("--lang {}", say.language));
        see(&terminal, say.first);
        terminal.choose(unsafe_);
        let screen = see(&terminal, calm);
        assert!(screen.contains(gate) && screen.contains(say.line), "{screen}");
        assert!(!screen.contains("shinrai diagnose"), "nothing to keep in a shell's history: {screen}");
        terminal.choose(change);
        see(&terminal, &format!("> {unsafe_}"));
        terminal.choose(say.fine);
        see(&terminal, say.second);
        terminal.press(&[ESC]);
        terminal.choose(unsafe_);
        see(&terminal, calm);
        terminal.choose(say.finish);
        assert_eq!(terminal.end(), 0);
    }
}

/// A copy to hand on tells nothing of the person, but the person is told at once.
#[test]
fn somebody_in_danger_sees_help_before_anything_else_whatever_was_asked_for() {
    for redirected in ["--redact", "-f ics > /dev/null"] {
        let mut terminal = Terminal::shell(40, 100);
        terminal.enter(&format!("clear; shinrai {SMALL} --lang en {redirected}"));
        terminal.wait_for("> As usual");
        terminal.choose("I may not be safe");
        let screen = terminal.wait_for("call 000");
        assert!(screen.contains("Your safety first"), "{screen}");
        assert!(!screen.contains("read it before"), "{screen}");
        terminal.press(&[CTRL_C]);
        terminal.enter("exit");
        terminal.end();
    }
}

#[test]
fn what_is_done_is_marked_and_the_list_is_saved() {
    let folder = folder();
    let path = folder.path().join("list.txt");
    let path = path.to_str().unwrap();
    let mut terminal = small(60, 120, "--lang en -a state=fine -a contact=yes -a harm=grave -a event=late");
    terminal.choose("None of these");
    terminal.choose("Show me the list");
    terminal.wait_for("What next?");
    terminal.choose("x Mark what is done");
    terminal.choose("[ ] Tell your boss the facts");
    terminal.choose("Use these marks");
    let screen =
        terminal.wait_until("the new list", |screen| screen.contains("Done already") && screen.contains("What next?"));
    assert!(screen.contains("[ ] 1. Apologise to them") && screen.contains("[x] Tell your boss"), "{screen}");
    terminal.choose("+ Save it to a file");
    for (name, word) in [
        ("list.pdf", "names no format"),
        ("no such folder/list.txt", "there is no folder"),
        ("tests", "it is a folder"),
        ("a\u{1b}[Bb", "cannot be a name"),
    ] {
        terminal.wait_for("Type the name of a file");
        terminal.enter(name);
        terminal.wait_for(word);
    }
    terminal.enter(path);
    terminal.wait_for(&format!("Saved in `{path}`"));
    terminal.wait_for("What next?");
    assert!(fs::read_to_string(path).unwrap().contains("[x] Tell your boss"));
    fs::write(path, "mine").unwrap();
    terminal.choose("+ Save it to a file");
    terminal.enter(path);
    terminal.wait_for("exists already");
    terminal.choose("< Another name");
    terminal.wait_for("Type the name of a file");
    terminal.enter("");
    terminal.choose("+ Save it to a file");
    terminal.enter("");
    terminal.choose("Close");
    assert_eq!(terminal.end(), 0);
    assert_eq!(fs::read_to_string(path).unwrap(), "mine");
    let command = command_shown(&terminal);
    assert!(command.contains("--done tell"), "{command}");
    assert!(shinrai(&command).text().contains("[x] Tell your boss"));
}

#[test]
fn ctrl_c_puts_the_terminal_right_and_the_command_it_shows_goes_on() {
    on_every_screen(|mut terminal, say| {
        see(&terminal, say.first);
        terminal.choose(say.fine);
        terminal.choose(say.late);
        terminal.choose(say.yes);
        see(&terminal, say.grave);
        terminal.press(&[CTRL_C]);
        assert_eq!(terminal.end(), 130);
        see(&terminal, say.interrupted);
        assert!(terminal.shows_cursor());
        let mut terminal = Terminal::start(50, 80, &command_shown(&terminal));
        see(&terminal, say.grave);
        terminal.choose(say.grave);
        terminal.choose(say.none);
        terminal.choose(say.show);
        see(&terminal, say.next);
        assert!(terminal.everything().contains(say.apologise));
        quit(terminal);
    });
}

#[test]
fn ctrl_c_at_the_first_question_and_after_the_list() {
    let mut terminal = small(40, 80, "--lang en --plain");
    terminal.wait_for("Question 1");
    terminal.press(&[CTRL_C]);
    assert_eq!(terminal.end(), 130);
    assert!(terminal.text().contains("  shinrai diagnose --rulebook"), "{}", terminal.text());
    let mut terminal = small(40, 80, "--lang en -o /dev/null --save-case mine -f json -a state=fine");
    terminal.wait_for("What happened?");
    terminal.press(&[CTRL_C]);
    assert_eq!(terminal.end(), 130);
    let command = command_shown(&terminal);
    assert!(command.ends_with("--format json --output /dev/null --save-case mine"), "{command}");
    let mut terminal = small(40, 80, "--lang en -a state=fine -a contact=no -a event=late");
    terminal.choose("None of these");
    terminal.choose("Show me the list");
    terminal.wait_for("What next?");
    terminal.press(&[CTRL_C]);
    assert_eq!(terminal.end(), 130);
    terminal.wait_for("If you want this list again");
    assert!(terminal.shows_cursor());
}

#[test]
fn answers_are_saved_with_the_list_however_it_is_left() {
    let folder = folder();
    let path = folder.path().join("answers.toml");
    let flags = format!("--lang en -a state=fine -a contact=no -a event=late --save {}", path.display());
    let mut terminal = small(40, 100, &flags);
    terminal.choose("None of these");
    assert!(!path.exists());
    terminal.choose("Show me the list");
    terminal.wait_for("What next?");
    terminal.wait_for("Your answers are saved in");
    terminal.press(&[CTRL_C]);
    assert_eq!(terminal.end(), 130);
    assert!(fs::read_to_string(path).unwrap().contains("event = \"late\""));
}

#[test]
#[cfg(target_os = "linux")] // which has a file that is always full
fn answers_that_cannot_be_saved_are_not_lost() {
    let mut terminal = small(40, 100, "--lang en -a state=fine -a contact=no -a event=late --save /dev/full");
    terminal.choose("None of these");
    terminal.choose("Show me the list");
    terminal.wait_for("If you want this list again");
    assert_eq!(terminal.end(), 4);
    assert!(command_shown(&terminal).contains("-a event=late"));
}

#[test]
fn other_signals_end_it_with_their_own_code() {
    for plain in ["", "--plain"] {
        for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::QUIT, 131)] {
            let mut terminal = small(40, 80, &format!("--lang en {plain}"));
            terminal.wait_for("Question 1");
            terminal.signal(signal);
            assert_eq!(terminal.end(), code);
            terminal.wait_for("Stopped here.");
            assert!(terminal.shows_cursor());
        }
    }
}

/// A signal can come while a menu is being drawn: whatever is still drawn then must not undo what was put right.
#[test]
fn a_signal_during_a_drawing_leaves_the_terminal_right() {
    for attempt in 0..60 {
        let mut terminal = small(30, 50, "--lang en");
        terminal.wait_for("> As usual");
        terminal.press_at_once(if attempt % 2 == 0 { &[ENTER] } else { &[DOWN, DOWN, DOWN] });
        std::thread::sleep(Duration::from_micros(150 * (attempt % 20)));
        terminal.signal(if attempt % 3 == 0 { Signal::HUP } else { Signal::TERM });
        assert_eq!(terminal.end(), if attempt % 3 == 0 { 129 } else { 143 });
        terminal.wait_for("shinrai diagnose"); // what was written last may not have been read yet
        assert!(terminal.is_as_before() && terminal.shows_cursor(), "{attempt}");
    }
}

#[test]
fn a_program_that_waits_for_json_gets_it_also_when_a_signal_ends_the_interview() {
    let folder = folder();
    let path = folder.path().join("out");
    let mut terminal = Terminal::shell(40, 100);
    terminal.enter(&format!("shinrai {SMALL} --lang en -f json > {}", path.display()));
    terminal.wait_for("> As usual");
    terminal.press(&[CTRL_C]);
    terminal.wait_for("Stopped here");
    terminal.enter("exit");
    terminal.end();
    let printed: serde_json::Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(printed["error"]["kind"], "interrupted");
}

#[test]
fn a_closed_window_ends_it() {
    for plain in ["", "--plain"] {
        let arguments = format!("{SMALL} --lang en {plain}");
        assert_eq!(terminal::close_the_window(&arguments, "Question 1"), 129);
    }
}

#[test]
fn a_pause_puts_the_terminal_right_and_the_question_comes_back() {
    for plain in ["", "--plain"] {
        let mut terminal = Terminal::shell(40, 100);
        terminal.enter(&format!("shinrai {SMALL} --lang en {plain}"));
        terminal.wait_for("I need help now");
        if plain.is_empty() {
            terminal.press(&[DOWN]);
            terminal.wait_for("> I have not slept");
        }
        terminal.press(&[CTRL_Z]);
        terminal.wait_for("Stopped");
        assert!(terminal.shows_cursor());
        terminal.enter("stty -a | tr ';' '\\n' | grep -o -e '-*icanon' -e '-*echo ' -e '-*isig'");
        let screen = terminal.wait_for("icanon");
        assert!(!screen.contains("-icanon") && !screen.contains("-echo "), "{screen}");
        terminal.enter("clear; fg");
        let screen = terminal.wait_for("I need help now");
        assert_eq!(screen.matches("How are you?").count(), 1, "{screen}");
        if plain.is_empty() {
            terminal.press(&[UP]);
            let screen = terminal.wait_for("> As usual");
            assert_eq!(screen.matches("How are you?").count(), 1, "{screen}");
            terminal.press(&[ENTER]);
        } else {
            terminal.enter("1");
        }
        terminal.wait_for("What happened?");
        terminal.press(&[CTRL_C]);
        terminal.wait_for("Stopped here.");
        terminal.enter("exit");
        terminal.end();
    }
}

/// The bytes of an arrow key may come one by one over a slow line; a menu takes the first for Esc.
#[test]
fn a_slow_line_does_not_turn_an_arrow_into_going_back() {
    let mut terminal = small(40, 80, "--lang en -a state=fine");
    terminal.wait_for("> A deadline was missed");
    for (key, marked) in
        [(DOWN, "> Information got out"), (DOWN, "> Too little was said"), (UP, "> Information got out")]
    {
        terminal.press_slowly(key, Duration::from_millis(120));
        let screen = terminal.wait_for(marked);
        assert!(screen.contains("What happened?") && !screen.contains("later answers"), "{screen}");
    }
    terminal.press(&[ESC, DOWN]); // an arrow right behind Esc is for the question before
    terminal.wait_for("How are you?");
    terminal.wait_for("> I have not slept");
    quit(terminal);
}

#[test]
fn after_a_resize_the_next_drawing_is_right() {
    for say in [EN, JA] {
        for (rows, columns, wanted) in [(40, 30, 30), (40, 44, 44), (40, 100, 100), (12, 60, 60)] {
            let mut terminal = small(40, 80, &format!("--lang {} -a state=fine", say.language));
            see(&terminal, say.late);
            terminal.resize(rows, columns);
            terminal.press(&[DOWN]);
            let screen = see(&terminal, &format!("> {}", say.leak));
            let mut fresh = small(rows, wanted, &format!("--lang {} -a state=fine", say.language));
            see(&fresh, say.late);
            fresh.press(&[DOWN]);
            let wanted = see(&fresh, &format!("> {}", say.leak));
            assert_eq!(menu_of(&screen), menu_of(&wanted));
            assert_eq!(screen.trim_start(), menu_of(&screen), "nothing stale stands above it");
            terminal.resize(40, 70);
            terminal.press(&[ENTER]);
            let screen = see(&terminal, say.sorry);
            assert_eq!(screen.matches("\n> ").count(), 1, "{screen}");
            quit(terminal);
            quit(fresh);
        }
    }
}

#[test]
fn a_menu_is_drawn_anew_as_soon_as_the_window_has_another_size() {
    for say in [EN, JA] {
        let mut terminal = small(30, 80, &format!("--lang {} -a state=fine", say.language));
        terminal.choose(say.late);
        see(&terminal, &format!("> {}", say.yes));
        terminal.press(&[DOWN]);
        for (rows, columns) in [(30, 40), (12, 60), (40, 100)] {
            let before = terminal.text();
            terminal.resize(rows, columns);
            terminal.wait_until("a new drawing", |screen| screen != before && screen.ends_with(say.help));
            let screen = terminal.text();
            assert_eq!(screen.matches("\n> ").count(), 1, "{screen}");
            assert!(!screen.contains(&format!("> {}", say.yes)), "the second row is still marked: {screen}");
        }
        quit(terminal);
    }
}

/// The menu on a screen: from the line that says where one is.
fn menu_of(screen: &str) -> &str {
    let start = screen.find("Question 2").or_else(|| screen.find("2問目")).unwrap();
    &screen[start..]
}

#[test]
fn a_plain_terminal_gets_a_numbered_list() {
    for (arguments, variables) in [("--plain", &[][..]), ("", &[("TERM", "dumb")]), ("", &[("LC_ALL", "ja_JP.SJIS")])] {
        let mut terminal = Terminal::start_with(60, 80, &format!("{SMALL} --lang ja {arguments}"), variables);
        terminal.wait_for("1) 普段どおり");
        terminal.enter("１");
        terminal.wait_for("2問目");
        terminal.enter("late");
        terminal.wait_for("3問目");
        terminal.enter("＜");
        terminal.wait_until("question 2 twice", |screen| screen.matches("2問目").count() == 2);
        terminal.enter("99");
        terminal.wait_for("番号を1つ入れてください");
        terminal.enter("？");
        terminal.wait_for("当てはまるかがわかります");
        terminal.press(&[CTRL_D]);
        assert_eq!(terminal.end(), 2);
        let screen = terminal.text();
        assert!(
            screen.contains("  shinrai diagnose -a state=fine"),
            "the command stands on a line of its own: {screen}"
        );
    }
}

#[test]
fn a_whole_interview_by_number_option_and_text() {
    for say in [EN, JA] {
        for columns in [80, 40] {
            let mut terminal = small(60, columns, &format!("--plain --lang {}", say.language));
            see(&terminal, say.fine);
            terminal.enter("　１　");
            terminal.enter("LATE");
            terminal.enter(say.yes);
            terminal.enter("-"); // don't know
            see(&terminal, &say.sorry["[ ] ".len()..]);
            terminal.enter("１、２");
            see(&terminal, say.right);
            terminal.enter("harm");
            terminal.enter("３");
            terminal.enter("=");
            see(&terminal, say.next);
            terminal.press(&[CTRL_D]); // nothing more is wanted
            assert_eq!(terminal.end(), 0);
            let command = squeezed(&command_shown(&terminal));
            assert!(command.contains("-aharm=grave-adone=sorry,plan"), "{command}");
        }
    }
}

#[test]
fn the_end_of_the_input_in_the_review_shows_the_list() {
    let mut terminal = small(60, 80, "--plain --lang en -a state=fine -a contact=no -a event=late");
    terminal.enter("none of these");
    terminal.wait_for("Please check your answers.");
    terminal.press(&[CTRL_D]);
    terminal.wait_for("What next?");
    terminal.press(&[CTRL_D]);
    assert_eq!(terminal.end(), 0);
    terminal.wait_for("Tell your boss the facts");
}

#[test]
fn nobody_is_asked_without_a_terminal_on_both_ends() {
    let output = shinrai(&format!("{SMALL} -a state=fine")).input("1\n1\n1\n").run();
    assert_eq!(output.code, Some(2), "{output}");
    let mut terminal = Terminal::shell(50, 100);
    let unanswered = "still need an answer";
    for redirected in
        ["< /dev/null", "2> /dev/null", "< /dev/null > /dev/null", "2>&1 < /dev/null | cat", "<&-", "2>&-"]
    {
        terminal.enter(&format!("clear; shinrai {SMALL} --lang en -a state=fine {redirected}; echo code $?"));
        let screen = terminal.wait_until("the end", |screen| screen.contains("code 0") || screen.contains("code 2"));
        let is_piped = redirected.contains('|');
        assert!(screen.contains(if is_piped { "code 0" } else { "code 2" }), "{redirected}: {screen}");
        assert_eq!(screen.contains(unanswered), !redirected.contains("2>") || is_piped, "{redirected}: {screen}");
        assert!(!screen.contains("What happened?\n>"), "{redirected}: {screen}");
    }
}

#[test]
fn a_list_that_goes_to_a_file_or_a_pipe_is_written_once() {
    let folder = folder();
    let path = folder.path().join("out");
    let path = path.display();
    for (redirected, more) in [(format!("> {path}"), ""), (format!("| cat > {path}"), ""), (String::new(), "-o")] {
        let to_file = if more.is_empty() { String::new() } else { format!("-o {path} -f text") };
        let mut terminal = Terminal::shell(50, 100);
        terminal.enter(&format!("shinrai {SMALL} --lang en -a state=fine -a contact=no {to_file} {redirected}"));
        terminal.wait_for("What happened?");
        terminal.choose("A deadline was missed");
        terminal.choose("None of these");
        terminal.choose("Show me the list");
        let screen = terminal.wait_for("If you want this list again");
        assert!(!screen.contains("What next?") && !screen.contains("Small rulebook"), "{screen}");
        terminal.enter("exit");
        terminal.end();
        let list = fs::read_to_string(folder.path().join("out")).unwrap();
        assert_eq!(list.matches("Small rulebook").count(), 1, "{list}");
        assert!(!list.contains('\u{1b}'), "{list}");
    }
}

#[test]
fn the_screens_in_the_readmes_are_real() {
    for (readme, language) in [("README.md", "en"), ("README.ja.md", "ja")] {
        let text = fs::read_to_string(support::here(readme)).unwrap();
        let (_, rest) = text.split_once(&format!("$ shinrai --lang {language}\n")).unwrap();
        let (wanted, _) = rest.split_once("\n```").unwrap();
        let terminal = Terminal::start(30, 80, &format!("--lang {language}"));
        terminal.wait_until(readme, |screen| screen.strip_prefix("ABOVE\n") == Some(wanted));
        quit(terminal);
    }
}

/// Where the first lines are certain, the rest of the questions can be left out, and be asked later.
#[test]
fn the_list_can_be_seen_once_its_first_lines_are_certain() {
    let answers = "-a state=fine -a event=mistake -a part=slip -a told=untrue -a harm=serious -a so_far=nothing \
                   -a formal=none -a pressure=none -a mind=make_good";
    for (say, now, question) in [
        (
            EN,
            "= Stop here and check my answers (the first three lines of the list can no longer change)",
            "Where is the workplace?",
        ),
        (JA, "= 質問を終えて、答えを確かめる（一覧の最初の3件はもう変わりません）", "職場はどの国・地域ですか。"),
    ] {
        let mut terminal = Terminal::start(60, 80, &format!("--lang {} --today 2026-11-22 {answers}", say.language));
        see(&terminal, question);
        terminal.choose(now);
        see(&terminal, say.right);
        terminal.choose(say.more);
        see(&terminal, question);
        terminal.choose(now);
        terminal.choose(say.show);
        see(&terminal, say.next);
        terminal.choose(say.finish);
        assert_eq!(terminal.end(), 0);
        let command = command_shown(&terminal);
        assert!(command.ends_with("--partial"), "{command}");
        assert!(shinrai(&command).run().code == Some(0), "{command}");
    }
}

#[test]
fn a_follow_up_asks_only_what_can_have_changed_and_offers_the_earlier_answer() {
    let folder = folder();
    let earlier = folder.path().join("earlier.json");
    let answers = "-a state=fine -a event=late -a contact=yes -a harm=grave -a done=sorry";
    let output = shinrai(&format!("{SMALL} --lang en {answers} -o")).arg(&earlier).run();
    assert_eq!(output.code, Some(0), "{output}");
    let arguments = format!("-r tests/rulebooks/small.toml --lang en --today 2026-11-24 --since {}", earlier.display());
    let mut terminal = Terminal::start(60, 80, &arguments);
    terminal.wait_for("Question 2"); // what happened is settled
    terminal.wait_for("> As usual");
    terminal.press(&[ENTER]);
    terminal.wait_for("> Yes");
    terminal.press(&[ENTER]);
    terminal.wait_for("> Grave");
    terminal.press(&[ENTER]);
    terminal.wait_for("[x] I said sorry");
    terminal.choose("[ ] I showed a plan");
    terminal.choose("Go on with these");
    terminal.choose("Show me the list");
    terminal.wait_for("What is done?");
    terminal.choose("None of these yet");
    terminal.wait_for("What next?");
    let list = terminal.everything();
    assert!(list.contains("Your answers of 22 November are here"), "{list}");
    assert!(list.contains("Since 22 November") && list.contains("- Write a plan"), "{list}");
    quit(terminal);
}
