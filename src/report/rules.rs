//! Rules in words: what an entry of a rulebook says, who reads it, and, with answers, how it stands.

use crate::answers::{Answers, Truth, given};
use crate::diagnosis::{Diagnosis, diagnose};
use crate::proof::flip::{Flip, MOST, flip};
use crate::proof::sites::sites;
use crate::report::page::when_checked;
use crate::report::{phrases, wrap};
use crate::rulebook::calendar::Window;
use crate::rulebook::condition::{Certainty, Condition, NodeId, Test};
use crate::rulebook::{
    Action, Answer, Aspect, Basis, Case, Conclusion, Contact, Contradiction, Gate, Id, Kind, Note, Property, Question,
    Reference, Rulebook, Signs, Stage, Term, Text, Variant,
};
use crate::words::{Language, count};
use crate::{say, word};

/// An entry, by kind and position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its kind.
    pub kind: Kind,
    /// Its position among the entries of its kind; among all conclusions for a cause, an obstacle or a gate.
    pub position: usize,
}

/// The entries that a name can mean: `acknowledge`, or `action.acknowledge` when several kinds have one.
pub fn named(rulebook: &Rulebook, name: &str) -> Vec<Entry> {
    let (kind, id) = match name.split_once('.') {
        Some((kind, id)) => match Kind::from_name(kind) {
            Some(kind) => (Some(kind), id),
            None => return Vec::new(),
        },
        None => (None, name),
    };
    let kinds = Kind::ALL.into_iter().filter(|&other| kind.is_none_or(|kind| kind == other));
    kinds.filter_map(|kind| Some(Entry { kind, position: position(rulebook, kind, id)? })).collect()
}

/// Every name that can be explained.
pub fn names(rulebook: &Rulebook) -> impl Iterator<Item = &str> {
    Kind::ALL.into_iter().flat_map(|kind| rulebook.names(kind))
}

/// Every name by kind, one paragraph each.
pub fn directory(rulebook: &Rulebook, width: usize) -> String {
    let paragraphs = Kind::ALL.into_iter().filter_map(|kind| {
        let names: Vec<&str> = rulebook.names(kind);
        (!names.is_empty()).then(|| wrap::hanging(&format!("{}: ", kind.name()), &names.join(", "), width))
    });
    paragraphs.collect()
}

fn position(rulebook: &Rulebook, kind: Kind, id: &str) -> Option<usize> {
    match kind {
        Kind::Question => rulebook.questions.find(id).map(Id::index),
        Kind::Aspect => rulebook.aspects.find(id).map(Id::index),
        Kind::Term => rulebook.terms.find(id).map(Id::index),
        Kind::Cause | Kind::Obstacle | Kind::Gate => {
            let found = rulebook.conclusions.find(id)?;
            (rulebook.conclusions[found].kind() == kind).then(|| found.index())
        }
        Kind::Stage => rulebook.stages.find(id).map(Id::index),
        Kind::Action => rulebook.actions.find(id).map(Id::index),
        Kind::Note => rulebook.notes.find(id).map(Id::index),
        Kind::Source => rulebook.sources.find(id).map(Id::index),
        Kind::Contact => rulebook.contacts.find(id).map(Id::index),
        Kind::Contradiction => rulebook.contradictions.find(id).map(Id::index),
        Kind::Property => rulebook.properties.find(id).map(Id::index),
        Kind::Case => rulebook.cases.find(id).map(Id::index),
    }
}

/// An entry in words. With answers, also how it stands, and why.
pub fn explain(
    rulebook: &Rulebook,
    entry: Entry,
    answers: Option<(&Answers, jiff::civil::Date)>,
    language: Language,
    width: usize,
) -> String {
    let mut page = Page { rulebook, language, names_referrers: true, lines: Vec::new() };
    let node = page.entry(entry);
    if let (Some(node), Some((answers, today))) = (node, answers) {
        page.standing(node, &diagnose(rulebook, answers, today));
    }
    page.lines.iter().map(|line| wrap::hanging(&line.first, &line.text, width)).collect()
}

