//! A question: what it looks like, what can be done with it, why it is asked, and where there is help now.

use std::io;

use super::Person;
use super::choice::{Choice, Choose, Chosen, Row, Tick};
use crate::interview::{Asked, Interview, Ready, Why};
use crate::report::phrases;
use crate::report::text::contact_lines;
use crate::rulebook::condition::Options;
use crate::rulebook::{Answer, Kind, Pick, Question};
use crate::{say, word};

/// What a row of a question means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    Option(usize),
    DontKnow,
    Stop(Ready),
    Back,
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
                self.answer(interview, question, Answer::Chosen(ticked.into_iter().collect()));
                return Ok(());
            }
            Chosen::Back => Meaning::Back,
            Chosen::Row(row) => meanings[row],
        };
        match meaning {
            Meaning::Option(option) => self.answer(interview, question, Answer::Chosen(Options::one(option))),
            Meaning::DontKnow => self.answer(interview, question, question.dont_know()),
            Meaning::Stop(_) => interview.stop_asking(),
            Meaning::Back => self.go_back(interview),
            Meaning::Why => self.explain(&interview.why())?,
            Meaning::Help => self.help()?,
        }
        Ok(())
    }

    /// Takes an answer, and leaves a line behind that says it.
    fn answer(&self, interview: &mut Interview<'_>, question: &Question, answer: Answer) {
        if !self.choose.stays() {
            self.say("  ", question.ask.get(self.language));
        }
        self.say("  -> ", &phrases::answer(question, answer, self.language));
        if let Err(contradiction) = interview.answer(answer) {
            self.say("! ", contradiction.get(self.language));
        }
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
        let back = asked.can_go_back.then_some(Meaning::Back);
        let help = (!self.rulebook.emergency.is_empty()).then_some(Meaning::Help);
        let rest = dont_know.into_iter().chain(stop).chain(back).chain([Meaning::Why]).chain(help);
        (0..options).map(Meaning::Option).chain(rest).collect()
    }

    fn question(&self, asked: &Asked, meanings: &[Meaning]) -> Choice {
        let language = self.language;
        let question = &self.rulebook.questions[asked.question];
        let (number, more) = (asked.number, asked.at_most_more);
        let place = match more {
            0 => say!(language, ja: "{number}問目（最後の質問です）", en: "Question {number}, the last one"),
            _ => {
                say!(language, ja: "{number}問目（この後は多くて{more}問）", en: "Question {number}, at most {more} more")
            }
        };
        let before = match asked.before {
            Some(Answer::Chosen(options)) => options,
            Some(Answer::Unknown) | None => Options::NONE,
        };
        Choice {
            place: Some(place),
            title: question.ask.get(language).to_owned(),
            hint: self.hint(question),
            ticks: self.ticks(question, before),
            ready: [
                word!(language, ja: "どれでもない", en: "None of these").to_owned(),
                word!(language, ja: "これで決まり", en: "That is all").to_owned(),
            ],
            rows: meanings.iter().map(|&meaning| self.row(question, meaning)).collect(),
            start: start(question, asked.before, meanings),
            can_go_back: asked.can_go_back,
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
                    ja: "= ここで一覧を見る（最初の3件はもう変わりません）",
                    en: "= Show me the list now (its first three lines can no longer change)"
                ),
                "=",
            ),
            Meaning::Stop(Ready::ButForDetails) => {
                Row::new(word!(language, ja: "= ここで一覧を見る", en: "= Show me the list now"), "=")
            }
            Meaning::Back => Row::aside(word!(language, ja: "< 前の質問に戻る", en: "< Back"), "<"),
            Meaning::Why => {
                Row::aside(word!(language, ja: "? なぜこれを尋ねるのですか", en: "? Why is this asked?"), "?")
            }
            Meaning::Help => Row::new(word!(language, ja: "! いますぐ助けがほしい", en: "! I need help now"), "!"),
        }
    }

    fn explain(&mut self, why: &Why) -> io::Result<()> {
        const SHOWN: usize = 5;
        let language = self.language;
        let conclusions = why.conclusions.iter().map(|&id| &self.rulebook.conclusions[id]);
        let conclusions = conclusions.filter(|conclusion| conclusion.kind() != Kind::Obstacle);
        let conclusions: Vec<&str> = conclusions.map(|conclusion| conclusion.name.get(language)).collect();
        let actions: Vec<&str> = why.actions.iter().map(|&id| self.rulebook.actions[id].task.get(language)).collect();
        for (lines, heading) in [
            (
                conclusions,
                word!(language, ja: "この答えで、次のことが当てはまるかどうかがわかります。", en: "Your answer shows whether this applies:"),
            ),
            (
                actions,
                word!(language, ja: "この答えで、次のことをするかどうか、いつどうするかが決まります。", en: "It decides whether this is on your list:"),
            ),
        ] {
            if lines.is_empty() {
                continue;
            }
            self.say("", heading);
            lines.iter().take(SHOWN).for_each(|line| self.say("  * ", line));
            let more = lines.len().saturating_sub(SHOWN);
            if more > 0 {
                self.say("    ", &say!(language, ja: "ほか{more}件", en: "and {more} more"));
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
        self.pause()
    }

    fn help(&mut self) -> io::Result<()> {
        let sentence = word!(
            self.language,
            ja: "ひとりで抱えなくて大丈夫です。いま、ここに声をかけられます。",
            en: "You don't have to carry this alone. You can reach one of these now."
        );
        self.say("", sentence);
        for &contact in &self.rulebook.emergency {
            let lines = contact_lines(&self.rulebook.contacts[contact], self.language);
            self.say("  * ", &lines[0]);
            lines[1..].iter().for_each(|line| self.say("    ", line));
        }
        self.pause()
    }

    /// Waits until what was shown is read.
    fn pause(&mut self) -> io::Result<()> {
        let back = word!(self.language, ja: "質問に戻る", en: "Back to the question");
        let choice = Choice { rows: vec![Row::new(back, "")], can_go_back: true, ..Choice::default() };
        self.choose.choose(&choice).map(|_| ())
    }
}
/// The row to begin with: what was answered before.
fn start(question: &Question, before: Option<Answer>, meanings: &[Meaning]) -> usize {
    let Some(before) = before else { return 0 };
    match question.pick {
        Pick::Any if before == Answer::Unknown => question.options.len() + 1, // behind the end of ticking
        Pick::Any => question.options.len(),
        Pick::One => {
            let meaning = match before {
                Answer::Chosen(options) => options.iter().next().map_or(Meaning::DontKnow, Meaning::Option),
                Answer::Unknown => Meaning::DontKnow,
            };
            meanings.iter().position(|&other| other == meaning).unwrap_or(0)
        }
    }
}
