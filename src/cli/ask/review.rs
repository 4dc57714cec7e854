//! All answers before the list is shown, any of which can be changed.

use std::io;

use super::choice::{Choice, Choose, Chosen, Row};
use super::{Left, Person};
use crate::interview::{Interview, Review};
use crate::report::phrases;
use crate::rulebook::{Id, Question};
use crate::{say, word};

/// What a row of the review means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wish {
    Show,
    More,
    Change(Id<Question>),
    Help,
}

impl<C: Choose> Person<'_, C> {
    /// Shows the answers, any of which can be changed. Says how the person leaves, unless there is more to ask.
    pub(super) fn review(&mut self, interview: &mut Interview<'_>, review: &Review) -> io::Result<Option<Left>> {
        let more = (review.more > 0).then_some(Wish::More);
        let help = self.has_help().then_some(Wish::Help);
        let answers = review.answers.iter().map(|&(question, _)| Wish::Change(question));
        let wishes: Vec<Wish> = std::iter::once(Wish::Show).chain(more).chain(answers).chain(help).collect();
        let choice = self.reviewing(review, &wishes);
        match self.choose.choose(&choice) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(Some(Left::ToTheList)), // nothing is missing
            chosen => match chosen? {
                Chosen::Row(row) => match wishes[row] {
                    Wish::Show => return Ok(Some(Left::ToTheList)),
                    Wish::More => interview.ask_more(),
                    Wish::Change(question) => interview.change(question),
                    Wish::Help => self.help(&interview.emergency())?,
                },
                Chosen::Back if self.list_was_shown => return Ok(Some(Left::Back)),
                Chosen::Back => interview.back(),
                Chosen::Ticked(_) => {}
            },
        }
        Ok(None)
    }

    fn reviewing(&self, review: &Review, wishes: &[Wish]) -> Choice {
        let language = self.language;
        let more = review.more;
        let answered = |question: Id<Question>| {
            let answer = review.answers.iter().find(|(answered, _)| *answered == question);
            let entry = &self.rulebook.questions[question];
            let text = answer.map_or_else(String::new, |&(_, answer)| phrases::answer(entry, answer, language));
            let ask = entry.ask.get(language);
            Row::new(
                say!(language, ja: "{ask} → {text}", en: "{ask} -> {text}"),
                self.rulebook.questions.name(question),
            )
        };
        let row = |&wish: &Wish| match wish {
            Wish::Show => Row::new(word!(language, ja: "一覧を見る", en: "Show me the list"), "="),
            Wish::More => Row::new(
                say!(
                    language,
                    ja: "+ もう少し答える（多くて{more}問。一覧が、より状況に合ったものになります）",
                    en: "+ Answer a few more (at most {more}; they make the list more exact)"
                ),
                "+",
            ),
            Wish::Change(question) => answered(question),
            Wish::Help => self.help_row(),
        };
        Choice {
            title: word!(language, ja: "答えを確かめてください。", en: "Please check your answers.").to_owned(),
            hint: Some(
                word!(
                    language,
                    ja: "直したい答えは、選ぶと直せます。よければ「一覧を見る」へ。",
                    en: "Choose one to change it, or \"Show me the list\"."
                )
                .to_owned(),
            ),
            rows: wishes.iter().map(row).collect(),
            can_go_back: true,
            ..Choice::default()
        }
    }
}