/// What an entry says, line by line, without who refers to it; the first line is its name with what it is called.
pub fn lines(rulebook: &Rulebook, entry: Entry, language: Language) -> Vec<Line> {
    let mut page = Page { rulebook, language, names_referrers: false, lines: Vec::new() };
    page.entry(entry);
    page.lines
}

/// A line of what an entry says.
#[derive(Clone, Debug)]
pub struct Line {
    /// How far it stands in, with a mark if it is one of several.
    first: String,
    /// What it says.
    pub text: String,
}

impl Line {
    /// Whether it is one of several.
    pub fn is_item(&self) -> bool {
        self.first.trim_start().starts_with(['-', '?'])
    }

    /// How deep it stands below the entry.
    pub fn depth(&self) -> usize {
        self.first.chars().take_while(|&character| character == ' ').count() / 2
    }
}

struct Page<'a> {
    rulebook: &'a Rulebook,
    language: Language,
    /// Whether to say who refers to an entry.
    names_referrers: bool,
    lines: Vec<Line>,
}

impl<'a> Page<'a> {
    /// Writes an entry; returns its node, if it can be true or false.
    fn entry(&mut self, Entry { kind, position }: Entry) -> Option<NodeId> {
        match kind {
            Kind::Question => self.question(Id::new(position)),
            Kind::Aspect => self.aspect(Id::new(position)),
            Kind::Stage => self.stage(Id::new(position)),
            Kind::Source => self.source(Id::new(position)),
            Kind::Property => self.property(Id::new(position)),
            Kind::Case => self.case(Id::new(position)),
            Kind::Term => return Some(self.term(Id::new(position))),
            Kind::Cause | Kind::Obstacle | Kind::Gate => return Some(self.conclusion(Id::new(position))),
            Kind::Action => return Some(self.action(Id::new(position))),
            Kind::Note => return Some(self.note(Id::new(position))),
            Kind::Contact => return Some(self.contact(Id::new(position))),
            Kind::Contradiction => return Some(self.contradiction(Id::new(position))),
        }
        None
    }

    fn question(&mut self, id: Id<Question>) {
        let question = &self.rulebook.questions[id];
        self.title(Kind::Question, self.rulebook.questions.name(id), question.ask.get(self.language));
        if let Some(hint) = &question.hint {
            self.line("  ", hint.get(self.language));
        }
        for (position, (name, text)) in question.options.iter().enumerate() {
            let role = if question.unknown == Some(position) {
                word!(self.language, ja: "（「わからない」の意味）", en: " (what \"don't know\" means)")
            } else if question.usually == Some(position) {
                word!(self.language, ja: "（答えがないときはこれと考える）", en: " (assumed without an answer)")
            } else {
                ""
            };
            self.line("  - ", &format!("{name}: {}{role}", text.get(self.language)));
        }
        let find_out =
            word!(self.language, ja: "わからないままのとき、一覧に載ること", en: "On the list while it stays unknown");
        self.labelled(find_out, question.find_out.as_ref());
        self.referrers(&|part| matches!(part.test, Test::Answer(other, _) if other == id), None);
    }

    fn aspect(&mut self, id: Id<Aspect>) {
        self.title(Kind::Aspect, self.rulebook.aspects.name(id), self.rulebook.aspects[id].name.get(self.language));
        let involving: Vec<&str> = self
            .rulebook
            .actions
            .iter()
            .filter(|(_, action)| action.involves.contains(&id))
            .map(|(action, _)| self.rulebook.actions.name(action))
            .collect();
        let barring: Vec<&str> = self
            .rulebook
            .gates()
            .filter(|(_, gate)| gate.bars.contains(&id))
            .map(|(gate, _)| self.rulebook.conclusions.name(gate))
            .collect();
        self.list(word!(self.language, ja: "これを伴う行動", en: "Involved in"), &involving);
        self.list(word!(self.language, ja: "これを控えさせる安全確認", en: "Barred by"), &barring);
    }

    fn term(&mut self, id: Id<Term>) -> NodeId {
        let term = &self.rulebook.terms[id];
        self.title(Kind::Term, self.rulebook.terms.name(id), "");
        self.when(Some(&term.when), term.window);
        self.referrers(&|part| matches!(part.test, Test::Term(other, _) if other == id), None);
        term.node
    }

