//! The report on a terminal: what to know first, what was found, what to do, where to turn.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use console::Style as Paint;

use crate::answers::Truth;
use crate::diagnosis::{Diagnosis, Line, Step};
use crate::report::{Style, phrases, wrap};
use crate::rulebook::calendar::Due;
use crate::rulebook::condition::{NodeId, Options};
use crate::rulebook::{Action, Aspect, Conclusion, Contact, Id, Kind, NoteKind, Question, Rulebook, Tone};
use crate::words::Language;
use crate::{say, word};

/// What to show beside the usual.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// At most so many lines of the checklist.
    pub top: Option<usize>,
    /// The place of each line, and what was ruled out.
    pub explain: bool,
    /// Whether the reader can be told of flags, or is in the middle of an interview.
    pub reader: Reader,
}

/// Who reads a report, for what to do about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reader {
    /// Somebody who can give flags.
    #[default]
    AtTheCommandLine,
    /// Somebody who is asked what to do next.
    InTheInterview,
    /// Somebody who opens a file later.
    OfAFile,
}

/// The whole report.
pub fn render(rulebook: &Rulebook, diagnosis: &Diagnosis, language: Language, style: Style, extent: Extent) -> String {
    let mut page = Page { rulebook, diagnosis, language, style, extent, out: String::new() };
    page.title();
    page.headline();
    if diagnosis.stopped_by.is_none() {
        page.first_line();
        page.found();
        page.other_gates();
        page.not_for_now();
        page.checklist();
        page.left_out();
        page.done();
        page.held_back();
        page.may_be_added();
    }
    page.contacts();
    if diagnosis.stopped_by.is_none() {
        page.notes();
        page.assumed();
        page.sources();
        if extent.explain {
            page.ruled_out();
        }
        page.footer(); // not the last word to somebody in danger
    }
    page.out
}

struct Page<'a> {
    rulebook: &'a Rulebook,
    diagnosis: &'a Diagnosis,
    language: Language,
    style: Style,
    extent: Extent,
    out: String,
}

/// How much a piece of text is to be seen.
#[derive(Clone, Copy)]
enum Weight {
    Alert,
    Heading,
    Plain,
    Quiet,
}

impl<'a> Page<'a> {
    fn title(&mut self) {
        let (name, day) =
            (self.rulebook.name.get(self.language), phrases::long_date(self.diagnosis.today, self.language));
        let title = say!(self.language, ja: "{name}　{day}", en: "{name}, {day}");
        self.put("", &title, Weight::Quiet);
    }

    fn headline(&mut self) {
        let Some(id) = self.diagnosis.headline else { return };
        let conclusion = &self.rulebook.conclusions[id];
        self.gap();
        self.put("!! ", conclusion.name.get(self.language), Weight::Alert);
        if let Some(gate) = conclusion.gate() {
            self.put("   ", gate.say.get(self.language), Weight::Plain);
        }
        if self.diagnosis.stopped_by.is_none() {
            self.reasons(id);
        }
    }

    /// What the gates hold back, once for all of them.
    fn not_for_now(&mut self) {
        let gates = self.conclusions(Truth::True, &[Kind::Gate]);
        let bars = |aspect| {
            gates.iter().filter_map(|&id| self.rulebook.conclusions[id].gate()).any(|gate| gate.bars.contains(&aspect))
        };
        let barred: Vec<Id<Aspect>> = self.rulebook.aspects.ids().filter(|&aspect| bars(aspect)).collect();
        if barred.is_empty() {
            return;
        }
        self.heading(word!(self.language, ja: "今は控えること", en: "Not for now"));
        for aspect in barred {
            self.put("  * ", self.rulebook.aspects[aspect].name.get(self.language), Weight::Plain);
        }
    }

    /// The one thing to do first, before anything else is read.
    fn first_line(&mut self) {
        let lines = &self.diagnosis.checklist;
        let Some(first) = lines.iter().find(|line| line.action().is_some()).or(lines.first()) else { return };
        let task = self.task(first);
        let due = phrases::due(first.place().due, self.diagnosis.today, self.language);
        self.gap();
        let line = say!(self.language, ja: "まず（{due}）: {task}", en: "Start here, {due}: {task}");
        self.put("-> ", &line, Weight::Heading);
    }

