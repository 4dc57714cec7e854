//! Asks a person: what a question looks like on a screen, and what can be chosen.
//!
//! How a choice is made is behind [`Choose`]: with a menu ([`menu`](super::menu)) or with a numbered list
//! ([`numbered`](super::numbered)). A pick-any question is a list of ticks that is shown again after each one, so that
//! no key but Enter has to be known.

use std::io;

use crate::answers::Answers;
use crate::cli::world;
use crate::interview::{Ask, Asked, Reply, Why};
use crate::report::text::contact_lines;
use crate::report::{Style, phrases, wrap};
use crate::rulebook::condition::Options;
use crate::rulebook::{Answer, Kind, Pick, Question, Rulebook};
use crate::words::{Language, Words};
use crate::{say, word};

/// A choice to make.
pub struct Choice<'a> {
    /// What is above the rows: a first line that says where one is, the question, a hint.
    pub heading: &'a [String],
    /// What can be chosen.
    pub rows: &'a [String],
    /// Other words by which a row may be called, such as the option's id.
    pub aliases: &'a [String],
    /// The row to begin with.
    pub start: usize,
}

/// What came of a choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// This row.
    Row(usize),
    /// None: back.
    Back,
}

/// A way to choose a row.
pub trait Choose {
    /// Shows the rows and waits for a choice.
    fn choose(&mut self, choice: &Choice<'_>) -> io::Result<Chosen>;

    /// The keys that work, for the first line.
    fn keys(&self, language: Language) -> String;
}

/// Somebody at a terminal.
pub struct Person<'a, C> {
    rulebook: &'a Rulebook,
    language: Language,
    style: Style,
    choose: C,
    before_asking: &'a dyn Fn(&Answers),
}

/// What a row means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Row {
    Option(usize),
    Ready,
    DontKnow,
    Back,
    Why,
    Help,
}

impl<'a, C: Choose> Person<'a, C> {
    /// Somebody who will be asked in this way. `before_asking` is told the answers so far.
    pub const fn new(
        rulebook: &'a Rulebook,
        language: Language,
        style: Style,
        choose: C,
        before_asking: &'a dyn Fn(&Answers),
    ) -> Self {
        Self { rulebook, language, style, choose, before_asking }
    }

    /// What to say before the first question.
    pub fn greet(&self) {
        let sentence = word!(
            self.language,
            ja: "答えはどこにも保存されず、どこにも送られません。いつでも Ctrl-C でやめられます。",
            en: "Nothing you answer is stored or sent anywhere. Ctrl-C ends this at any time."
        );
        self.say("", sentence);
        let keys = self.choose.keys(self.language);
        self.say("", &keys);
    }

    fn say(&self, first: &str, text: &str) {
        world::tell(&wrap::hanging(first, text, self.style.width));
    }

    fn heading(&self, asked: &Asked) -> Vec<String> {
        let language = self.language;
        let (number, more) = (asked.number, asked.at_most_more);
        let question = &self.rulebook.questions[asked.question];
        let progress = match more {
            0 => say!(language, ja: "{number}問目（最後の質問です）", en: "Question {number}, the last one"),
            _ => {
                say!(language, ja: "{number}問目（この後は多くて{more}問）", en: "Question {number}, at most {more} more")
            }
        };
        let ask = question.ask.get(language);
        let hint = question.hint.as_ref().map(|hint| hint.get(language).to_owned());
        let any = (question.pick == Pick::Any).then(|| {
            word!(
                language,
                ja: "いくつでも選べます。選び終わったら「これで決まり」を選んでください。",
                en: "Choose as many as apply, then \"That is all\"."
            )
            .to_owned()
        });
        [Some(progress), Some(ask.to_owned()), hint, any].into_iter().flatten().collect()
    }

    fn rows(&self, asked: &Asked) -> Vec<Row> {
        let question = &self.rulebook.questions[asked.question];
        let options = (0..question.options.len()).map(Row::Option);
        let ready = (question.pick == Pick::Any).then_some(Row::Ready);
        let dont_know = question.unknown.is_none().then_some(Row::DontKnow);
        let back = asked.can_go_back.then_some(Row::Back);
        let help = (!self.rulebook.emergency.is_empty()).then_some(Row::Help);
        options.chain(ready).chain(dont_know).chain(back).chain([Row::Why]).chain(help).collect()
    }

    fn row_text(&self, question: &Question, row: Row, ticked: Options) -> String {
        let language = self.language;
        let text = match row {
            Row::Option(option) => {
                let text = question.option_text(option).get(language);
                return match question.pick {
                    Pick::One => text.to_owned(),
                    Pick::Any if ticked.contains(option) => format!("[x] {text}"),
                    Pick::Any => format!("[ ] {text}"),
                };
            }
            Row::Ready if ticked.is_empty() => word!(language, ja: "どれでもない", en: "None of these"),
            Row::Ready => word!(language, ja: "これで決まり", en: "That is all"),
            Row::DontKnow => word!(language, ja: "わからない", en: "I don't know"),
            Row::Back => word!(language, ja: "< 前の質問に戻る", en: "< Back"),
            Row::Why => word!(language, ja: "? なぜこれを尋ねるのですか", en: "? Why is this asked?"),
            Row::Help => word!(language, ja: "! いますぐ助けがほしい", en: "! I need help now"),
        };
        text.to_owned()
    }