    fn conclusion(&mut self, id: Id<Conclusion>) -> NodeId {
        let conclusion = &self.rulebook.conclusions[id];
        self.title(conclusion.kind(), self.rulebook.conclusions.name(id), conclusion.name.get(self.language));
        match &conclusion.basis {
            Basis::Cause(signs) | Basis::Obstacle(signs) => self.signs(signs),
            Basis::Gate(gate) => self.gate(gate),
        }
        let answering: Vec<&str> = self
            .rulebook
            .actions
            .iter()
            .filter(|(_, action)| action.answers.contains(&id))
            .map(|(action, _)| self.rulebook.actions.name(action))
            .collect();
        self.list(word!(self.language, ja: "これに応える行動", en: "Answered by"), &answering);
        self.referrers(&|part| matches!(part.test, Test::Conclusion(other, _) if other == id), None);
        conclusion.node
    }

    fn signs(&mut self, signs: &'a Signs) {
        if let Some(about) = &signs.about {
            self.line("  ", about.get(self.language));
        }
        for (name, sign) in &signs.signs {
            let Certainty(hundredths) = sign.certainty;
            let (whole, part) = (hundredths / 100, hundredths % 100);
            let line = say!(
                self.language,
                ja: "サイン {name}（確かさ {whole}.{part:02}）:",
                en: "Sign {name} (certainty {whole}.{part:02}):"
            );
            self.line("  ", &line);
            self.condition(&sign.when, 2);
            self.window(sign.window, "    ");
        }
    }

    fn gate(&mut self, gate: &'a Gate) {
        self.line("  ", gate.say.get(self.language));
        self.when(Some(&gate.when), gate.window);
        let barred: Vec<&str> =
            gate.bars.iter().map(|&aspect| self.rulebook.aspects[aspect].name.get(self.language)).collect();
        self.texts(word!(self.language, ja: "控えさせること", en: "Holds back"), &barred);
        let effects = [
            (
                gate.stops,
                word!(self.language, ja: "質問を終え、これだけを示します。", en: "It ends the interview and is shown alone."),
            ),
            (
                gate.only,
                word!(self.language, ja: "安全確認に応える行動だけを勧めます。", en: "Only actions that answer a gate are advised."),
            ),
        ];
        for (_, effect) in effects.into_iter().filter(|(holds, _)| *holds) {
            self.line("  ", effect);
        }
        if let Some(most) = gate.at_most {
            let line =
                say!(self.language, ja: "一覧を{most}件に絞ります。", en: "It cuts the checklist to {most} lines.");
            self.line("  ", &line);
        }
        let contacts: Vec<&str> =
            gate.refer.iter().map(|&contact| self.rulebook.contacts[contact].name.get(self.language)).collect();
        self.texts(word!(self.language, ja: "相談先", en: "Where to turn"), &contacts);
    }

    fn stage(&mut self, id: Id<Stage>) {
        let stage = &self.rulebook.stages[id];
        self.title(Kind::Stage, self.rulebook.stages.name(id), stage.name.get(self.language));
        let due = phrases::length(stage.due, self.language);
        self.line("  ", &say!(self.language, ja: "期限の目安: {due}", en: "Deadline: {due}"));
        let actions = self.rulebook.actions.iter().filter(|(_, action)| {
            action.stage == Some(id) || action.variants.values().any(|variant| variant.stage == Some(id))
        });
        let actions: Vec<&str> = actions.map(|(action, _)| self.rulebook.actions.name(action)).collect();
        self.list(word!(self.language, ja: "属する行動", en: "Its actions"), &actions);
    }

