//! What an entry needs, asked one thing after the other; what comes out is TOML.

use std::io;

use crate::cli::ask::choice::{Choice, Choose, Chosen, Row, Tick};
use crate::cli::world::{self, Columns};
use crate::report::wrap;
use crate::report::written::string;
use crate::rulebook::read::is_good_id;
use crate::rulebook::{Kind, Rulebook};
use crate::words::{Language, half_width};
use crate::{say, word};

/// Asks for an entry of a rulebook.
pub struct Form<'a, C> {
    rulebook: &'a Rulebook,
    language: Language,
    columns: Columns,
    choose: C,
}

/// An entry that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its id.
    pub id: String,
    /// The entry in TOML.
    pub text: String,
}

impl<'a, C: Choose> Form<'a, C> {
    /// A form for a rulebook.
    pub const fn new(rulebook: &'a Rulebook, language: Language, columns: Columns, choose: C) -> Self {
        Self { rulebook, language, columns, choose }
    }

    /// Asks for everything that an entry of this kind needs.
    ///
    /// # Errors
    ///
    /// When no answer can be had any more.
    pub fn entry(&mut self, kind: Kind) -> io::Result<Asked> {
        let id = self.id(kind)?;
        let mut keys = Keys { text: format!("[{}.{id}]\n", kind.name()) };
        match kind {
            Kind::Question => self.question(&mut keys)?,
            Kind::Cause | Kind::Obstacle => self.factor(&mut keys)?,
            Kind::Gate => self.gate(&mut keys)?,
            Kind::Action => self.action(&mut keys)?,
            _ => self.note(&mut keys)?,
        }
        Ok(Asked { id, text: keys.text })
    }

    /// Asks whether to go on with what was shown. What would break the rulebook is not what Enter does.
    ///
    /// # Errors
    ///
    /// When no answer can be had any more.
    pub fn is_wanted(&mut self, is_broken: bool) -> io::Result<bool> {
        let (add, end) = (
            word!(self.language, ja: "加える", en: "Add it"),
            word!(self.language, ja: "加えずに終わる", en: "End without adding it"),
        );
        let (title, rows, wanted) = if is_broken {
            let title = word!(
                self.language,
                ja: "加えると、上に示したエラーを直すまで、このルールブックは使えません。",
                en: "With it the rulebook cannot be used until the errors above are mended."
            );
            (title, [end, add], 1)
        } else {
            (word!(self.language, ja: "この項目を加えますか。", en: "Add this entry?"), [add, end], 0)
        };
        Ok(self.one(title, rows.map(str::to_owned))? == wanted)
    }

    fn question(&mut self, keys: &mut Keys) -> io::Result<()> {
        keys.text("ask", &self.texts(word!(self.language, ja: "質問の文", en: "The question"))?);
        keys.optional("hint", self.optional_texts(word!(self.language, ja: "一行の補足（なくてもよい。Enter で次へ）", en: "A hint of one line (optional; Enter skips it)"))?);
        let picks = [
            word!(self.language, ja: "どれか一つ", en: "One of them"),
            word!(self.language, ja: "いくつでも", en: "Any number of them"),
        ];
        let title = word!(self.language, ja: "選択肢は、いくつ選べますか。", en: "How many options can be chosen?");
        let is_one = self.one(title, picks.map(str::to_owned))? == 0;
        if !is_one {
            keys.raw("pick", "\"any\"");
        }
        let mut options = Vec::new();
        loop {
            let number = options.len() + 1;
            let what = say!(self.language, ja: "選択肢{number}の文", en: "The text of option {number}");
            let (name, more) = (self.option_name(number, &options)?, options.len() >= 2);
            let Some(name) = name else {
                if more {
                    break;
                }
                self.tell(
                    word!(self.language, ja: "選択肢は二つ以上要ります。", en: "There have to be two options or more."),
                );
                continue;
            };
            let text = self.texts(&what)?;
            keys.text(&format!("options.{name}"), &text);
            options.push(name);
        }
        if is_one {
            let title = word!(
                self.language,
                ja: "「わからない」の意味になる選択肢はありますか。",
                en: "Is there an option that \"don't know\" means?"
            );
            let none = word!(self.language, ja: "ない", en: "No").to_owned();
            let rows: Vec<String> = std::iter::once(none).chain(options.iter().cloned()).collect();
            if let Some(option) = self.one(title, rows)?.checked_sub(1) {
                keys.raw("unknown", &string(&options[option]));
            }
        }
        Ok(())
    }

