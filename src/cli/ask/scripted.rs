//! Answers written down beforehand, and a whole conversation with them.

use std::collections::VecDeque;
use std::io;

use jiff::civil::{Date, date};

use super::Person;
use super::after::{Seen, Wish};
use super::choice::{Choice, Choose, Chosen};
use super::numbered::understand;
use crate::answers::{Answers, given};
use crate::cli::world::Columns;
use crate::diagnosis::diagnose;
use crate::interview::Interview;
use crate::rulebook::Rulebook;
use crate::rulebook::read::read;
use crate::rulebook::source::File;
use crate::words::Language;

const TODAY: Date = date(2026, 11, 22);

/// Chooses what is written down, and notes what was asked.
#[derive(Default)]
pub struct Scripted {
    /// What is chosen or typed, one thing after the other.
    pub lines: VecDeque<&'static str>,
    /// What was asked.
    pub asked: Vec<String>,
}

impl Choose for &mut Scripted {
    fn choose(&mut self, choice: &Choice) -> io::Result<Chosen> {
        self.asked.push(choice.title.clone());
        let line = self.lines.pop_front().ok_or(io::ErrorKind::UnexpectedEof)?;
        Ok(understand(line, choice).unwrap_or_else(|| panic!("`{line}` is no answer to {choice:#?}")))
    }

    fn line(&mut self, _: &str) -> io::Result<String> {
        Ok(self.lines.pop_front().ok_or(io::ErrorKind::UnexpectedEof)?.to_owned())
    }

    fn greeting(&self, _: Language) -> Option<&'static str> {
        None
    }

    fn stays(&self) -> bool {
        true
    }
}

fn small() -> Rulebook {
    let bytes = include_bytes!("../../../tests/rulebooks/small.toml").to_vec();
    read(vec![vec![File { name: "small.toml".into(), bytes }]]).rulebook.expect("the rulebook is valid")
}

/// What a conversation comes to: whether it reached its end, the answers that count as flags, and what was asked.
struct Talk {
    ended: io::Result<Wish>,
    flags: Vec<String>,
    asked: Vec<String>,
}

fn talk(lines: &[&'static str]) -> Talk {
    let rulebook = small();
    let mut script = Scripted { lines: lines.iter().copied().collect(), asked: Vec::new() };
    let mut interview = Interview::new(&rulebook, Answers::none(&rulebook), TODAY);
    let mut person = Person::new(&rulebook, Language::En, Columns::new(Some(80)), &mut script, &|_| {});
    let ended = person.interview(&mut interview).and_then(|_| {
        loop {
            let diagnosis = diagnose(&rulebook, &interview.answers(), TODAY);
            let wish = person.after_list(&mut interview, &diagnosis, Seen::Whole)?;
            if wish != Wish::ShowAgain {
                return Ok(wish);
            }
        }
    });
    let answers = interview.answers();
    let mut flags: Vec<String> =
        answers.given().map(|(question, answer)| given::as_flag(&rulebook, question, answer)).collect();
    flags.extend(answers.done.iter().map(|&action| format!("done: {}", rulebook.actions.name(action))));
    Talk { ended, flags, asked: script.asked }
}

#[test]
fn an_answer_is_taken_back_and_the_later_ones_are_kept() {
    let talk = talk(&["fine", "late", "yes", "grave", "<", "<", "<", "silent", "1,2", "Show me the list", "Close"]);
    assert_eq!(talk.ended.unwrap(), Wish::Finish);
    assert_eq!(talk.flags, ["state=fine", "event=silent", "contact=yes", "harm=grave", "done=sorry,plan"]);
    let again = talk.asked.iter().filter(|asked| *asked == "How large is the harm?").count();
    assert_eq!(again, 2, "it was asked, and gone back through, but not asked again: {:?}", talk.asked);
}

#[test]
fn an_answer_whose_question_is_not_asked_is_kept_without_effect_and_comes_back() {
    // In danger nothing else is asked; after that was a mistake, the answers from before are there again.
    let talk = talk(&["fine", "late", "yes", "<", "<", "<", "unsafe", "< Change an answer", "fine", "grave", "3"]);
    assert_eq!(talk.ended.unwrap(), Wish::Finish, "the input ends at the review: nothing is missing");
    assert_eq!(talk.flags, ["state=fine", "event=late", "contact=yes", "harm=grave", "done="]);
}

#[test]
fn any_answer_can_be_changed_before_the_list_and_after_it() {
    let answers = ["fine", "late", "yes", "-", "none of these"];
    let changed_before = ["harm", "large", "="];
    let changed_after = ["<", "state", "I'd rather not say", "=", "="];
    let talk = talk(&[&answers[..], &changed_before, &changed_after].concat());
    assert_eq!(talk.ended.unwrap(), Wish::Finish);
    assert_eq!(talk.flags, ["state=not_say", "event=late", "contact=yes", "harm=large", "done="]);
}

#[test]
fn details_are_offered_and_a_file_is_asked_for() {
    let talk = talk(&["fine", "late", "yes", "grave", "3", "+", "poor", "=", "+", "no such folder/list.txt", "list"]);
    assert_eq!(talk.ended.unwrap(), Wish::Save("list.txt".into()));
    assert!(talk.flags.contains(&"relation=poor".to_owned()), "{:?}", talk.flags);
}

#[test]
fn what_is_done_is_marked() {
    let talk = talk(&["fine", "late", "yes", "grave", "3", "=", "x", "<", "x", "tell", "="]);
    assert_eq!(talk.ended.unwrap(), Wish::Finish);
    assert!(talk.flags.contains(&"done: tell".to_owned()), "{:?}", talk.flags);
}

#[test]
fn the_end_of_the_input_in_a_question_is_an_error() {
    assert_eq!(talk(&["fine"]).ended.unwrap_err().kind(), io::ErrorKind::UnexpectedEof);
}

#[test]
fn an_answer_given_beforehand_that_is_contradicted_counts_as_soon_as_it_fits() {
    let rulebook = small();
    let resolved = |flags: &[&str]| {
        let flags = flags.iter().map(|flag| given::parse_flag(flag).expect("it is a flag"));
        given::resolve(&rulebook, flags).expect("they are answers")
    };
    let mut interview =
        Interview::new(&rulebook, resolved(&["state=fine", "event=late", "contact=yes", "harm=small", "done="]), TODAY);
    let (event, harm) =
        (rulebook.questions.find("event").expect("it is there"), rulebook.questions.find("harm").expect("so is it"));
    let leak = resolved(&["event=leak"]).get(event).expect("it is an answer");
    interview.change(event);
    let contradicted = interview.answer(leak).expect_err("a leak is not small");
    interview.keep(&contradicted, harm);
    assert_ne!(interview.answers().get(event), Some(leak), "until then the answers fit together");
    interview.answer(resolved(&["harm=grave"]).get(harm).expect("it is an answer")).expect("it fits");
    assert_eq!(interview.answers().get(event), Some(leak));
}