    fn action(&mut self, id: Id<Action>) -> NodeId {
        let (rulebook, language) = (self.rulebook, self.language);
        let action = &rulebook.actions[id];
        self.title(Kind::Action, rulebook.actions.name(id), action.advice.task.get(language));
        for how in &action.advice.how {
            self.line("  - ", how.get(language));
        }
        self.labelled(word!(language, ja: "完了の目印", en: "Done when"), action.advice.done.as_ref());
        self.labelled(word!(language, ja: "しないこと", en: "Never"), action.advice.avoid.as_ref());
        self.labelled(word!(language, ja: "理由", en: "Why"), Some(&action.advice.why));
        let answers: Vec<&str> =
            action.answers.iter().map(|&answered| rulebook.conclusions[answered].name.get(language)).collect();
        self.texts(word!(language, ja: "次のどれかが当てはまるとき", en: "For any of"), &answers);
        self.when(action.advice.when.as_ref(), action.window);
        self.timing(id);
        let involves: Vec<&str> =
            action.involves.iter().map(|&aspect| rulebook.aspects[aspect].name.get(language)).collect();
        self.texts(word!(language, ja: "伴うこと", en: "Involves"), &involves);
        if action.share {
            self.line(
                "  ",
                word!(language, ja: "人に渡す写しにも載ります", en: "Also stands in a copy that is handed on"),
            );
        }
        let after: Vec<&str> = action.after.iter().map(|&earlier| rulebook.actions.name(earlier)).collect();
        self.list(word!(language, ja: "先に済ませること", en: "After"), &after);
        let barring: Vec<&str> = rulebook
            .gates()
            .filter(|(gate, rules)| rules.bars_action(action) || rules.only && !action.answers.contains(gate))
            .map(|(gate, _)| rulebook.conclusions[gate].name.get(language))
            .collect();
        self.texts(word!(language, ja: "次のときは控える", en: "Held back by"), &barring);
        for (name, variant) in &action.variants {
            self.variant(name, variant);
        }
        let sources: Vec<&str> =
            action.advice.sources.iter().map(|&source| rulebook.sources[source].cite.get(language)).collect();
        self.texts(word!(language, ja: "よりどころ", en: "Based on"), &sources);
        self.referrers(&|_| false, Some(id));
        action.node
    }

    /// When an action is due, how often, and what decides its place.
    fn timing(&mut self, id: Id<Action>) {
        let (rulebook, language) = (self.rulebook, self.language);
        let action = &rulebook.actions[id];
        let due = phrases::length(rulebook.place(id, action.due, action.stage).due, language);
        let stage = action.stage.map(|stage| rulebook.stages[stage].name.get(language));
        let stage =
            stage.map_or_else(String::new, |stage| say!(language, ja: "、段階: {stage}", en: ", stage: {stage}"));
        let (impact, effort) = (action.impact, action.effort);
        let line = say!(
            language,
            ja: "期限の目安: {due}{stage}、効果 {impact}／手間 {effort}",
            en: "Deadline: {due}{stage}, impact {impact} / effort {effort}"
        );
        self.line("  ", &line);
        if let Some(every) = action.every {
            let every = phrases::every(every, language);
            self.line("  ", &say!(language, ja: "くり返し: {every}", en: "Again: {every}"));
        }
    }

    fn variant(&mut self, name: &str, variant: &'a Variant) {
        self.line("  ", &say!(self.language, ja: "場合別のやり方 {name}:", en: "Variant {name}:"));
        self.condition(&variant.advice.when, 2);
        self.window(variant.window, "    ");
        for text in variant.advice.task.iter().chain(&variant.advice.how) {
            self.line("    - ", text.get(self.language));
        }
        let texts = [
            (word!(self.language, ja: "完了の目印", en: "Done when"), &variant.advice.done),
            (word!(self.language, ja: "しないこと", en: "Never"), &variant.advice.avoid),
            (word!(self.language, ja: "理由", en: "Why"), &variant.advice.why),
        ];
        for (label, text) in texts {
            if let Some(text) = text {
                self.line("    - ", &format!("{label}: {}", text.get(self.language)));
            }
        }
        if let Some(due) = variant.due {
            let due = phrases::length(due, self.language);
            self.line("    - ", &say!(self.language, ja: "期限の目安: {due}", en: "Deadline: {due}"));
        }
    }

    fn note(&mut self, id: Id<Note>) -> NodeId {
        let note = &self.rulebook.notes[id];
        self.title(Kind::Note, self.rulebook.notes.name(id), note.title.get(self.language));
        self.line("  ", note.text.get(self.language));
        let answers: Vec<&str> =
            note.answers.iter().map(|&answered| self.rulebook.conclusions[answered].name.get(self.language)).collect();
        self.texts(word!(self.language, ja: "次のどれかが当てはまるとき", en: "For any of"), &answers);
        self.when(note.when.as_deref(), note.window);
        note.node
    }