    fn found(&mut self) {
        let found: Vec<Id<Conclusion>> = self.conclusions(Truth::True, &[Kind::Cause, Kind::Obstacle]);
        if found.is_empty() && self.diagnosis.headline.is_some() {
            return; // the gate says what it is about
        }
        self.heading(word!(self.language, ja: "わかったこと", en: "What your answers show"));
        if found.is_empty() {
            self.put("  ", self.nothing_found(), Weight::Plain);
        }
        for id in found {
            self.finding(id);
        }
    }

    fn nothing_found(&self) -> &'static str {
        if self.is_unsettled() {
            word!(
                self.language,
                ja: "まだ答えのない質問があるため、原因は決まっていません。",
                en: "No cause shows yet, because some questions have no answer."
            )
        } else {
            word!(
                self.language,
                ja: "この答えからは、はっきりした原因は見えませんでした。どんな場合にも役に立つことを以下に挙げます。",
                en: "These answers do not point to one clear cause. What follows helps in any case."
            )
        }
    }

    /// Whether some answer could still change the list.
    fn is_unsettled(&self) -> bool {
        !self.diagnosis.live.unanswered.is_empty() || !self.diagnosis.live.unknown.is_empty()
    }

    fn finding(&mut self, id: Id<Conclusion>) {
        let conclusion = &self.rulebook.conclusions[id];
        let name = conclusion.name.get(self.language);
        let kind = match conclusion.kind() {
            Kind::Obstacle => word!(self.language, ja: "妨げになりそうなこと", en: "may stand in the way"),
            _ => self
                .diagnosis
                .strength(self.rulebook, id)
                .map_or("", |strength| phrases::strength(strength, self.language)),
        };
        self.put("  * ", &say!(self.language, ja: "{name}（{kind}）", en: "{name} ({kind})"), Weight::Plain);
        self.reasons(id);
    }

    /// The answers behind a conclusion: of one that holds, those that speak for it, not those that merely rule out
    /// what would have spoken against it. What all of them are is in `explain` and JSON.
    fn reasons(&mut self, id: Id<Conclusion>) {
        let node = self.rulebook.conclusions[id].node;
        let mut trace = self.diagnosis.traces.get(node).clone();
        if !self.extent.explain {
            trace.answers.retain(|id, _| self.diagnosis.answers.get(*id).is_some()); // what is assumed is said below
            let asserted = self.rulebook.graph.asserted_below(node);
            let holds = self.diagnosis.truths.get(node) == Truth::True;
            if holds && trace.answers.keys().any(|id| asserted.contains(id)) {
                trace.answers.retain(|id, _| asserted.contains(id));
            }
        }
        for reason in phrases::short_reasons(self.rulebook, &trace, self.language) {
            self.put("      ", &reason, Weight::Quiet);
        }
    }

    fn other_gates(&mut self) {
        let gates = self.conclusions(Truth::True, &[Kind::Gate]);
        let others: Vec<_> = gates.into_iter().filter(|&id| Some(id) != self.diagnosis.headline).collect();
        if others.is_empty() {
            return;
        }
        self.heading(word!(self.language, ja: "あわせて大切なこと", en: "Also important here"));
        for id in others {
            let conclusion = &self.rulebook.conclusions[id];
            self.put("  * ", conclusion.name.get(self.language), Weight::Plain);
            let Some(gate) = conclusion.gate() else { continue };
            self.put("    ", gate.say.get(self.language), Weight::Plain);
            if gate.tone == Tone::Alert || self.extent.explain {
                self.reasons(id); // a limit says itself what it is about
            }
        }
    }

    fn checklist(&mut self) {
        let heading = word!(
            self.language,
            ja: "やること（期限は目安です。法律や契約の期限は別にあります）",
            en: "What to do (times are a guide; legal deadlines are separate)"
        );
        self.heading(heading);
        if self.diagnosis.checklist.is_empty() {
            let sentence = if self.is_unsettled() {
                word!(
                    self.language,
                    ja: "ここに載せられることは、まだ決まっていません。下の質問の答えで決まります。",
                    en: "Nothing is certain enough for this list yet; the questions below decide."
                )
            } else if !self.diagnosis.done.is_empty() {
                word!(self.language, ja: "この一覧のことは、すべて済みました。", en: "Everything on this list is done.")
            } else {
                word!(
                    self.language,
                    ja: "今の答えでは、すぐにやることはありません。",
                    en: "For these answers there is nothing to do at once."
                )
            };
            self.put("  ", sentence, Weight::Plain);
        }
        let mut group = None;
        for (position, line) in self.shown().iter().enumerate() {
            let due = line.place().due;
            if group != Some(due) {
                group = Some(due);
                self.deadline(due);
            }
            self.line(line, position + 1);
        }
        let hidden = self.diagnosis.checklist.len() - self.shown().len();
        if hidden > 0 {
            let more = say!(
                self.language,
                ja: "（`--top` により、あと{hidden}件は省いています）",
                en: "({hidden} more not shown, because of `--top`)"
            );
            self.gap();
            self.put("  ", &more, Weight::Quiet);
        }
    }

    /// The lines of the checklist that are wanted.
    fn shown(&self) -> &'a [Line] {
        let lines = &self.diagnosis.checklist;
        &lines[..self.extent.top.unwrap_or(lines.len()).min(lines.len())]
    }

    fn deadline(&mut self, due: Due) {
        let words = phrases::due(due, self.diagnosis.today, self.language);
        let mut letters = words.chars();
        let words = letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>());
        self.gap();
        self.put(" ", &words.unwrap_or_default(), Weight::Heading);
    }

    fn line(&mut self, line: &Line, rank: usize) {
        let box_and_rank = format!("  [ ] {rank}. ");
        let task = self.task(line);
        self.put(&box_and_rank, &task, Weight::Plain);
        if let Line::Action(step) = line {
            self.step(step);
        }
    }

    fn step(&mut self, step: &Step) {
        let (rulebook, language) = (self.rulebook, self.language);
        for how in step.how(rulebook) {
            self.put("      - ", how.get(language), Weight::Plain);
        }
        let labelled = [
            (word!(language, ja: "完了の目印: ", en: "Done when: "), step.done(rulebook)),
            (word!(language, ja: "しないこと: ", en: "Never: "), step.avoid(rulebook)),
        ];
        for (label, text) in labelled {
            if let Some(text) = text {
                self.put("      ", &format!("{label}{}", text.get(language)), Weight::Plain);
            }
        }
        if let Some(every) = step.every(rulebook) {
            let every = phrases::every(every, language);
            self.put("      ", &say!(language, ja: "くり返し: {every}", en: "Again: {every}"), Weight::Plain);
        }
        let why = step.why(rulebook).get(language);
        self.put("      ", &say!(language, ja: "理由: {why}", en: "Why: {why}"), Weight::Quiet);
        let answered = self.diagnosis.answered_by(rulebook, step.action);
        if !answered.is_empty() {
            let names: Vec<&str> = answered.iter().map(|&id| rulebook.conclusions[id].name.get(language)).collect();
            let list = names.join(word!(language, ja: "、", en: ", "));
            self.put(
                "      ",
                &say!(language, ja: "この項目が出た理由: {list}", en: "Because of: {list}"),
                Weight::Quiet,
            );
        }
        if self.extent.explain {
            self.place(step);
        }
    }

    /// Why a line stands where it stands, in one line.
    fn place(&mut self, step: &Step) {
        let (rulebook, language) = (self.rulebook, self.language);
        let due = phrases::due(step.place.due, self.diagnosis.today, language);
        let stage = step.stage(rulebook).map_or("-", |stage| rulebook.stages[stage].name.get(language));
        let action = &rulebook.actions[step.action];
        let (id, impact, effort) = (rulebook.actions.name(step.action), action.impact, action.effort);
        let mut line = say!(
            language,
            ja: "位置: {id}、期限 {due}、段階 {stage}、効果 {impact}／手間 {effort}",
            en: "Place: {id}, {due}, stage {stage}, impact {impact} / effort {effort}"
        );
        if let Some(owner) = step.borrowed_from {
            let owner = rulebook.actions.name(owner);
            line.push_str(&say!(
                language,
                ja: "、{owner} がこれを待つため、その位置を借りています",
                en: "; it borrows the place of {owner}, which waits for it"
            ));
        }
        self.put("      ", &line, Weight::Quiet);
    }

    fn left_out(&mut self) {
        let number = self.diagnosis.left_out.len();
        let Some(gate) = self.diagnosis.cut_by.filter(|_| number > 0) else { return };
        let name = self.rulebook.conclusions[gate].name.get(self.language);
        self.gap();
        let line = say!(
            self.language,
            ja: "ほかの{number}件は、今は後回しで構いません（{name}）。",
            en: "{number} more can wait for now ({name})."
        );
        self.put("  ", &line, Weight::Plain);
    }

    /// What would be on the list, but is done already.
    fn done(&mut self) {
        if self.diagnosis.done.is_empty() {
            return;
        }
        self.gap();
        self.put(" ", word!(self.language, ja: "済んだこと", en: "Done already"), Weight::Heading);
        for step in &self.diagnosis.done {
            self.put("  [x] ", step.task(self.rulebook).get(self.language), Weight::Quiet);
        }
    }

    /// What to hold off while a gate is open, and which answers would settle it.
    fn held_back(&mut self) {
        let held: Vec<Id<Action>> = self.held_back_actions().into_iter().collect();
        if held.is_empty() {
            return;
        }
        self.heading(word!(self.language, ja: "答えがわかるまで控えること", en: "Hold off until more is known"));
        let gates = self.gates_to_settle();
        let barred: Vec<&str> = self
            .rulebook
            .aspects
            .iter()
            .filter(|(aspect, _)| gates.iter().any(|&gate| self.bars(gate, *aspect)))
            .map(|(_, aspect)| aspect.name.get(self.language))
            .collect();
        if !barred.is_empty() {
            self.put("  * ", &barred.join(word!(self.language, ja: "、", en: ", ")), Weight::Plain);
        }
        let shown = self.wanted(held.len());
        for &action in &held[..shown] {
            self.put("    - ", self.rulebook.actions[action].task.get(self.language), Weight::Quiet);
        }
        self.and_more(held.len() - shown);
        let nodes: Vec<NodeId> = gates.iter().map(|&id| self.rulebook.conclusions[id].node).collect();
        self.depends_on(&nodes);
    }

    fn bars(&self, gate: Id<Conclusion>, aspect: Id<Aspect>) -> bool {
        let holds_something = !self.diagnosis.held_back_by(self.rulebook, gate).is_empty();
        holds_something && self.rulebook.conclusions[gate].gate().is_some_and(|gate| gate.bars.contains(&aspect))
    }

    /// How many of so many open actions are shown.
    fn wanted(&self, number: usize) -> usize {
        const FEW: usize = 5;
        let most = if self.extent.explain { number } else { self.extent.top.unwrap_or(FEW) };
        most.min(number)
    }

    fn and_more(&mut self, more: usize) {
        if more > 0 {
            let line = say!(
                self.language,
                ja: "ほか{more}件（`--explain` ですべて見られます）",
                en: "and {more} more (`--explain` shows all)"
            );
            self.put("    ", &line, Weight::Quiet);
        }
    }

    /// The actions that gates hold back as long as they are open.
    fn held_back_actions(&self) -> BTreeSet<Id<Action>> {
        let gates = self.gates_to_settle().into_iter();
        gates.flat_map(|gate| self.diagnosis.held_back_by(self.rulebook, gate)).collect()
    }

    /// The open gates about which an answer can still decide: where the list is cut, nobody asks about what is cut off.
    fn gates_to_settle(&self) -> Vec<Id<Conclusion>> {
        let mut gates = self.conclusions(Truth::Open, &[Kind::Gate]);
        gates.retain(|&gate| !self.deciding(self.rulebook.conclusions[gate].node).is_empty());
        gates
    }

    /// The questions that can still settle a node, of those that matter.
    fn deciding(&self, node: NodeId) -> Vec<Id<Question>> {
        let live = &self.diagnosis.live;
        let mut questions = self.diagnosis.settled_by(self.rulebook, node);
        questions.retain(|question| live.unanswered.contains(question) || live.unknown.contains(question));
        questions
    }

    /// What may come to the list, and which answers decide about it.
    fn may_be_added(&mut self) {
        let held = self.held_back_actions();
        let open = self.diagnosis.open_actions(self.rulebook);
        let is_decided_here = |action: &Id<Action>| !self.deciding(self.rulebook.actions[*action].node).is_empty();
        let open: Vec<_> =
            open.into_iter().filter(|action| !held.contains(action) && is_decided_here(action)).collect();
        if open.is_empty() {
            return;
        }
        let shown = self.wanted(open.len());
        self.heading(word!(
            self.language,
            ja: "答えしだいで加わること（今してはいけないという意味ではありません）",
            en: "May be added, depending on your answers (not forbidden)"
        ));
        for &id in &open[..shown] {
            let action = &self.rulebook.actions[id];
            self.put("  * ", action.task.get(self.language), Weight::Plain);
            self.depends_on(&[action.node]);
        }
        self.and_more(open.len() - shown);
    }

    fn depends_on(&mut self, nodes: &[NodeId]) {
        let mut questions: Vec<Id<Question>> = nodes.iter().flat_map(|&node| self.deciding(node)).collect();
        questions.sort_unstable();
        questions.dedup();
        let asks: Vec<&str> =
            questions.iter().map(|&question| self.rulebook.questions[question].ask.get(self.language)).collect();
        let list = asks.join(word!(self.language, ja: "／", en: " / "));
        let line = say!(self.language, ja: "次の質問の答えで決まります: {list}", en: "It depends on: {list}");
        self.put("    ", &line, Weight::Quiet);
    }

    fn notes(&mut self) {
        let mut shown: Vec<NoteKind> = Vec::new();
        for id in self.diagnosis.notes(self.rulebook) {
            let note = &self.rulebook.notes[id];
            if shown.contains(&note.kind) {
                continue;
            }
            shown.push(note.kind);
            self.gap();
            self.put("", note.title.get(self.language), Weight::Heading);
            self.put("  ", note.text.get(self.language), Weight::Plain);
        }
    }

    fn contacts(&mut self) {
        let contacts = self.diagnosis.contacts(self.rulebook);
        if contacts.is_empty() {
            return;
        }
        self.heading(word!(self.language, ja: "相談できるところ", en: "Where to turn"));
        for id in contacts {
            let lines = contact_lines(&self.rulebook.contacts[id], self.language);
            self.put("  * ", &lines[0], Weight::Plain);
            for line in &lines[1..] {
                self.put("    ", line, Weight::Plain);
            }
        }
    }

    fn assumed(&mut self) {
        if self.diagnosis.assumed.is_empty() {
            return;
        }
        let heading = word!(self.language, ja: "尋ねずに、次のように考えました", en: "Not asked, so assumed");
        self.heading(heading);
        for &question in &self.diagnosis.assumed {
            let usual = self.rulebook.questions[question].usually.map_or(Options::NONE, Options::one);
            let line = phrases::reason(self.rulebook, question, usual, self.language);
            self.put("  * ", &line, Weight::Quiet);
        }
        if let Some(line) = self.if_assumed_wrongly() {
            self.put("  ", &line, Weight::Quiet);
        }
    }

    fn if_assumed_wrongly(&self) -> Option<String> {
        match self.extent.reader {
            Reader::AtTheCommandLine => {
                let example = self.diagnosis.assumed.first().and_then(|&question| self.other_answer(question))?;
                Some(say!(
                    self.language,
                    ja: "違うときは、`-a {example}` のように答えを足してください。",
                    en: "Where this is wrong, add an answer such as `-a {example}`."
                ))
            }
            Reader::InTheInterview => Some(
                word!(
                    self.language,
                    ja: "違うときは「答えを直す」から「もう少し答える」を選んでください。",
                    en: "Where this is wrong, choose \"Change an answer\", then \"Answer a few more\"."
                )
                .to_owned(),
            ),
            Reader::OfAFile => None,
        }
    }

    /// A flag that answers a detail in another than the usual way.
    fn other_answer(&self, question: Id<Question>) -> Option<String> {
        let (name, entry) = (self.rulebook.questions.name(question), &self.rulebook.questions[question]);
        let other = (0..entry.options.len()).find(|&option| Some(option) != entry.usually)?;
        Some(format!("{name}={}", entry.option_name(other)))
    }

    fn sources(&mut self) {
        let sources = self.diagnosis.sources(self.rulebook, self.shown());
        if sources.is_empty() {
            return;
        }
        self.heading(word!(self.language, ja: "参考資料", en: "Based on"));
        for id in sources {
            self.put("  * ", self.rulebook.sources[id].cite.get(self.language), Weight::Quiet);
        }
    }

    fn ruled_out(&mut self) {
        for (truth, heading) in [
            (Truth::Open, word!(self.language, ja: "まだ決められないこと", en: "Still open")),
            (Truth::False, word!(self.language, ja: "当てはまらなかったこと", en: "Ruled out")),
        ] {
            let conclusions = self.conclusions(truth, &[Kind::Cause, Kind::Obstacle, Kind::Gate]);
            if conclusions.is_empty() {
                continue;
            }
            self.heading(heading);
            for id in conclusions {
                self.put("  * ", self.rulebook.conclusions[id].name.get(self.language), Weight::Plain);
                self.reasons(id);
            }
        }
    }

    fn footer(&mut self) {
        if let Some(footer) = &self.rulebook.footer {
            self.gap();
            self.put("", footer.get(self.language), Weight::Quiet);
        }
    }

    fn conclusions(&self, truth: Truth, kinds: &[Kind]) -> Vec<Id<Conclusion>> {
        let conclusions = self.rulebook.conclusions.iter().filter(|(id, conclusion)| {
            kinds.contains(&conclusion.kind()) && self.diagnosis.truth(self.rulebook, *id) == truth
        });
        conclusions.map(|(id, _)| id).collect()
    }

    fn task(&self, line: &Line) -> String {
        match line {
            Line::Action(step) => step.task(self.rulebook).get(self.language).to_owned(),
            Line::FindOut(question, _) => phrases::find_out(&self.rulebook.questions[*question], self.language),
        }
    }

    fn heading(&mut self, heading: &str) {
        self.gap();
        self.put("", heading, Weight::Heading);
    }

    fn gap(&mut self) {
        self.out.push('\n');
    }

    fn put(&mut self, first: &str, text: &str, weight: Weight) {
        let block = wrap::hanging(first, text, self.style.width);
        let paint = match weight {
            _ if !self.style.colour => None,
            Weight::Plain => None,
            Weight::Alert => Some(Paint::new().red().bold()),
            Weight::Heading => Some(Paint::new().bold()),
            Weight::Quiet => Some(Paint::new().dim()),
        };
        match paint {
            None => self.out.push_str(&block),
            Some(paint) => {
                let paint = paint.force_styling(true);
                for line in block.lines() {
                    writeln!(self.out, "{}", paint.apply_to(line)).expect("a string takes everything");
                }
            }
        }
    }
}

/// A contact: its name and purpose, how to reach it, when that was checked.
pub fn contact_lines(contact: &Contact, language: Language) -> Vec<String> {
    let name = contact.name.get(language);
    let first = match contact.purpose.as_ref().map(|purpose| purpose.get(language)) {
        Some(purpose) => say!(language, ja: "{name}：{purpose}", en: "{name}: {purpose}"),
        None => name.to_owned(),
    };
    let reach = contact.reach.get(language);
    let second = match contact.checked {
        Some(date) => say!(language, ja: "{reach}（{date} 確認）", en: "{reach} (checked {date})"),
        None => reach.to_owned(),
    };
    vec![first, second]
}