    fn factor(&mut self, keys: &mut Keys) -> io::Result<()> {
        keys.text("name", &self.texts(word!(self.language, ja: "名前", en: "Its name"))?);
        keys.optional("about", self.optional_texts(word!(self.language, ja: "短い説明（なくてもよい。Enter で次へ）", en: "A short explanation (optional; Enter skips it)"))?);
        let mut number = 0;
        loop {
            number += 1;
            let sign = say!(self.language, ja: "サイン{number}：どんなときに見られますか。", en: "Sign {number}: when does it show?");
            let when = self.condition(&sign)?;
            let certainties = [("0.8", 0), ("0.5", 1), ("0.3", 2), ("0.1", 3)];
            let words = [
                word!(self.language, ja: "ほぼ確か（0.8）", en: "almost certain (0.8)"),
                word!(self.language, ja: "ありそう（0.5）", en: "likely (0.5)"),
                word!(self.language, ja: "これだけでも考えられる（0.3）", en: "possible, from this alone (0.3)"),
                word!(self.language, ja: "ほかのサインと合わせて（0.1）", en: "only together with other signs (0.1)"),
            ];
            let title = word!(
                self.language,
                ja: "どのくらい確かですか。合わせて0.20以上で当てはまります。",
                en: "How certain is it? It is found from 0.20 in all."
            );
            let (certainty, _) = certainties[self.one(title, words.map(str::to_owned))?];
            keys.raw(&format!("sign.sign_{number}"), &format!("{{ when = {when}, certainty = {certainty} }}"));
            if !self.another(word!(self.language, ja: "ほかのサインもありますか。", en: "Is there another sign?"))?
            {
                return Ok(());
            }
        }
    }

    fn gate(&mut self, keys: &mut Keys) -> io::Result<()> {
        keys.text("name", &self.texts(word!(self.language, ja: "名前", en: "Its name"))?);
        keys.text("say", &self.texts(word!(self.language, ja: "本人に伝えること", en: "What to tell the person"))?);
        let when =
            self.condition(word!(self.language, ja: "どんなときに当てはまりますか。", en: "When does it hold?"))?;
        keys.raw("when", &when);
        let aspects = self.aspects(word!(self.language, ja: "何を控えさせますか。", en: "What does it hold back?"))?;
        keys.list("bars", &aspects);
        let contacts = self.rulebook.contacts.iter();
        let contacts: Vec<(String, String)> = contacts
            .map(|(id, entry)| (self.rulebook.contacts.name(id).to_owned(), entry.name.get(self.language).to_owned()))
            .collect();
        let title = word!(self.language, ja: "どこに相談するとよいですか。", en: "Where should the person turn?");
        keys.list("refer", &self.any(title, &contacts)?);
        Ok(())
    }