    fn source(&mut self, id: Id<Reference>) {
        let source = &self.rulebook.sources[id];
        self.title(Kind::Source, self.rulebook.sources.name(id), source.cite.get(self.language));
        self.window(source.window, "  ");
        let users: Vec<&str> = self
            .rulebook
            .actions
            .iter()
            .filter(|(_, action)| action.advice.sources.contains(&id))
            .map(|(action, _)| self.rulebook.actions.name(action))
            .collect();
        self.list(word!(self.language, ja: "これに基づく行動", en: "Used by"), &users);
    }

    fn contact(&mut self, id: Id<Contact>) -> NodeId {
        let contact = &self.rulebook.contacts[id];
        self.title(Kind::Contact, self.rulebook.contacts.name(id), contact.name.get(self.language));
        for text in std::iter::once(&contact.reach).chain(&contact.purpose) {
            self.line("  ", text.get(self.language));
        }
        if let Some(checked) = when_checked(std::iter::once(contact), self.language) {
            self.line("  ", &checked);
        }
        self.when(contact.when.as_deref(), contact.window);
        let rulebook = self.rulebook;
        let gates = rulebook.gates().filter(|(_, gate)| gate.refer.contains(&id));
        let gates = gates.map(|(gate, _)| rulebook.conclusions.name(gate));
        let actions = rulebook.actions.iter().filter(|(_, action)| action.advice.refer.contains(&id));
        let referring: Vec<&str> = gates.chain(actions.map(|(action, _)| rulebook.actions.name(action))).collect();
        self.list(word!(self.language, ja: "これを挙げる項目", en: "Named by"), &referring);
        contact.node
    }

    fn contradiction(&mut self, id: Id<Contradiction>) -> NodeId {
        let contradiction = &self.rulebook.contradictions[id];
        let name = self.rulebook.contradictions.name(id);
        self.title(Kind::Contradiction, name, contradiction.say.get(self.language));
        self.when(Some(&contradiction.when), Window::default());
        contradiction.node
    }

