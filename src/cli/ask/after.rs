//! After the list: change an answer, say what is done, keep it in a file, or be finished.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use super::Person;
use super::choice::{Choice, Choose, Chosen, Row, Tick};
use crate::diagnosis::{Diagnosis, Line};
use crate::interview::Interview;
use crate::rulebook::{Action, Id};
use crate::{say, word};

/// What a person wants once the list is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// To be finished.
    Finish,
    /// To see the list again: something changed.
    ShowAgain,
    /// To keep the list in a file.
    Save(PathBuf),
}

/// What a row means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Offer {
    Finish,
    Change,
    MarkDone,
    Save,
}

impl<C: Choose> Person<'_, C> {
    /// Asks what to do with the list. The end of the input is a way to be finished, too.
    ///
    /// # Errors
    ///
    /// When no answer can be had any more.
    pub fn after_list(&mut self, interview: &mut Interview<'_>, diagnosis: &Diagnosis) -> io::Result<Wish> {
        match self.wish(interview, diagnosis) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(Wish::Finish),
            wish => wish,
        }
    }

    fn wish(&mut self, interview: &mut Interview<'_>, diagnosis: &Diagnosis) -> io::Result<Wish> {
        let offers = offers(diagnosis);
        loop {
            let offer = match self.choose.choose(&self.offering(&offers, diagnosis))? {
                Chosen::Row(row) => offers[row],
                Chosen::Back | Chosen::Ticked(_) => Offer::Change,
            };
            match offer {
                Offer::Finish => return Ok(Wish::Finish),
                Offer::Change => {
                    if diagnosis.stopped_by.is_some() {
                        interview.back(); // there is no list of answers before such a gate
                    }
                    self.interview(interview)?;
                    return Ok(Wish::ShowAgain);
                }
                Offer::MarkDone => {
                    if let Some(done) = self.done(diagnosis)? {
                        interview.set_done(done);
                        return Ok(Wish::ShowAgain);
                    }
                }
                Offer::Save => {
                    if let Some(path) = self.path()? {
                        return Ok(Wish::Save(path));
                    }
                }
            }
        }
    }

    fn offering(&self, offers: &[Offer], diagnosis: &Diagnosis) -> Choice {
        let language = self.language;
        let row = |offer: &Offer| match offer {
            Offer::Finish => Row::new(word!(language, ja: "終わる", en: "Finish"), "="),
            Offer::Change => Row::new(word!(language, ja: "< 答えを直す", en: "< Change an answer"), "<"),
            Offer::MarkDone => {
                Row::new(word!(language, ja: "x 済んだことに印を付ける", en: "x Mark what is done"), "x")
            }
            Offer::Save => Row::new(word!(language, ja: "+ ファイルに保存する", en: "+ Save it to a file"), "+"),
        };
        Choice {
            title: word!(language, ja: "次はどうしますか。", en: "What next?").to_owned(),
            hint: self.first_step(diagnosis),
            rows: offers.iter().map(row).collect(),
            can_go_back: true,
            ..Choice::default()
        }
    }

    /// What to do first, again: a long list has left the screen above by now.
    fn first_step(&self, diagnosis: &Diagnosis) -> Option<String> {
        let step = diagnosis.checklist.iter().find_map(Line::step)?;
        let task = step.task(self.rulebook).get(self.language);
        Some(say!(
            self.language,
            ja: "まずは「{task}」から。一覧の全体は、上にさかのぼると読めます。",
            en: "Begin with: {task}. Scroll up to read the whole list."
        ))
    }

    /// Asks which lines are done; nothing when the person goes back.
    fn done(&mut self, diagnosis: &Diagnosis) -> io::Result<Option<BTreeSet<Id<Action>>>> {
        let language = self.language;
        let open = diagnosis.checklist.iter().filter_map(Line::step).map(|step| (step, false));
        let steps: Vec<_> = open.chain(diagnosis.done.iter().map(|step| (step, true))).collect();
        let ticks = steps.iter().map(|(step, ticked)| {
            let text = step.task(self.rulebook).get(language);
            Tick { row: Row::new(text, self.rulebook.actions.name(step.action)), ticked: *ticked }
        });
        let choice = Choice {
            title: word!(language, ja: "どれが済みましたか。", en: "What is done?").to_owned(),
            hint: Some(word!(language, ja: "いくつでも選べます。", en: "Choose as many as apply.").to_owned()),
            ticks: ticks.collect(),
            ready: [
                word!(language, ja: "まだどれも済んでいない", en: "None of these yet").to_owned(),
                word!(language, ja: "これで決まり", en: "That is all").to_owned(),
            ],
            rows: vec![Row::new(word!(language, ja: "< 戻る", en: "< Back"), "<")],
            can_go_back: true,
            ..Choice::default()
        };
        Ok(match self.choose.choose(&choice)? {
            Chosen::Ticked(ticked) => Some(ticked.into_iter().map(|tick| steps[tick].0.action).collect()),
            Chosen::Row(_) | Chosen::Back => None,
        })
    }

    /// Asks for the file to save to; nothing when the person goes back.
    fn path(&mut self) -> io::Result<Option<PathBuf>> {
        let language = self.language;
        let prompt = word!(
            language,
            ja: "ファイルの名前（.txt か .json。何も入れずに Enter で戻ります）",
            en: "Name of the file (.txt or .json; just Enter goes back)"
        );
        let name = self.choose.line(prompt)?;
        if name.is_empty() || name == "<" {
            return Ok(None);
        }
        let path = at_home(&name);
        if !path.exists() {
            return Ok(Some(path));
        }
        let choice = Choice {
            title: say!(language, ja: "`{name}` はもうあります。", en: "`{name}` exists already."),
            rows: vec![
                Row::new(word!(language, ja: "< 戻る", en: "< Back"), "<"),
                Row::new(word!(language, ja: "置き換える", en: "Replace it"), "="),
            ],
            can_go_back: true,
            ..Choice::default()
        };
        Ok((self.choose.choose(&choice)? == Chosen::Row(1)).then_some(path))
    }
}

/// What can be done: where a gate ends everything else there is no list to keep.
fn offers(diagnosis: &Diagnosis) -> Vec<Offer> {
    if diagnosis.stopped_by.is_some() {
        return vec![Offer::Finish, Offer::Change];
    }
    let has_steps = diagnosis.checklist.iter().any(|line| line.action().is_some()) || !diagnosis.done.is_empty();
    let mark_done = has_steps.then_some(Offer::MarkDone);
    [Offer::Finish, Offer::Change].into_iter().chain(mark_done).chain([Offer::Save]).collect()
}

/// A path as a shell would take it.
fn at_home(name: &str) -> PathBuf {
    let home = name.strip_prefix("~/").and_then(|rest| Some(std::env::home_dir()?.join(rest)));
    home.unwrap_or_else(|| Path::new(name).to_owned())
}
