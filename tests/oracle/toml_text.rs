//! A rulebook and answers as their users write them: TOML 1.0, flags, JSON.

use std::fmt::Display;

use super::spec::{
    Action, Answer, Answers, Conclusion, Condition, Contact, Date, Dates, Due, Entry, Gate, Note, Pick, Question, Sign,
    Spec, Stage, Term, Tone, Unit, Variant, option_name,
};

/// The rulebook as one TOML file with English texts.
pub fn to_toml(spec: &Spec) -> String {
    let mut text = Text(HEAD.to_owned());
    spec.questions.iter().for_each(|question| text.question(question));
    spec.aspects.iter().for_each(|aspect| text.aspect(aspect));
    spec.terms.iter().for_each(|term| text.term(term));
    spec.causes.iter().for_each(|cause| text.conclusion("cause", cause));
    spec.obstacles.iter().for_each(|obstacle| text.conclusion("obstacle", obstacle));
    spec.gates.iter().for_each(|gate| text.gate(gate));
    spec.stages.iter().for_each(|stage| text.stage(stage));
    spec.actions.iter().for_each(|action| text.action(action));
    spec.notes.iter().for_each(|note| text.note(note));
    spec.contacts.iter().for_each(|contact| text.contact(contact));
    text.0
}

const HEAD: &str = r#"[rulebook]
format = 1
id = "random"
name = "Random rulebook"
version = "1.0.0"
languages = ["en"]
"#;

/// The values of `--answer`, one for each question that was answered.
pub fn answer_flags(spec: &Spec, answers: &Answers) -> Vec<String> {
    let flag = |(question, answer): (&Question, &Answer)| match answer {
        Answer::Unanswered => None,
        Answer::Unknown => Some(format!("{}=?", question.name)),
        Answer::Chosen(options) => Some(format!("{}={}", question.name, option_names(options).join(","))),
    };
    spec.questions.iter().zip(&answers.0).filter_map(flag).collect()
}

/// The answers as a JSON object: a list of options, or `null` for "don't know".
pub fn answers_json(spec: &Spec, answers: &Answers) -> String {
    let member = |(question, answer): (&Question, &Answer)| match answer {
        Answer::Unanswered => None,
        Answer::Unknown => Some(format!("\"{}\": null", question.name)),
        Answer::Chosen(options) => Some(format!("\"{}\": {}", question.name, list(&option_names(options)))),
    };
    let members: Vec<String> = spec.questions.iter().zip(&answers.0).filter_map(member).collect();
    format!("{{{}}}", members.join(", "))
}

fn option_names<'a>(options: impl IntoIterator<Item = &'a usize>) -> Vec<String> {
    options.into_iter().map(|&option| option_name(option)).collect()
}

/// A TOML file in the making.
struct Text(String);

/// Tables and keys.
impl Text {
    fn line(&mut self, line: &str) {
        self.0.push_str(line);
        self.0.push('\n');
    }

    fn table(&mut self, path: &str) {
        self.line(&format!("\n[{path}]"));
    }

    fn key(&mut self, key: &str, value: impl Display) {
        self.line(&format!("{key} = {value}"));
    }

    fn text(&mut self, key: &str, value: &str) {
        self.key(key, quoted(value));
    }

    fn optional(&mut self, key: &str, value: Option<impl Display>) {
        if let Some(value) = value {
            self.key(key, value);
        }
    }

    /// A list that need not be written when it is empty.
    fn names(&mut self, key: &str, names: &[String]) {
        self.optional(key, (!names.is_empty()).then(|| list(names)));
    }

    /// A key that need not be written when it is false.
    fn flag(&mut self, key: &str, value: bool) {
        self.optional(key, value.then_some(true));
    }

    fn dates(&mut self, dates: &Dates) {
        self.optional("from", dates.from.map(date));
        self.optional("until", dates.until.map(date));
    }
}

/// Entries of a rulebook.
impl Text {
    fn question(&mut self, question: &Question) {
        let name = &question.name;
        self.table(&format!("question.{name}"));
        self.text("ask", &format!("What about {name}?"));
        match question.pick {
            Pick::One => {}
            Pick::Any => self.text("pick", "any"),
        }
        for option in (0..question.options).map(option_name) {
            self.text(&format!("options.{option}"), &format!("Option {option} of {name}"));
        }
        self.flag("ordered", question.ordered);
        self.optional("unknown", question.unknown.map(option_name).as_deref().map(quoted));
        self.optional("usually", question.usually.map(option_name).as_deref().map(quoted));
        self.optional("find_out", question.unknown.is_none().then(|| quoted(&format!("Find out {name}"))));
    }

    fn aspect(&mut self, name: &str) {
        self.table(&format!("aspect.{name}"));
        self.text("name", &format!("Aspect {name}"));
    }

    fn term(&mut self, term: &Term) {
        self.table(&format!("term.{}", term.name));
        self.key("when", condition(&term.when));
        self.dates(&term.dates);
    }