    fn property(&mut self, id: Id<Property>) {
        let property = &self.rulebook.properties[id];
        self.title(Kind::Property, self.rulebook.properties.name(id), "");
        self.when(property.when.as_deref(), Window::default());
        let actions = |ids: &[Id<Action>]| -> Vec<&'a str> {
            ids.iter().map(|&action| self.rulebook.actions.name(action)).collect()
        };
        let (never, always, any) = (actions(&property.never), actions(&property.always), actions(&property.always_any));
        let aspects: Vec<&str> = property
            .never_involves
            .iter()
            .map(|&aspect| self.rulebook.aspects[aspect].name.get(self.language))
            .collect();
        self.list(word!(self.language, ja: "決して挙げない行動", en: "Never lists"), &never);
        self.list(word!(self.language, ja: "決して求めないこと", en: "Never advises what involves"), &aspects);
        self.list(word!(self.language, ja: "必ず挙げる行動", en: "Always lists"), &always);
        self.list(word!(self.language, ja: "少なくとも1つは挙げる行動", en: "Always lists one of"), &any);
    }

    fn case(&mut self, id: Id<Case>) {
        let case = &self.rulebook.cases[id];
        let about = case.about.as_ref().map_or("", |about| about.get(self.language));
        self.title(Kind::Case, self.rulebook.cases.name(id), about);
        for &(question, answer) in &case.answers {
            let text = match answer {
                Answer::Chosen(options) => phrases::reason(self.rulebook, question, options, self.language),
                Answer::Unknown => {
                    let ask = self.rulebook.questions[question].ask.get(self.language);
                    say!(self.language, ja: "{ask} → わからない", en: "{ask} – don't know")
                }
            };
            self.line("  - ", &text);
        }
        let name = self.rulebook.cases.name(id);
        self.line("  ", &format!("shinrai diagnose --case {name}"));
    }

    /// How a node stands for some answers, and why.
    fn standing(&mut self, node: NodeId, diagnosis: &Diagnosis) {
        let truth = diagnosis.truths.get(node);
        let is_action = self.rulebook.actions.iter().any(|(_, action)| action.node == node);
        let sentence = match (truth, is_action) {
            (Truth::True, true) => {
                word!(self.language, ja: "この答えでは: 一覧に出ます", en: "For these answers: it is listed")
            }
            (Truth::False, true) => {
                word!(self.language, ja: "この答えでは: 一覧に出ません", en: "For these answers: it is not listed")
            }
            (Truth::True, false) => {
                word!(self.language, ja: "この答えでは: 当てはまります", en: "For these answers: it holds")
            }
            (Truth::False, false) => {
                word!(self.language, ja: "この答えでは: 当てはまりません", en: "For these answers: it does not hold")
            }
            (Truth::Open, _) => word!(
                self.language,
                ja: "この答えでは: 次の質問の答えで決まります",
                en: "For these answers: it depends on the answers to"
            ),
        };
        self.line("  ", sentence);
        if truth == Truth::Open {
            let asks = diagnosis.settled_by(self.rulebook, node).into_iter().map(|question| {
                let name = self.rulebook.questions.name(question);
                format!("{name}: {}", self.rulebook.questions[question].ask.get(self.language))
            });
            for ask in asks.collect::<Vec<_>>() {
                self.line("    ? ", &ask);
            }
        } else {
            for reason in phrases::reasons(self.rulebook, &diagnosis.trace(self.rulebook, node), self.language) {
                self.line("    - ", &reason);
            }
            self.smallest_change(node, diagnosis);
        }
    }

    /// The fewest answers that would have to be different for the opposite.
    fn smallest_change(&mut self, node: NodeId, diagnosis: &Diagnosis) {
        let (rulebook, language) = (self.rulebook, self.language);
        let sentence = match flip(rulebook, &diagnosis.answers, diagnosis.today, node) {
            Flip::Change(change) => {
                self.line("  ", word!(language, ja: "次のように答えが変われば、逆になります:", en: "It would change with these answers:"));
                for (question, answer) in change {
                    let Answer::Chosen(options) = answer else { continue };
                    let flag = given::as_flag(rulebook, question, answer);
                    let words = phrases::reason(rulebook, question, options, language);
                    self.line("    - ", &format!("{words} (-a {flag})"));
                }
                return;
            }
            Flip::TooFar => say!(
                language,
                ja: "答えを{MOST}つまで変えても、結果は変わりません。",
                en: "No change of up to {MOST} answers would change it."
            ),
            Flip::Unfinished => {
                word!(language, ja: "逆になる答えは、探し終えていません。", en: "What would turn it round: not finished.").to_owned()
            }
            Flip::Open => return,
        };
        self.line("  ", &sentence);
    }

    fn title(&mut self, kind: Kind, name: &str, text: &str) {
        let title = format!("{}.{name}", kind.name());
        let title = if text.is_empty() { title } else { format!("{title}: {text}") };
        self.line("", &title);
    }

    fn labelled(&mut self, label: &str, text: Option<&Text>) {
        if let Some(text) = text {
            self.line("  ", &format!("{label}: {}", text.get(self.language)));
        }
    }

    /// Texts one after the other, each in quotation marks: they may hold commas.
    fn texts(&mut self, label: &str, items: &[&str]) {
        let quoted = items.iter().map(|item| say!(self.language, ja: "「{item}」", en: "\"{item}\""));
        let quoted: Vec<String> = quoted.collect();
        self.list(label, &quoted.iter().map(String::as_str).collect::<Vec<_>>());
    }

    fn list(&mut self, label: &str, items: &[&str]) {
        if !items.is_empty() {
            let items = items.join(word!(self.language, ja: "、", en: ", "));
            self.line("  ", &format!("{label}: {items}"));
        }
    }

    fn when(&mut self, when: Option<&Condition>, window: Window) {
        if let Some(when) = when {
            self.line("  ", word!(self.language, ja: "条件:", en: "When:"));
            self.condition(when, 2);
        }
        self.window(window, "  ");
    }

    fn window(&mut self, window: Window, indent: &str) {
        if let Some(from) = window.from {
            self.line(indent, &say!(self.language, ja: "{from} から", en: "from {from}"));
        }
        if let Some(until) = window.until {
            self.line(indent, &say!(self.language, ja: "{until} まで", en: "until {until}"));
        }
    }

    fn condition(&mut self, condition: &Condition, depth: usize) {
        let bullet = format!("{}- ", "  ".repeat(depth));
        let words = condition_words(self.rulebook, condition, self.language);
        self.line(&bullet, &words);
        for part in condition.parts() {
            self.condition(part, depth + 1);
        }
    }

    fn line(&mut self, first: &str, text: &str) {
        self.lines.push(Line { first: first.to_owned(), text: text.to_owned() });
    }

    /// The entries that name this one in a condition, in `after`, in a property or in what a case expects.
    fn referrers(&mut self, refers: &dyn Fn(&Condition) -> bool, action: Option<Id<Action>>) {
        if !self.names_referrers {
            return;
        }
        let rulebook = self.rulebook;
        let mut names = Vec::new();
        for site in sites(rulebook) {
            if site.when.is_some_and(|when| contains(when, refers)) {
                names.push(site.name);
            }
        }
        if let Some(action) = action {
            let waiting = rulebook.actions.iter().filter(|(_, other)| other.after.contains(&action));
            names.extend(waiting.map(|(id, _)| format!("{}.{}", Kind::Action.name(), rulebook.actions.name(id))));
            let claims = rulebook.properties.iter().filter(|(_, property)| {
                [&property.never, &property.always, &property.always_any].iter().any(|claim| claim.contains(&action))
            });
            names.extend(claims.map(|(id, _)| format!("{}.{}", Kind::Property.name(), rulebook.properties.name(id))));
            let cases = rulebook.cases.iter().filter(|(_, case)| {
                let expect = &case.expect;
                [&expect.first, &expect.actions_shown(), &expect.excludes].iter().any(|some| some.contains(&action))
            });
            let number = cases.count();
            if number > 0 {
                let cases = count(number, "case");
                names.push(say!(self.language, ja: "事例{number}件", en: "{cases}"));
            }
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        self.list(word!(self.language, ja: "これを参照する項目", en: "Referred to by"), &names);
    }
}

