//! A question: what it looks like, what can be done with it, why it is asked, and where there is help now.

use std::io;

use super::Person;
use super::choice::{Choice, Choose, Chosen, Row, Tick};
use crate::cli::world;
use crate::interview::{Asked, Contradicted, Interview, Ready, Turn, Why};
use crate::report::page::contact_line;
use crate::report::{phrases, wrap};
use crate::rulebook::condition::Options;
use crate::rulebook::{Answer, Contact, Id, Kind, Pick, Question};
use crate::{say, word};

/// What a menu of two or three rows takes of the screen.
const LINES_OF_A_SHORT_MENU: usize = 6;

/// What a row of a question means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Option(usize),
    DontKnow,
    Stop(Ready),
    Back(Turn),
    Why,
    Help,
}

impl<C: Choose> Person<'_, C> {
    /// Puts a question, and takes what the person does with it.
    pub(super) fn ask(&mut self, interview: &mut Interview<'_>, asked: &Asked) -> io::Result<()> {
        let question = &self.rulebook.questions[asked.question];
        let meanings = self.meanings(asked);
        let meaning = match self.choose.choose(&self.question(asked, &meanings))? {
            Chosen::Ticked(ticked) => {
                return self.answer(interview, question, Answer::Chosen(ticked.into_iter().collect()));
            }
            Chosen::Back => Meaning::Back(asked.turn),
            Chosen::Row(row) => meanings[row],
        };
        match meaning {
            Meaning::Option(option) => self.answer(interview, question, Answer::Chosen(Options::one(option)))?,
            Meaning::DontKnow => self.answer(interview, question, question.dont_know())?,
            Meaning::Stop(_) => interview.stop_asking(),
            Meaning::Back(_) => interview.back(),
            Meaning::Why => self.explain(&interview.why(), &interview.emergency())?,
            Meaning::Help => self.help(&interview.emergency())?,
        }
        Ok(())
    }

    /// Takes an answer, and leaves a line behind that says it.
    fn answer(&mut self, interview: &mut Interview<'_>, question: &Question, answer: Answer) -> io::Result<()> {
        if !self.choose.stays() {
            self.say("  ", question.ask.get(self.language));
        }
        self.say("  -> ", &phrases::answer(question, answer, self.language));
        match interview.answer(answer) {
            Ok(()) => Ok(()),
            Err(contradicted) => self.settle(interview, &contradicted),
        }
    }

    /// Asks which of two answers that cannot both be true is to be changed.
    fn settle(&mut self, interview: &mut Interview<'_>, contradicted: &Contradicted) -> io::Result<()> {
        let language = self.language;
        let said = |id: Id<Question>, answer: Answer| {
            let question = &self.rulebook.questions[id];
            (question.ask.get(language), phrases::answer(question, answer, language))
        };
        let (_, new) = said(contradicted.question, contradicted.answer);
        let answers = interview.answers();
        let other = |&id: &Id<Question>| {
            let (ask, answer) = said(id, answers.get(id).unwrap_or(Answer::Unknown));
            Row::new(
                say!(
                    language,
                    ja: "「{new}」のままで、前の答えを直す: {ask} → {answer}",
                    en: "Keep \"{new}\", and change the earlier answer: {ask} -> {answer}"
                ),
                self.rulebook.questions.name(id),
            )
        };
        let choose_again = Row::new(word!(language, ja: "いまの答えを選び直す", en: "Choose this answer again"), "<");
        let choice = Choice {
            title: contradicted.say.get(language).to_owned(),
            hint: Some(
                word!(language, ja: "前の答えと合わないようです。どちらを直しますか。", en: "This does not fit an earlier answer. Which one would you like to change?")
                    .to_owned(),
            ),
            rows: contradicted.others.iter().map(other).chain([choose_again]).collect(),
            can_go_back: true,
            ..Choice::default()
        };
        if let Chosen::Row(row) = self.choose.choose(&choice)?
            && let Some(&other) = contradicted.others.get(row)
        {
            interview.keep(contradicted, other);
        }
        Ok(())
    }

    /// What can be chosen beside the options that can be ticked.
    fn meanings(&self, asked: &Asked) -> Vec<Meaning> {
        let question = &self.rulebook.questions[asked.question];
        let options = match question.pick {
            Pick::One => question.options.len(),
            Pick::Any => 0,
        };
        let dont_know = question.unknown.is_none().then_some(Meaning::DontKnow);
        let stop = asked.may_stop.map(Meaning::Stop);
        let back = asked.can_go_back.then_some(Meaning::Back(asked.turn));
        let help = self.has_help().then_some(Meaning::Help);
        let rest = dont_know.into_iter().chain(stop).chain(back).chain([Meaning::Why]).chain(help);
        (0..options).map(Meaning::Option).chain(rest).collect()
    }

    fn question(&self, asked: &Asked, meanings: &[Meaning]) -> Choice {
        let language = self.language;
        let question = &self.rulebook.questions[asked.question];
        let before = match asked.before {
            Some(Answer::Chosen(options)) => options,
            Some(Answer::Unknown) | None => Options::NONE,
        };
        Choice {
            place: Some(self.place(asked)),
            title: question.ask.get(language).to_owned(),
            hint: self.hint(question),
            ticks: self.ticks(question, before),
            ready: [
                word!(language, ja: "どれでもない", en: "None of these").to_owned(),
                word!(language, ja: "これで次へ", en: "Go on with these").to_owned(),
            ],
            rows: meanings.iter().map(|&meaning| self.row(question, meaning)).collect(),
            answered: asked.before.and_then(|before| position_of(question, before, meanings)),
            can_go_back: asked.can_go_back,
        }
    }

    /// Where one is.
    fn place(&self, asked: &Asked) -> String {
        let language = self.language;
        let (number, more) = (asked.number, asked.at_most_more);
        match asked.turn {
            Turn::Change => word!(language, ja: "答えを直します", en: "Changing an answer").to_owned(),
            Turn::Back if asked.keeps_later => {
                say!(language, ja: "{number}問目（後の答えは残っています）", en: "Question {number} (later answers are kept)")
            }
            Turn::Back => say!(language, ja: "{number}問目", en: "Question {number}"),
            Turn::Next if more == 0 => {
                say!(language, ja: "{number}問目（この後は一覧です）", en: "Question {number}, then the list")
            }
            Turn::Next => {
                say!(language, ja: "{number}問目（残り最大{more}問）", en: "Question {number}, at most {more} more")
            }
        }
    }

    fn hint(&self, question: &Question) -> Option<String> {
        let own = question.hint.as_ref().map(|hint| hint.get(self.language));
        let several = (question.pick == Pick::Any)
            .then_some(word!(self.language, ja: "いくつでも選べます。", en: "Choose as many as apply."));
        let hints: Vec<&str> = own.into_iter().chain(several).collect();
        (!hints.is_empty()).then(|| hints.join(word!(self.language, ja: "", en: " ")))
    }

    fn ticks(&self, question: &Question, before: Options) -> Vec<Tick> {
        let options = match question.pick {
            Pick::One => 0,
            Pick::Any => question.options.len(),
        };
        let tick = |option| Tick { row: self.row(question, Meaning::Option(option)), ticked: before.contains(option) };
        (0..options).map(tick).collect()
    }

    fn row(&self, question: &Question, meaning: Meaning) -> Row {
        let language = self.language;
        match meaning {
            Meaning::Option(option) => {
                Row::new(question.option_text(option).get(language), question.option_name(option))
            }
            Meaning::DontKnow => Row::new(word!(language, ja: "わからない", en: "I don't know"), "-"),
            Meaning::Stop(Ready::FirstLines) => Row::new(
                word!(
                    language,
                    ja: "= 質問を終えて、答えを確かめる（一覧の最初の3件はもう変わりません）",
                    en: "= Stop here and check my answers (the first three lines of the list can no longer change)"
                ),
                "=",
            ),
            Meaning::Stop(Ready::ButForDetails) => Row::new(
                word!(language, ja: "= 質問を終えて、答えを確かめる", en: "= Stop here and check my answers"),
                "=",
            ),
            Meaning::Back(Turn::Change) => {
                Row::aside(word!(language, ja: "< 直さずに戻る", en: "< Back without a change"), "<")
            }
            Meaning::Back(_) => {
                Row::aside(word!(language, ja: "< 前の質問に戻る", en: "< Back to the previous question"), "<")
            }
            Meaning::Why => {
                Row::aside(word!(language, ja: "? なぜこれを尋ねるのですか", en: "? Why is this asked?"), "?")
            }
            Meaning::Help => self.help_row(),
        }
    }

    fn explain(&mut self, why: &Why, emergency: &[Id<Contact>]) -> io::Result<()> {
        const SHOWN: usize = 5;
        let language = self.language;
        let conclusions = why.conclusions.iter().map(|&id| &self.rulebook.conclusions[id]);
        let conclusions = conclusions.filter(|conclusion| conclusion.kind() != Kind::Obstacle);
        let conclusions: Vec<&str> = conclusions.map(|conclusion| conclusion.name.get(language)).collect();
        let actions: Vec<&str> =
            why.actions.iter().map(|&id| self.rulebook.actions[id].advice.task.get(language)).collect();
        for (lines, heading) in [
            (
                conclusions,
                word!(language, ja: "この答えで、次のうちどれが当てはまるかがわかります。", en: "Your answer shows which of these apply:"),
            ),
            (
                actions,
                word!(language, ja: "この答えで、次のことをするかどうか、いつどうするかが決まります。", en: "It decides which of these are on your list, when and how:"),
            ),
        ] {
            if lines.is_empty() {
                continue;
            }
            self.say("", heading);
            lines.iter().take(SHOWN).for_each(|line| self.say("  * ", line));
            let more = lines.len().saturating_sub(SHOWN);
            if more > 0 {
                self.say("    ", &say!(language, ja: "など（ほか{more}件）", en: "and others ({more} more)"));
            }
        }
        if why.conclusions.is_empty() && why.actions.is_empty() {
            let sentence = word!(
                language,
                ja: "今の答えでは、この質問で変わることはありません。どの答えでも構いません。",
                en: "With your other answers it changes nothing; any answer is fine."
            );
            self.say("", sentence);
        }
        if self.pause(self.has_help().then(|| self.help_row()))? { self.help(emergency) } else { Ok(()) }
    }

    /// Shows where there is help now.
    pub(super) fn help(&mut self, emergency: &[Id<Contact>]) -> io::Result<()> {
        let mut shown = wrap::hanging("", self.you_are_not_alone(), self.columns.now());
        for &contact in emergency {
            let contact = &self.rulebook.contacts[contact];
            shown += &wrap::hanging("  * ", &contact_line(contact, self.language), self.columns.now());
            if let Some(purpose) = &contact.purpose {
                shown += &wrap::hanging("    ", purpose.get(self.language), self.columns.now());
            }
        }
        world::tell(&shown);
        if shown.lines().count() + LINES_OF_A_SHORT_MENU > world::rows() {
            self.nearest_help(emergency);
        }
        self.pause(None).map(|_| ())
    }

    /// Where there is help now, as much as stays in sight above a short menu: names and numbers alone.
    pub(super) fn nearest_help(&self, emergency: &[Id<Contact>]) {
        let room = world::rows().saturating_sub(LINES_OF_A_SHORT_MENU);
        let sentence = wrap::hanging("", self.you_are_not_alone(), self.columns.now());
        let mut shown = if room > LINES_OF_A_SHORT_MENU + 2 { format!("\n{sentence}") } else { "\n".to_owned() };
        let mut nearest = emergency.to_vec();
        if self.rulebook.languages.first() != Some(&self.language) {
            nearest.reverse(); // who reads another language may well be elsewhere
        }
        for contact in nearest {
            let line = contact_line(&self.rulebook.contacts[contact], self.language);
            let line = wrap::hanging("  * ", &line, self.columns.now());
            if shown.lines().count() + line.lines().count() <= room {
                shown += &line;
            }
        }
        world::tell(&shown);
    }

    fn you_are_not_alone(&self) -> &'static str {
        word!(
            self.language,
            ja: "ひとりで抱えなくて大丈夫です。次の窓口に、いますぐ相談できます。",
            en: "You don't have to carry this alone. You can reach one of these now."
        )
    }

    /// The row that leads there.
    pub(super) fn help_row(&self) -> Row {
        Row::new(word!(self.language, ja: "! いますぐ助けがほしい", en: "! I need help now"), "!")
    }

    /// Whether there is anybody to turn to.
    pub(super) fn has_help(&self) -> bool {
        !self.rulebook.emergency.is_empty()
    }

    /// Waits until what was shown is read. True when the person wants the other thing that is offered.
    fn pause(&mut self, other: Option<Row>) -> io::Result<bool> {
        let back = Row::new(word!(self.language, ja: "戻る", en: "Back"), "");
        let rows = std::iter::once(back).chain(other).collect();
        let choice = Choice { rows, can_go_back: true, ..Choice::default() };
        Ok(self.choose.choose(&choice)? == Chosen::Row(1))
    }
}

/// The position of what was answered before.
fn position_of(question: &Question, before: Answer, meanings: &[Meaning]) -> Option<usize> {
    let behind_ticks = match question.pick {
        Pick::One => 0,
        Pick::Any => question.options.len() + 1,
    };
    let meaning = match before {
        Answer::Chosen(_) if question.pick == Pick::Any => return Some(question.options.len()),
        Answer::Chosen(options) => Meaning::Option(options.iter().next()?),
        Answer::Unknown => Meaning::DontKnow,
    };
    Some(behind_ticks + meanings.iter().position(|&other| other == meaning)?)
}