    fn conclusion(&mut self, kind: &str, conclusion: &Conclusion) {
        let name = &conclusion.name;
        self.table(&format!("{kind}.{name}"));
        self.text("name", &format!("The {kind} {name}"));
        conclusion.signs.iter().for_each(|sign| self.sign(&format!("{kind}.{name}"), sign));
    }

    fn sign(&mut self, path: &str, sign: &Sign) {
        self.table(&format!("{path}.sign.{}", sign.name));
        self.key("when", condition(&sign.when));
        self.key("certainty", format!("{}.{:02}", sign.certainty / 100, sign.certainty % 100));
        self.dates(&sign.dates);
    }

    fn gate(&mut self, gate: &Gate) {
        let name = &gate.name;
        self.table(&format!("gate.{name}"));
        self.text("name", &format!("The gate {name}"));
        self.text("say", &format!("What {name} says"));
        self.key("when", condition(&gate.when));
        self.names("bars", &gate.bars);
        self.names("refer", &gate.refer);
        self.flag("only", gate.only);
        self.flag("stops", gate.stops);
        self.optional("at_most", gate.at_most);
        match gate.tone {
            Tone::Alert => {}
            Tone::Limit => self.text("tone", "limit"),
        }
        self.dates(&gate.dates);
    }

    fn stage(&mut self, stage: &Stage) {
        self.table(&format!("stage.{}", stage.name));
        self.text("name", &format!("The stage {}", stage.name));
        self.key("due", due(stage.due));
    }

    fn action(&mut self, action: &Action) {
        let name = &action.name;
        self.table(&format!("action.{name}"));
        self.text("do", &format!("Do {name}"));
        self.text("why", &format!("Why {name}"));
        self.names("for", &action.answers);
        self.optional("when", action.when.as_ref().map(condition));
        self.optional("stage", action.stage.as_deref().map(quoted));
        self.optional("due", action.due.map(due));
        self.names("after", &action.after);
        self.key("involves", list(&action.involves));
        self.key("impact", action.impact);
        self.key("effort", action.effort);
        self.names("refer", &action.refer);
        self.dates(&action.dates);
        action.variants.iter().for_each(|variant| self.variant(name, variant));
    }

    fn variant(&mut self, action: &str, variant: &Variant) {
        self.table(&format!("action.{action}.variant.{}", variant.name));
        self.key("when", condition(&variant.when));
        self.key("how", list(&[format!("The way {} of {action}", variant.name)]));
        self.optional("stage", variant.stage.as_deref().map(quoted));
        self.optional("due", variant.due.map(due));
        self.dates(&variant.dates);
    }

    fn note(&mut self, note: &Note) {
        self.table(&format!("note.{}", note.name));
        self.text("kind", note.kind);
        self.text("title", &format!("The title of {}", note.name));
        self.text("text", &format!("The text of {}", note.name));
        self.names("for", &note.answers);
        self.optional("when", note.when.as_ref().map(condition));
        self.dates(&note.dates);
    }

    fn contact(&mut self, contact: &Contact) {
        self.table(&format!("contact.{}", contact.name));
        self.text("name", &format!("The contact {}", contact.name));
        self.text("reach", &format!("How to reach {}", contact.name));
        self.optional("when", contact.when.as_ref().map(condition));
        self.dates(&contact.dates);
    }
}

/// No text of a random rulebook holds anything that has to be escaped.
fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

fn list(texts: &[String]) -> String {
    let quoted: Vec<String> = texts.iter().map(|text| quoted(text)).collect();
    format!("[{}]", quoted.join(", "))
}

fn condition(condition: &Condition) -> String {
    if condition.entries.is_empty() {
        return "{}".to_owned();
    }
    let entries: Vec<String> = condition.entries.iter().map(entry).collect();
    format!("{{ {} }}", entries.join(", "))
}

fn entry(entry: &Entry) -> String {
    let value = match entry {
        Entry::Chosen { options, .. } if options.len() == 1 => quoted(&option_name(options[0])),
        Entry::Chosen { options, .. } => list(&option_names(options)),
        Entry::AtLeast { option, .. } => format!("{{ at_least = \"{}\" }}", option_name(*option)),
        Entry::AtMost { option, .. } => format!("{{ at_most = \"{}\" }}", option_name(*option)),
        Entry::Named { holds, .. } => holds.to_string(),
        Entry::Any(items) | Entry::All(items) => conditions(items),
        Entry::Not(item) => condition(item),
    };
    format!("{} = {value}", entry.key())
}

fn conditions(items: &[Condition]) -> String {
    let items: Vec<String> = items.iter().map(condition).collect();
    format!("[{}]", items.join(", "))
}

fn due(due: Due) -> String {
    let unit = match due.unit {
        Unit::Hours => "h",
        Unit::Days => "d",
        Unit::Weeks => "w",
        Unit::Months => "mo",
    };
    format!("\"{}{unit}\"", due.amount)
}

fn date(date: Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year, date.month, date.day)
}