/// Whether a condition, or a part of it, is as wanted.
fn contains(when: &Condition, wanted: &dyn Fn(&Condition) -> bool) -> bool {
    let mut found = false;
    when.walk(&mut |part| found |= wanted(part));
    found
}

/// The first line of a condition in words; what is inside follows on lines of its own.
fn condition_words(rulebook: &Rulebook, condition: &Condition, language: Language) -> String {
    match &condition.test {
        Test::Answer(question, options) => {
            let question = &rulebook.questions[*question];
            let ask = question.ask.get(language);
            let texts: Vec<String> =
                options.iter().map(|option| question.option_text(option).get(language).to_owned()).collect();
            let list = match language {
                Language::Ja => texts.iter().map(|text| format!("「{text}」")).collect::<Vec<_>>().join("か"),
                Language::En => texts.iter().map(|text| format!("\"{text}\"")).collect::<Vec<_>>().join(" or "),
            };
            say!(language, ja: "「{ask}」の答えが{list}", en: "\"{ask}\" is answered with {list}")
        }
        Test::Term(term, holds) => {
            let name = rulebook.terms.name(*term);
            match holds {
                true => say!(language, ja: "`{name}` が成り立つ", en: "`{name}` holds"),
                false => say!(language, ja: "`{name}` が成り立たない", en: "`{name}` does not hold"),
            }
        }
        Test::Conclusion(conclusion, holds) => {
            let name = rulebook.conclusions[*conclusion].name.get(language);
            match holds {
                true => say!(language, ja: "「{name}」が当てはまる", en: "\"{name}\" is found"),
                false => say!(language, ja: "「{name}」が当てはまらない", en: "\"{name}\" is ruled out"),
            }
        }
        Test::All(parts) if parts.is_empty() => word!(language, ja: "いつも", en: "always").to_owned(),
        Test::All(_) => word!(language, ja: "次のすべてに当てはまる:", en: "all of:").to_owned(),
        Test::Any(_) => word!(language, ja: "次のどれか1つでも当てはまる:", en: "at least one of:").to_owned(),
        Test::Not(_) => word!(language, ja: "次には当てはまらない:", en: "not:").to_owned(),
    }
}