    fn action(&mut self, keys: &mut Keys) -> io::Result<()> {
        keys.text("do", &self.texts(word!(self.language, ja: "することの一行", en: "What to do, in one line"))?);
        let mut how = Vec::new();
        while let Some(step) =
            self.optional_texts(word!(self.language, ja: "やり方（1行ずつ。何も入れずに Enter で終わり）", en: "How, one step a line (Enter alone ends it)"))?
        {
            how.push(step);
        }
        if !how.is_empty() {
            keys.lines("how", &how);
        }
        let (done, avoid) = (
            word!(self.language, ja: "完了の目印（なくてもよい。Enter で次へ）", en: "How to see that it is done (optional; Enter skips it)"),
            word!(self.language, ja: "してはいけないこと（なくてもよい。Enter で次へ）", en: "What never to do (optional; Enter skips it)"),
        );
        keys.optional("done", self.optional_texts(done)?);
        keys.optional("avoid", self.optional_texts(avoid)?);
        keys.text("why", &self.texts(word!(self.language, ja: "理由", en: "Why"))?);
        let conclusions = self.rulebook.conclusions.iter().map(|(id, conclusion)| {
            (self.rulebook.conclusions.name(id).to_owned(), conclusion.name.get(self.language).to_owned())
        });
        let conclusions: Vec<(String, String)> = conclusions.collect();
        let title = word!(
            self.language,
            ja: "何が当てはまるときにすることですか（何も選ばなければ、いつも）。",
            en: "What is it an answer to? (none of these: it is for everyone)"
        );
        keys.list("for", &self.any(title, &conclusions)?);
        let needs_when = word!(self.language, ja: "ほかに条件はありますか。", en: "Is there a further condition?");
        if self.another(needs_when)? {
            let when = self.condition(word!(self.language, ja: "どんなときに当てはまりますか。", en: "When?"))?;
            keys.raw("when", &when);
        }
        let dues = ["0d", "1d", "3d", "1w", "2w", "1mo", "3mo"];
        let words = match self.language {
            Language::Ja => ["今日中", "明日まで", "3日以内", "1週間以内", "2週間以内", "1か月以内", "3か月以内"],
            Language::En => {
                ["today", "by tomorrow", "in 3 days", "in a week", "in 2 weeks", "in a month", "in 3 months"]
            }
        };
        let title = word!(self.language, ja: "いつまでにしますか。", en: "Until when?");
        let due = dues[self.one(title, words.map(str::to_owned))?];
        keys.raw("due", &string(due));
        let title = word!(
            self.language,
            ja: "次のどれを伴いますか。安全確認は、これで控えさせます。",
            en: "Which of these does it involve? Safety gates hold it back by them."
        );
        let aspects = self.aspects(title)?;
        keys.raw("involves", &list(&aspects));
        for (key, title) in [
            (
                "impact",
                word!(self.language, ja: "どのくらい効きますか（1から5）。", en: "How much does it do, from 1 to 5?"),
            ),
            (
                "effort",
                word!(self.language, ja: "どのくらい手間がかかりますか（1から5）。", en: "How much does it take, from 1 to 5?"),
            ),
        ] {
            let chosen = self.one(title, ["1", "2", "3", "4", "5"].map(str::to_owned))?;
            keys.raw(key, &(chosen + 1).to_string());
        }
        Ok(())
    }

    fn note(&mut self, keys: &mut Keys) -> io::Result<()> {
        let kinds = ["mindset", "story", "outlook"];
        let words = match self.language {
            Language::Ja => ["考え方", "例", "これからの見通し"],
            Language::En => ["a way to look at it", "an example", "an outlook"],
        };
        let title = word!(self.language, ja: "どんな言葉ですか。", en: "What kind of thought is it?");
        let kind = kinds[self.one(title, words.map(str::to_owned))?];
        keys.raw("kind", &string(kind));
        keys.text("title", &self.texts(word!(self.language, ja: "題", en: "Its title"))?);
        keys.text("text", &self.texts(word!(self.language, ja: "本文", en: "The text"))?);
        let when = self.condition(word!(self.language, ja: "どんなときに当てはまりますか。", en: "When?"))?;
        keys.raw("when", &when);
        Ok(())
    }