    fn alias(question: &Question, row: Row) -> String {
        match row {
            Row::Option(option) => question.option_name(option).to_owned(),
            Row::Ready => String::new(),
            Row::DontKnow => "-".to_owned(),
            Row::Back => "<".to_owned(),
            Row::Why => "?".to_owned(),
            Row::Help => "!".to_owned(),
        }
    }

    fn start(question: &Question, rows: &[Row], before: Option<Answer>) -> usize {
        let row = match before {
            Some(Answer::Chosen(options)) => options.iter().next().map_or(Row::Ready, Row::Option),
            Some(Answer::Unknown) => Row::DontKnow,
            None => return 0,
        };
        let row = if question.pick == Pick::Any { Row::Ready } else { row };
        rows.iter().position(|&other| other == row).unwrap_or(0)
    }

    /// Waits until what was shown is read.
    fn pause(&mut self) -> io::Result<()> {
        let rows = [word!(self.language, ja: "質問に戻る", en: "Back to the question").to_owned()];
        let choice = Choice { heading: &[], rows: &rows, aliases: &[String::new()], start: 0 };
        self.choose.choose(&choice).map(|_| ())
    }

    /// Says that the last answer no longer counts.
    fn take_back(&self) -> Reply {
        self.say("  ", word!(self.language, ja: "（前の答えを取り消しました）", en: "(the last answer is taken back)"));
        Reply::Back
    }

    /// Leaves a line behind that says what was answered.
    fn confirm(&self, question: &Question, answer: Answer) {
        let answer = match answer {
            Answer::Chosen(options) => phrases::chosen(question, options, self.language),
            Answer::Unknown => word!(self.language, ja: "わからない", en: "I don't know").to_owned(),
        };
        self.say("  ", question.ask.get(self.language));
        self.say("  -> ", &answer);
    }
}

impl<C: Choose> Ask for Person<'_, C> {
    type Error = io::Error;

    fn ask(&mut self, asked: &Asked, answers: &Answers) -> io::Result<Reply> {
        (self.before_asking)(answers);
        let question = &self.rulebook.questions[asked.question];
        let rows = self.rows(asked);
        let heading = self.heading(asked);
        let aliases: Vec<String> = rows.iter().map(|&row| Self::alias(question, row)).collect();
        let mut ticked = match asked.before {
            Some(Answer::Chosen(options)) if question.pick == Pick::Any => options,
            _ => Options::NONE,
        };
        let mut start = Self::start(question, &rows, asked.before);
        loop {
            let texts: Vec<String> = rows.iter().map(|&row| self.row_text(question, row, ticked)).collect();
            let choice = Choice { heading: &heading, rows: &texts, aliases: &aliases, start };
            let row = match self.choose.choose(&choice)? {
                Chosen::Row(row) => row,
                Chosen::Back if asked.can_go_back => return Ok(self.take_back()),
                Chosen::Back => continue,
            };
            let answer = match rows[row] {
                Row::Option(option) if question.pick == Pick::Any => {
                    ticked = ticked.toggled(option);
                    start = row;
                    continue;
                }
                Row::Option(option) => Answer::Chosen(Options::one(option)),
                Row::Ready => Answer::Chosen(ticked),
                Row::DontKnow => question.dont_know(),
                Row::Back => return Ok(self.take_back()),
                Row::Why => return Ok(Reply::Why),
                Row::Help => return Ok(Reply::Help),
            };
            self.confirm(question, answer);
            return Ok(Reply::Answer(answer));
        }
    }

    fn explain(&mut self, why: &Why) -> io::Result<()> {
        const SHOWN: usize = 4;
        let language = self.language;
        self.say("", word!(language, ja: "この答えで、次のことが決まります。", en: "Your answer decides about:"));
        let conclusions = why.conclusions.iter().map(|&id| &self.rulebook.conclusions[id]);
        let conclusions = conclusions.filter(|conclusion| conclusion.kind() != Kind::Obstacle);
        let actions = why.actions.iter().map(|&id| self.rulebook.actions[id].task.get(language));
        let lines: Vec<&str> = conclusions
            .map(|conclusion| conclusion.name.get(language))
            .take(SHOWN)
            .chain(actions.take(SHOWN))
            .collect();
        for line in &lines {
            self.say("  * ", line);
        }
        let more = (why.conclusions.len() + why.actions.len()).saturating_sub(lines.len());
        if more > 0 {
            self.say("  ", &say!(language, ja: "ほか{more}件", en: "and {more} more"));
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
            for line in &lines[1..] {
                self.say("    ", line);
            }
        }
        self.pause()
    }

    fn contradict(&mut self, say: &Words) -> io::Result<()> {
        self.say("! ", say.get(self.language));
        Ok(())
    }

    fn offer_details(&mut self, number: usize, answers: &Answers) -> io::Result<bool> {
        (self.before_asking)(answers);
        let language = self.language;
        let heading = [say!(
            language,
            ja: "やることの一覧ができました。あと多くて{number}問に答えると、より状況に合ったものになります。",
            en: "The list is ready. At most {number} more questions make it more exact."
        )];
        let rows = [
            word!(language, ja: "一覧を見る", en: "Show me the list").to_owned(),
            word!(language, ja: "もう少し答える", en: "Ask me a few more").to_owned(),
        ];
        let aliases = [String::new(), "+".to_owned()];
        let choice = Choice { heading: &heading, rows: &rows, aliases: &aliases, start: 0 };
        Ok(self.choose.choose(&choice)? == Chosen::Row(1))
    }
}
