//! After the list: change an answer, say what is done, keep it in a file, or be finished.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use super::choice::{Choice, Choose, Chosen, Row, Tick};
use super::{Left, Person};
use crate::cli::failure::Failure;
use crate::cli::{output, world};
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

/// How much of the list is in sight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// All of it.
    Whole,
    /// Its end; the rest has left the screen above.
    End,
}

/// What a row means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Offer {
    Finish,
    Change,
    MarkDone,
    Save,
    Help,
}

impl<C: Choose> Person<'_, C> {
    /// Asks what to do with the list. The end of the input is a way to be finished, too.
    ///
    /// # Errors
    ///
    /// When no answer can be had any more.
    pub fn after_list(&mut self, interview: &mut Interview<'_>, diagnosis: &Diagnosis, seen: Seen) -> io::Result<Wish> {
        if seen == Seen::End && diagnosis.stopped_by.is_some() {
            self.nearest_help(&interview.emergency());
        }
        self.wish(interview, diagnosis, seen)
    }

    fn wish(&mut self, interview: &mut Interview<'_>, diagnosis: &Diagnosis, seen: Seen) -> io::Result<Wish> {
        let offers = self.offers(diagnosis);
        loop {
            let offer = match self.choose.choose(&self.offering(&offers, diagnosis, seen)) {
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Offer::Finish,
                chosen => match chosen? {
                    Chosen::Row(row) => offers[row],
                    Chosen::Back | Chosen::Ticked(_) => Offer::Change,
                },
            };
            match offer {
                Offer::Finish => return Ok(Wish::Finish),
                Offer::Change => {
                    if diagnosis.stopped_by.is_some() {
                        interview.back(); // there is no list of answers before such a gate
                    }
                    let left = self.interview(interview)?;
                    if left == Left::ToTheList || interview.answers() != diagnosis.answers {
                        return Ok(Wish::ShowAgain);
                    }
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
                Offer::Help => self.help(&interview.emergency())?,
            }
        }
    }

    /// What can be done: where a gate ends everything else there is no list to keep.
    fn offers(&self, diagnosis: &Diagnosis) -> Vec<Offer> {
        let help = self.has_help().then_some(Offer::Help);
        let ends = [Offer::Finish, Offer::Change].into_iter();
        if diagnosis.stopped_by.is_some() {
            return ends.chain(help).collect();
        }
        let has_steps = diagnosis.checklist.iter().any(|line| line.action().is_some()) || !diagnosis.done.is_empty();
        let mark_done = has_steps.then_some(Offer::MarkDone);
        ends.chain(mark_done).chain([Offer::Save]).chain(help).collect()
    }

    fn offering(&self, offers: &[Offer], diagnosis: &Diagnosis, seen: Seen) -> Choice {
        let language = self.language;
        let row = |offer: &Offer| match offer {
            Offer::Finish => Row::new(word!(language, ja: "閉じる", en: "Close"), "="),
            Offer::Change => Row::new(word!(language, ja: "< 答えを直す", en: "< Change an answer"), "<"),
            Offer::MarkDone => {
                Row::new(word!(language, ja: "x 済んだことに印を付ける", en: "x Mark what is done"), "x")
            }
            Offer::Save => Row::new(word!(language, ja: "+ ファイルに保存する", en: "+ Save it to a file"), "+"),
            Offer::Help => self.help_row(),
        };
        Choice {
            title: self.closing_words(diagnosis).to_owned(),
            hint: self.first_step(diagnosis).filter(|_| seen == Seen::End),
            rows: offers.iter().map(row).collect(),
            can_go_back: true,
            ..Choice::default()
        }
    }

    fn closing_words(&self, diagnosis: &Diagnosis) -> &'static str {
        if diagnosis.stopped_by.is_some() {
            word!(self.language, ja: "急がなくて大丈夫です。", en: "There is no hurry.")
        } else {
            word!(self.language, ja: "次はどうしますか。", en: "What next?")
        }
    }

    /// What to do first, again: a long list has left the screen above by now.
    fn first_step(&self, diagnosis: &Diagnosis) -> Option<String> {
        let step = diagnosis.checklist.iter().find_map(Line::step)?;
        let task = step.task(self.rulebook).get(self.language);
        Some(say!(
            self.language,
            ja: "まずは「{task}」から。一覧の全体は、上にスクロールすると読めます。",
            en: "Begin with: {task}. Scroll up to read the whole list."
        ))
    }

    /// Asks, before the list of somebody who comes back is shown, what of it is done; false when the person goes back.
    ///
    /// # Errors
    ///
    /// When no answer can be had any more.
    pub fn what_is_done(&mut self, interview: &mut Interview<'_>, diagnosis: &Diagnosis) -> io::Result<bool> {
        if diagnosis.checklist.iter().all(|line| line.step().is_none()) {
            return Ok(true);
        }
        match self.done(diagnosis)? {
            Some(done) => interview.set_done(done),
            None => return Ok(false),
        }
        Ok(true)
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
            ticks: ticks.collect(),
            ready: [
                word!(language, ja: "まだどれも済んでいない", en: "None of these yet").to_owned(),
                word!(language, ja: "これで確定する", en: "Use these marks").to_owned(),
            ],
            rows: vec![Row::new(word!(language, ja: "< 印を変えずに戻る", en: "< Back without a change"), "<")],
            answered: (!diagnosis.done.is_empty()).then_some(steps.len()),
            can_go_back: true,
            ..Choice::default()
        };
        Ok(match self.choose.choose(&choice)? {
            Chosen::Ticked(ticked) => Some(ticked.into_iter().map(|tick| steps[tick].0.action).collect()),
            Chosen::Row(_) | Chosen::Back => None,
        })
    }

    /// Asks for the file to save to, until it can be written; nothing when the person goes back.
    fn path(&mut self) -> io::Result<Option<PathBuf>> {
        let language = self.language;
        let prompt = word!(
            language,
            ja: "ファイルの名前を入れて Enter を押してください（例: list.txt）。何も入れずに Enter を押すと、保存せずに戻ります。",
            en: "Type the name of a file (such as list.txt) and press Enter. Enter alone goes back without saving."
        );
        loop {
            let name = self.choose.line(prompt)?;
            let is_no_name = |character| matches!(character, '<' | '＜' | '!' | '！' | '?' | '？' | '\u{1b}');
            if name.chars().all(is_no_name) {
                return Ok(None);
            }
            match output::named(&name) {
                Err(error) => world::tell(&Failure::of(&error).text(language)),
                Ok(path) if !path.exists() || self.may_replace(&path)? => return Ok(Some(path)),
                Ok(_) => {}
            }
        }
    }

    fn may_replace(&mut self, path: &Path) -> io::Result<bool> {
        let (language, name) = (self.language, world::path_name(path));
        let choice = Choice {
            title: say!(
                language,
                ja: "`{name}` は既にあります。置き換えると、前の中身は消えます。",
                en: "`{name}` exists already. Replacing it erases what it holds."
            ),
            rows: vec![
                Row::new(word!(language, ja: "< 別の名前にする", en: "< Another name"), "<"),
                Row::new(word!(language, ja: "置き換える", en: "Replace it"), "="),
            ],
            can_go_back: true,
            ..Choice::default()
        };
        Ok(self.choose.choose(&choice)? == Chosen::Row(1))
    }
}