    /// A condition: answers that must all be there, and what must hold.
    fn condition(&mut self, title: &str) -> io::Result<String> {
        let mut parts: Vec<String> = Vec::new();
        loop {
            let questions = self.rulebook.questions.iter();
            let questions = questions.map(|(id, question)| {
                (self.rulebook.questions.name(id).to_owned(), question.ask.get(self.language).to_owned())
            });
            let questions: Vec<(String, String)> = questions.collect();
            let conclusions = self.rulebook.conclusions.iter().map(|(id, conclusion)| {
                let name = conclusion.name.get(self.language);
                let text = say!(self.language, ja: "「{name}」が当てはまる", en: "\"{name}\" is found");
                (self.rulebook.conclusions.name(id).to_owned(), text)
            });
            let always = word!(self.language, ja: "いつも", en: "always").to_owned();
            let mut rows = questions.clone();
            rows.extend(conclusions);
            if parts.is_empty() {
                rows.push((String::new(), always));
            }
            let texts: Vec<String> = rows.iter().map(|(_, text)| text.clone()).collect();
            let chosen = self.one(title, texts)?;
            let (name, _) = &rows[chosen];
            if name.is_empty() {
                return Ok("{}".to_owned());
            }
            parts.push(if chosen < questions.len() { self.answered(name)? } else { format!("{name} = true") });
            let more = word!(self.language, ja: "さらに、同時に成り立つべき条件がありますか。", en: "Must something else hold as well?");
            if !self.another(more)? {
                return Ok(format!("{{ {} }}", parts.join(", ")));
            }
        }
    }

    /// Which answers to a question satisfy a condition.
    fn answered(&mut self, name: &str) -> io::Result<String> {
        let Some(id) = self.rulebook.questions.find(name) else { return Ok(String::new()) };
        let question = &self.rulebook.questions[id];
        let options: Vec<(String, String)> = (0..question.options.len())
            .map(|option| {
                let text = question.option_text(option).get(self.language).to_owned();
                (question.option_name(option).to_owned(), text)
            })
            .collect();
        loop {
            let title =
                word!(self.language, ja: "どの答えのときですか（いくつでも）。", en: "Which answers? (any number)");
            let chosen = self.any(title, &options)?;
            match &chosen[..] {
                [] => self.tell(word!(self.language, ja: "少なくとも一つ選んでください。", en: "Choose at least one.")),
                [one] => return Ok(format!("{name} = {}", string(one))),
                several => return Ok(format!("{name} = {}", list(several))),
            }
        }
    }

    fn aspects(&mut self, title: &str) -> io::Result<Vec<String>> {
        let aspects = self.rulebook.aspects.iter();
        let aspects: Vec<(String, String)> = aspects
            .map(|(id, entry)| (self.rulebook.aspects.name(id).to_owned(), entry.name.get(self.language).to_owned()))
            .collect();
        self.any(title, &aspects)
    }

    /// An id that no other entry of the kind has.
    fn id(&mut self, kind: Kind) -> io::Result<String> {
        let prompt = word!(
            self.language,
            ja: "id（プログラムの中での名前。英小文字・数字・_。例: `late_reply`）",
            en: "Its id (a name for the program: lower-case letters, digits and _, such as `late_reply`)"
        );
        let names = |kind: Kind| self.rulebook.names(kind).into_iter().map(str::to_owned).collect::<Vec<String>>();
        let kinds = if Kind::IN_CONDITIONS.contains(&kind) { &Kind::IN_CONDITIONS[..] } else { &[kind] };
        let taken: Vec<String> = kinds.iter().flat_map(|&kind| names(kind)).collect();
        loop {
            let id = half_width(self.line(prompt)?.trim());
            if !is_good_id(&id) {
                self.tell(word!(
                    self.language,
                    ja: "英小文字で始め、英小文字・数字・`_` で書いてください。",
                    en: "Begin with a lower-case letter; use such letters, digits and `_`."
                ));
            } else if taken.contains(&id) {
                self.tell(&say!(self.language, ja: "`{id}` はもうあります。", en: "There is `{id}` already."));
            } else {
                return Ok(id);
            }
        }
    }

    /// The id of an option; nothing when there are enough of them.
    fn option_name(&mut self, number: usize, others: &[String]) -> io::Result<Option<String>> {
        let prompt = say!(
            self.language,
            ja: "選択肢{number}の id（例: `yes`。何も入れずに Enter で、選択肢を終わる）",
            en: "The id of option {number}, such as `yes` (Enter alone ends the options)"
        );
        loop {
            let id = half_width(self.line(&prompt)?.trim());
            if id.is_empty() {
                return Ok(None);
            }
            if is_good_id(&id) && !others.contains(&id) {
                return Ok(Some(id));
            }
            self.tell(word!(
                self.language,
                ja: "ほかにない名前を、英小文字・数字・`_` で書いてください。",
                en: "Use a name that no other option has: lower-case letters, digits and `_`."
            ));
        }
    }

    /// A text in every language of the rulebook.
    fn texts(&mut self, what: &str) -> io::Result<String> {
        loop {
            if let Some(text) = self.optional_texts(what)? {
                return Ok(text);
            }
            self.tell(word!(self.language, ja: "ここは空にできません。", en: "This cannot be empty."));
        }
    }

    /// The same, unless the person leaves it out.
    fn optional_texts(&mut self, what: &str) -> io::Result<Option<String>> {
        let languages = self.rulebook.languages.clone();
        let mut texts = Vec::new();
        for &language in &languages {
            let name = match (language, self.language) {
                (Language::Ja, Language::Ja) => "日本語",
                (Language::En, Language::Ja) => "英語",
                (Language::Ja, Language::En) => "Japanese",
                (Language::En, Language::En) => "English",
            };
            let prompt = if languages.len() > 1 {
                say!(self.language, ja: "{what}（{name}）", en: "{what} ({name})")
            } else {
                what.to_owned()
            };
            let text = self.line(&prompt)?.trim().to_owned();
            if text.is_empty() && texts.is_empty() {
                return Ok(None);
            }
            texts.push((language, text));
        }
        Ok(Some(match &texts[..] {
            [(_, text)] => string(text),
            several => {
                let filled = several.iter().filter(|(_, text)| !text.is_empty());
                let pairs: Vec<String> =
                    filled.map(|(language, text)| format!("{} = {}", language.tag(), string(text))).collect();
                format!("{{ {} }}", pairs.join(", "))
            }
        }))
    }

    fn another(&mut self, title: &str) -> io::Result<bool> {
        let rows = [word!(self.language, ja: "いいえ", en: "No"), word!(self.language, ja: "はい", en: "Yes")];
        Ok(self.one(title, rows.map(str::to_owned))? == 1)
    }

    fn one(&mut self, title: &str, rows: impl IntoIterator<Item = String>) -> io::Result<usize> {
        let rows = rows.into_iter().enumerate().map(|(number, text)| Row::new(text, format!("{}", number + 1)));
        let choice = Choice { title: title.to_owned(), rows: rows.collect(), ..Choice::default() };
        loop {
            if let Chosen::Row(row) = self.choose.choose(&choice)? {
                return Ok(row);
            }
        }
    }

    /// The ids of what is ticked.
    fn any(&mut self, title: &str, items: &[(String, String)]) -> io::Result<Vec<String>> {
        if items.is_empty() {
            return Ok(Vec::new());
        }
        let ticks = items.iter().map(|(name, text)| Tick { row: Row::new(text, name), ticked: false });
        let choice = Choice {
            title: title.to_owned(),
            ticks: ticks.collect(),
            ready: [
                word!(self.language, ja: "どれも選ばない", en: "None of these").to_owned(),
                word!(self.language, ja: "これで決まり", en: "Go on with these").to_owned(),
            ],
            ..Choice::default()
        };
        loop {
            if let Chosen::Ticked(ticked) = self.choose.choose(&choice)? {
                return Ok(ticked.into_iter().map(|tick| items[tick].0.clone()).collect());
            }
        }
    }

    fn line(&mut self, prompt: &str) -> io::Result<String> {
        self.choose.line(prompt)
    }

    fn tell(&self, sentence: &str) {
        world::tell(&wrap::hanging("", sentence, self.columns.now()));
    }
}

/// The keys of an entry in the making.
struct Keys {
    text: String,
}

impl Keys {
    fn raw(&mut self, key: &str, value: &str) {
        self.text.extend([key, " = ", value, "\n"]);
    }

    fn text(&mut self, key: &str, text: &str) {
        self.raw(key, text);
    }

    fn optional(&mut self, key: &str, text: Option<String>) {
        if let Some(text) = text {
            self.raw(key, &text);
        }
    }

    fn list(&mut self, key: &str, names: &[String]) {
        if !names.is_empty() {
            self.raw(key, &list(names));
        }
    }

    fn lines(&mut self, key: &str, texts: &[String]) {
        let lines: Vec<String> = texts.iter().map(|text| format!("  {text},")).collect();
        self.raw(key, &format!("[\n{}\n]", lines.join("\n")));
    }
}

fn list(names: &[String]) -> String {
    format!("[{}]", names.iter().map(|name| string(name)).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::ask::scripted::Scripted;
    use crate::rulebook::insert::insert;
    use crate::rulebook::read::read;
    use crate::rulebook::source::File;

    const SMALL: &[u8] = include_bytes!("../../../tests/rulebooks/small.toml");

    /// What is asked for becomes an entry with which the rulebook is still valid.
    fn asked(kind: Kind, lines: &[&'static str]) -> String {
        let file = |bytes: Vec<u8>| vec![vec![File { name: "small.toml".into(), bytes }]];
        let rulebook = read(file(SMALL.to_vec())).rulebook.expect("the rulebook is valid");
        let mut script = Scripted { lines: lines.iter().copied().collect(), asked: Vec::new() };
        let mut form = Form::new(&rulebook, Language::En, Columns::new(Some(80)), &mut script);
        let Asked { id, text } = form.entry(kind).expect("the lines suffice");
        assert!(script.lines.is_empty(), "{:?}", script.lines);
        let with = insert(SMALL, kind, &id, &text).expect("there is a place");
        let reading = read(file(with));
        assert!(reading.rulebook.is_some(), "{text}\n{:#?}", reading.findings);
        text
    }

    #[test]
    fn every_kind_is_asked_for() {
        let question = [
            "Bad id",
            "place",
            "どこで",
            "Where?",
            "",
            "1",
            "home",
            "家",
            "At home",
            "work",
            "職場",
            "At work",
            "",
            "1",
        ];
        assert_eq!(
            asked(Kind::Question, &question),
            "[question.place]\nask = { ja = \"どこで\", en = \"Where?\" }\n\
             options.home = { ja = \"家\", en = \"At home\" }\noptions.work = { ja = \"職場\", en = \"At work\" }\n"
        );
        let cause = ["haste", "急ぎ", "Haste", "", "2", "1,2", "1", "2", "1"];
        assert_eq!(
            asked(Kind::Cause, &cause),
            "[cause.haste]\nname = { ja = \"急ぎ\", en = \"Haste\" }\n\
             sign.sign_1 = { when = { event = [\"late\", \"leak\"] }, certainty = 0.5 }\n"
        );
        let action = [
            "late_word",
            "一言",
            "A word",
            "やり方",
            "How",
            "",
            "",
            "",
            "早いほどよい",
            "Sooner is better",
            "1",
            "2",
            "2",
            "1",
            "1",
            "3",
            "1",
            "4",
            "2",
        ];
        assert_eq!(
            asked(Kind::Action, &action),
            "[action.late_word]\ndo = { ja = \"一言\", en = \"A word\" }\nhow = [\n  { ja = \"やり方\", en = \"How\" },\n]\n\
             why = { ja = \"早いほどよい\", en = \"Sooner is better\" }\nfor = [\"lapse\"]\n\
             when = { event = \"late\" }\ndue = \"3d\"\ninvolves = [\"contact\"]\nimpact = 4\neffort = 2\n"
        );
        let gate = ["worn", "休む", "Rest", "休んでください。", "Please rest.", "1", "2", "1", "1", "1"];
        let gate = asked(Kind::Gate, &gate);
        assert!(gate.contains("when = { state = \"worn\" }\nbars = [\"contact\"]\nrefer = [\"line\"]\n"), "{gate}");
        let note = asked(Kind::Note, &["calm", "1", "題", "Title", "文", "Text", "always"]);
        assert!(note.ends_with("text = { ja = \"文\", en = \"Text\" }\nwhen = {}\n"), "{note}");
    }
}
