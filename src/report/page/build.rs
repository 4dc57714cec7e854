//! What goes onto a page, in which order and in which words.

use std::collections::BTreeSet;

use super::{Alert, Entry, Extent, Fact, FactKind, Group, Page, Point, Privacy, Reader, Section, Topic, when_checked};
use crate::answers::{Truth, given};
use crate::diagnosis::{Diagnosis, Line, Step};
use crate::report::phrases;
use crate::rulebook::calendar::Due;
use crate::rulebook::condition::{NodeId, Options};
use crate::rulebook::fnv::Fnv;
use crate::rulebook::{Action, Aspect, Conclusion, Id, Kind, NoteKind, Question, Rulebook, Text, Tone};
use crate::words::Language;
use crate::{say, word};

/// Everything that a report says.
pub fn page(rulebook: &Rulebook, diagnosis: &Diagnosis, language: Language, extent: Extent) -> Page {
    let view = View { rulebook, diagnosis, language, extent };
    let is_redacted = view.is_redacted();
    let is_stopped = diagnosis.stopped_by.is_some() && !is_redacted; // a copy is empty then, like others
    let name = if is_redacted {
        word!(language, ja: "これからの予定", en: "Next steps") // not what it is about
    } else {
        rulebook.name.get(language)
    };
    let day = phrases::long_date(diagnosis.today, language);
    Page {
        language,
        matter: matter(rulebook, diagnosis, extent.privacy),
        is_copy: is_redacted,
        today: diagnosis.today,
        name: name.to_owned(),
        title: if is_stopped { day } else { say!(language, ja: "{name}　{day}", en: "{name}, {day}") },
        headline: diagnosis.headline.filter(|_| !is_redacted).map(|gate| view.headline(gate)),
        first: if is_stopped || is_redacted { None } else { view.first() },
        called_off: view.called_off(),
        again: view.again(),
        sections: match (is_stopped, is_redacted) {
            (true, _) => view.contacts().into_iter().collect(),
            (false, true) => std::iter::once(view.checklist()).chain(view.done()).collect(), // nothing of earlier times either
            (false, false) => view.sections(),
        },
        // not the last word to somebody in danger
        footer: rulebook.footer.as_ref().filter(|_| !is_stopped).map(|footer| footer.get(language).to_owned()),
    }
}

/// A name for the matter that a list is about, by what cannot change: the rulebook, and the answers that last.
fn matter(rulebook: &Rulebook, diagnosis: &Diagnosis, privacy: Privacy) -> String {
    let mut hash = Fnv::new();
    hash.bytes(rulebook.id.as_bytes());
    hash.bytes(if privacy == Privacy::Redacted { b"/copy" } else { b"/" });
    for (question, answer) in diagnosis.answers.given().filter(|(id, _)| rulebook.questions[*id].lasting) {
        hash.bytes(given::as_flag(rulebook, question, answer).as_bytes());
        hash.bytes(b"/");
    }
    hash.hex()
}

struct View<'a> {
    rulebook: &'a Rulebook,
    diagnosis: &'a Diagnosis,
    language: Language,
    extent: Extent,
}

impl View<'_> {
    fn is_redacted(&self) -> bool {
        self.extent.privacy == Privacy::Redacted
    }

    fn sections(&self) -> Vec<Section> {
        let before =
            [self.since(), self.found(), self.other_gates(), self.not_for_now(), Some(self.checklist()), self.done()];
        let open = [self.held_back(), self.may_be_added(), self.contacts()];
        let rest = [self.assumed(), self.sources()];
        let ruled_out = if self.extent.explain { self.ruled_out() } else { Vec::new() };
        let sections = before.into_iter().chain(open).flatten().chain(self.notes());
        sections.chain(rest.into_iter().flatten()).chain(ruled_out).collect()
    }

    fn headline(&self, gate: Id<Conclusion>) -> Alert {
        let is_stopped = self.diagnosis.stopped_by.is_some();
        let reasons = if is_stopped { Vec::new() } else { self.reasons(gate) };
        let conclusion = &self.rulebook.conclusions[gate];
        let say = conclusion.gate().map_or("", |gate| gate.say.get(self.language)).to_owned();
        Alert { name: self.name(gate), say, reasons }
    }

    /// The one thing to do first, before anything else is read.
    fn first(&self) -> Option<String> {
        let lines = &self.diagnosis.checklist;
        let first = lines.iter().find(|line| line.action().is_some()).or(lines.first())?;
        let (task, due) = (self.task(first), phrases::due(first.place().due, self.diagnosis.today, self.language));
        Some(say!(self.language, ja: "まず、{due}に：{task}", en: "Start here, {due}: {task}"))
    }

    /// What is different since an earlier diagnosis.
    fn since(&self) -> Option<Section> {
        let since = self.diagnosis.since.as_ref()?;
        let language = self.language;
        let heading = match since.day.map(|day| phrases::date_from(day, self.diagnosis.today, language)) {
            Some(day) => say!(language, ja: "{day}からのこと", en: "Since {day}"),
            None => word!(language, ja: "前の診断からのこと", en: "Since the earlier diagnosis").to_owned(),
        };
        let task = |action: Id<Action>| {
            let steps = self.diagnosis.checklist.iter().chain(&self.diagnosis.left_out).filter_map(Line::step);
            let step = steps.chain(&self.diagnosis.done).find(|step| step.action == action);
            step.map_or_else(|| self.action(action), |step| step.task(self.rulebook).get(language).to_owned())
        };
        let kinds = [
            (&since.new, word!(language, ja: "新しく加わったこと", en: "New")),
            (&since.back, word!(language, ja: "一覧に戻ったこと", en: "Back on the list")),
            (&since.done, word!(language, ja: "済んだこと", en: "Done")),
            (&since.waiting, word!(language, ja: "今は待ってよいこと", en: "Waiting for now")),
            (&since.dropped, word!(language, ja: "一覧から外れたこと", en: "No longer on the list")),
        ];
        let kinds = kinds.into_iter().filter(|(actions, _)| !actions.is_empty());
        let points = kinds.map(|(actions, kind)| Point {
            items: actions.iter().map(|&action| task(action)).collect(),
            ..Point::new(kind)
        });
        let overdue =
            (!self.diagnosis.checklist.is_empty()).then(|| Point::new(self.counted_anew(since.overdue.len())));
        let points = points.chain(overdue);
        let is_same =
            [&since.new, &since.back, &since.done, &since.waiting, &since.dropped].iter().all(|some| some.is_empty());
        let mut section = Section::new(Topic::Since, heading).with(points);
        if is_same {
            section.intro =
                Some(word!(language, ja: "変わったことはありません。", en: "Nothing is different.").to_owned());
        }
        Some(section)
    }

    fn counted_anew(&self, passed: usize) -> String {
        match (self.language, passed) {
            (Language::Ja, 0) => "期限は、今日から数え直しています。".to_owned(),
            (Language::Ja, _) => {
                format!("期限は、今日から数え直しています（{passed}件は、前の目安の日を過ぎていました）。")
            }
            (Language::En, 0) => "All days are counted anew from today.".to_owned(),
            (Language::En, 1) => {
                "All days are counted anew from today; for 1 line the earlier day had passed.".to_owned()
            }
            (Language::En, _) => {
                format!("All days are counted anew from today; for {passed} lines the earlier day had passed.")
            }
        }
    }

    fn found(&self) -> Option<Section> {
        let found: Vec<Id<Conclusion>> = self.conclusions(Truth::True, &[Kind::Cause, Kind::Obstacle]);
        if found.is_empty() && self.diagnosis.headline.is_some() {
            return None; // the gate says what it is about
        }
        let heading = word!(self.language, ja: "わかったこと", en: "What your answers show");
        let intro = found.is_empty().then(|| self.nothing_found().to_owned());
        let mut points: Vec<Point> = found.into_iter().map(|id| self.finding(id)).collect();
        let above = self.diagnosis.headline.filter(|_| !self.extent.explain).map(|gate| self.reasons(gate));
        points
            .iter_mut()
            .filter(|point| Some(&point.reasons) == above.as_ref())
            .for_each(|point| point.reasons.clear());
        for next in 1..points.len() {
            if points[next - 1].reasons == points[next].reasons {
                points[next - 1].reasons.clear(); // once below both
            }
        }
        Some(Section { intro, ..Section::new(Topic::Found, heading).with(points) })
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

    fn finding(&self, id: Id<Conclusion>) -> Point {
        let name = self.name(id);
        let kind = match self.rulebook.conclusions[id].kind() {
            Kind::Obstacle => word!(self.language, ja: "妨げになりそうなこと", en: "may stand in the way"),
            _ => self
                .diagnosis
                .strength(self.rulebook, id)
                .map_or("", |strength| phrases::strength(strength, self.language)),
        };
        let text = say!(self.language, ja: "{name}（{kind}）", en: "{name} ({kind})");
        Point { reasons: self.reasons(id), ..Point::new(text) }
    }

    /// The answers behind a conclusion: of one that holds, those that speak for it, not those that merely rule out
    /// what would have spoken against it. What all of them are is in `explain` and JSON.
    fn reasons(&self, id: Id<Conclusion>) -> Vec<String> {
        let node = self.rulebook.conclusions[id].node;
        let mut trace = self.diagnosis.trace(self.rulebook, node);
        if !self.extent.explain {
            trace.answers.retain(|(id, _)| self.diagnosis.answers.get(*id).is_some()); // what is assumed is said below
            let asserted = self.rulebook.graph.asserted_below(node);
            let holds = self.diagnosis.truths.get(node) == Truth::True;
            if holds && trace.answers.iter().any(|(id, _)| asserted.contains(id)) {
                trace.answers.retain(|(id, _)| asserted.contains(id));
            }
        }
        phrases::short_reasons(self.rulebook, &trace, self.language)
    }

    fn other_gates(&self) -> Option<Section> {
        let gates = self.conclusions(Truth::True, &[Kind::Gate]).into_iter();
        let others = gates.filter(|&id| Some(id) != self.diagnosis.headline).map(|id| {
            let gate = self.rulebook.conclusions[id].gate();
            let say = gate.map(|gate| gate.say.get(self.language).to_owned());
            // a limit says itself what it is about
            let is_explained = self.extent.explain || gate.is_some_and(|gate| gate.tone == Tone::Alert);
            let reasons = if is_explained { self.reasons(id) } else { Vec::new() };
            Point { say, reasons, ..Point::new(self.name(id)) }
        });
        let heading = word!(self.language, ja: "あわせて大切なこと", en: "Also important here");
        Section::new(Topic::Gates, heading).with(others).unless_empty()
    }

    /// What the gates hold back, once for all of them.
    fn not_for_now(&self) -> Option<Section> {
        let gates = self.conclusions(Truth::True, &[Kind::Gate]);
        let bars = |aspect| {
            gates.iter().filter_map(|&id| self.rulebook.conclusions[id].gate()).any(|gate| gate.bars.contains(&aspect))
        };
        let barred = self.rulebook.aspects.iter().filter(|(aspect, _)| bars(*aspect));
        let points = barred.map(|(_, aspect)| Point::new(aspect.name.get(self.language)));
        Section::new(Topic::NotForNow, word!(self.language, ja: "今は控えること", en: "Not for now"))
            .with(points)
            .unless_empty()
    }

    fn checklist(&self) -> Section {
        let heading = word!(
            self.language,
            ja: "やること（期限は目安です。法律や契約の期限は別にあります）",
            en: "What to do (times are a guide; legal deadlines are separate)"
        );
        let mut section = Section::new(Topic::Checklist, heading);
        section.intro = if self.diagnosis.checklist.is_empty() {
            Some(self.nothing_to_do().to_owned())
        } else {
            self.how_much_today()
        };
        for (position, line) in self.shown().iter().enumerate() {
            let entry = self.entry(line, position + 1);
            match section.groups.last_mut() {
                Some(group) if group.entries[0].due == entry.due => group.entries.push(entry),
                _ => section.groups.push(self.group(entry)),
            }
        }
        section.outro = self.not_shown().into_iter().chain(self.left_out()).collect();
        section
    }

    /// A long list frightens: how little of it is for today.
    fn how_much_today(&self) -> Option<String> {
        const LONG: usize = 4;
        let today = self.diagnosis.today;
        let all = self.diagnosis.checklist.len();
        let number = self.diagnosis.checklist.iter().filter(|line| line.place().due.on(today) == today).count();
        (all >= LONG && (1..all).contains(&number) && !self.is_redacted()).then(|| match self.language {
            Language::Ja => format!("全部で{all}件あります。今日は、初めの{number}件だけで構いません。"),
            Language::En if number == 1 => format!("{all} in all. Today the first is enough."),
            Language::En => format!("{all} in all. Today the first {number} are enough."),
        })
    }

    fn nothing_to_do(&self) -> &'static str {
        if self.is_redacted() {
            word!(
                self.language,
                ja: "お渡しできる予定は、まだありません。",
                en: "There is nothing to hand on yet."
            )
        } else if self.is_unsettled() {
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
        }
    }

    /// The lines of the checklist that are wanted.
    fn shown(&self) -> &[Line] {
        let lines = &self.diagnosis.checklist;
        &lines[..self.extent.top.unwrap_or(lines.len()).min(lines.len())]
    }

    fn not_shown(&self) -> Option<String> {
        let hidden = self.diagnosis.checklist.len() - self.shown().len();
        (hidden > 0 && !self.is_redacted()).then(|| {
            say!(
                self.language,
                ja: "（`--top` により、あと{hidden}件は省いています）",
                en: "({hidden} more not shown, because of `--top`)"
            )
        })
    }

    fn left_out(&self) -> Option<String> {
        let number = self.diagnosis.left_out.len();
        let name = self.name(self.diagnosis.cut_by.filter(|_| number > 0)?);
        Some(say!(
            self.language,
            ja: "ほかの{number}件は、今は後回しで構いません（{name}）。",
            en: "{number} more can wait for now ({name})."
        ))
    }

    fn group(&self, first: Entry) -> Group {
        let words = phrases::due(first.due, self.diagnosis.today, self.language);
        let mut letters = words.chars();
        let heading = letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>());
        Group { heading: heading.unwrap_or_default(), due_on: first.due_on, entries: vec![first] }
    }

    fn entry(&self, line: &Line, rank: usize) -> Entry {
        let due = line.place().due;
        let entry = Entry {
            rank,
            id: String::new(),
            task: self.task(line),
            how: Vec::new(),
            facts: Vec::new(),
            due,
            due_on: due.on(self.diagnosis.today),
            every: None,
        };
        match line {
            Line::FindOut(question, _) => Entry { id: self.rulebook.questions.name(*question).to_owned(), ..entry },
            Line::Action(step) => Entry {
                id: self.id_of(step),
                how: if self.is_redacted() { Vec::new() } else { self.how(step) },
                facts: self.facts(step),
                every: step.every(self.rulebook),
                ..entry
            },
        }
    }

    fn how(&self, step: &Step) -> Vec<String> {
        step.how(self.rulebook).map(|how| how.get(self.language).to_owned()).collect()
    }

    fn facts(&self, step: &Step) -> Vec<Fact> {
        let (rulebook, language) = (self.rulebook, self.language);
        let text = |text: &Text| text.get(language).to_owned();
        let answered = self.diagnosis.answered_by(rulebook, step.action);
        let because: Vec<String> = answered.into_iter().map(|id| self.name(id)).collect();
        let because = (!because.is_empty()).then(|| because.join(word!(language, ja: "、", en: ", ")));
        let facts = [
            (FactKind::Done, word!(language, ja: "完了の目印", en: "Done when"), step.done(rulebook).map(text)),
            (FactKind::Avoid, word!(language, ja: "しないこと", en: "Never"), step.avoid(rulebook).map(text)),
            (
                FactKind::Every,
                word!(language, ja: "くり返し", en: "Again"),
                step.every(rulebook).map(|every| phrases::every(every, language)),
            ),
            (FactKind::Why, word!(language, ja: "理由", en: "Why"), Some(text(step.why(rulebook)))),
            (FactKind::Because, word!(language, ja: "この項目が出た理由", en: "Because of"), because),
            (FactKind::Place, word!(language, ja: "位置", en: "Place"), self.extent.explain.then(|| self.place(step))),
        ];
        let is_for_others = |kind: FactKind| matches!(kind, FactKind::Done | FactKind::Every);
        let facts = facts.into_iter().filter(|(kind, ..)| !self.is_redacted() || is_for_others(*kind));
        facts.filter_map(|(kind, label, text)| Some(Fact { kind, label, text: text? })).collect()
    }

    /// Why a line stands where it stands, in one line.
    fn place(&self, step: &Step) -> String {
        let (rulebook, language) = (self.rulebook, self.language);
        let due = phrases::due(step.place.due, self.diagnosis.today, language);
        let stage = step.stage(rulebook).map_or("-", |stage| rulebook.stages[stage].name.get(language));
        let action = &rulebook.actions[step.action];
        let (id, impact, effort) = (rulebook.actions.name(step.action), action.impact, action.effort);
        let mut line = say!(
            language,
            ja: "{id}、期限 {due}、段階 {stage}、効果 {impact}／手間 {effort}",
            en: "{id}, {due}, stage {stage}, impact {impact} / effort {effort}"
        );
        if let Some(owner) = step.borrowed_from {
            let owner = rulebook.actions.name(owner);
            line.push_str(&say!(
                language,
                ja: "、{owner} がこれを待つため、その位置を借りています",
                en: "; it borrows the place of {owner}, which waits for it"
            ));
        }
        line
    }

    /// What would be on the list, but is done already.
    fn done(&self) -> Option<Section> {
        let tasks =
            self.diagnosis.done.iter().map(|step| Point { id: self.id_of(step), ..Point::new(self.done_task(step)) });
        Section::new(Topic::Done, word!(self.language, ja: "済んだこと", en: "Done already")).with(tasks).unless_empty()
    }

    fn done_task(&self, step: &Step) -> String {
        let task = step.task(self.rulebook).get(self.language);
        let Some(every) = step.every(self.rulebook) else { return task.to_owned() };
        let next = phrases::date_from(every.on(self.diagnosis.today), self.diagnosis.today, self.language);
        say!(self.language, ja: "{task}（次は{next}）", en: "{task} (next: {next})")
    }

    /// What is done and comes again, at its next time.
    fn again(&self) -> Vec<Entry> {
        let steps = self.diagnosis.done.iter().filter_map(|step| Some((step, step.every(self.rulebook)?)));
        let next = |(step, every): (&Step, Due)| Entry {
            due: every,
            due_on: every.on(self.diagnosis.today),
            ..self.entry(&Line::Action(step.clone()), 0)
        };
        steps.map(next).collect()
    }

    /// What a calendar that has it is to forget: what is done for good, and what was on an earlier list and is not now.
    fn called_off(&self) -> Vec<Point> {
        let done = self.diagnosis.done.iter().filter(|step| step.every(self.rulebook).is_none());
        let done = done.map(|step| step.action);
        let since = self.diagnosis.since.iter().flat_map(|since| since.waiting.iter().chain(&since.dropped).copied());
        let since = since.filter(|_| !self.is_redacted());
        let point = |action| Point {
            id: if self.is_redacted() { String::new() } else { self.rulebook.actions.name(action).to_owned() },
            ..Point::new(self.action(action))
        };
        done.chain(since).map(point).collect()
    }

    /// The id of an action, unless the page is for others.
    fn id_of(&self, step: &Step) -> String {
        if self.is_redacted() { String::new() } else { self.rulebook.actions.name(step.action).to_owned() }
    }

    /// What to hold off while a gate is open, and which answers would settle it.
    fn held_back(&self) -> Option<Section> {
        let held: Vec<Id<Action>> = self.held_back_actions().into_iter().collect();
        if held.is_empty() {
            return None;
        }
        let gates = self.gates_to_settle();
        let aspects = self.rulebook.aspects.iter();
        let barred = aspects.filter(|(aspect, _)| gates.iter().any(|&gate| self.bars(gate, *aspect)));
        let barred: Vec<&str> = barred.map(|(_, aspect)| aspect.name.get(self.language)).collect();
        let shown = self.wanted(held.len());
        let nodes: Vec<NodeId> = gates.iter().map(|&id| self.rulebook.conclusions[id].node).collect();
        let point = Point {
            items: held[..shown].iter().map(|&action| self.action(action)).collect(),
            asides: self.and_more(held.len() - shown).into_iter().chain([self.depends_on(&nodes)]).collect(),
            ..Point::new(barred.join(word!(self.language, ja: "、", en: ", ")))
        };
        let heading = word!(self.language, ja: "答えがわかるまで控えること", en: "Hold off until more is known");
        Some(Section::new(Topic::HeldBack, heading).with([point]))
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

    fn and_more(&self, more: usize) -> Option<String> {
        let line = match self.extent.reader {
            Reader::AtTheCommandLine => say!(
                self.language,
                ja: "ほか{more}件（`--explain` ですべて見られます）",
                en: "and {more} more (`--explain` shows all)"
            ),
            Reader::InTheInterview | Reader::OfAFile => say!(self.language, ja: "ほか{more}件", en: "and {more} more"),
        };
        (more > 0).then_some(line)
    }

    /// The actions that open gates bar. What merely waits for an answer may be help that nobody should be kept from.
    fn held_back_actions(&self) -> BTreeSet<Id<Action>> {
        let gates = self.gates_to_settle().into_iter();
        let held = gates.flat_map(|id| {
            let gate = self.rulebook.conclusions[id].gate();
            let held = self.diagnosis.held_back_by(self.rulebook, id).into_iter();
            held.filter(move |&action| gate.is_some_and(|gate| gate.bars_action(&self.rulebook.actions[action])))
        });
        held.collect()
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
    fn may_be_added(&self) -> Option<Section> {
        let held = self.held_back_actions();
        let open = self.diagnosis.open_actions(self.rulebook);
        let is_decided_here = |action: &Id<Action>| !self.deciding(self.rulebook.actions[*action].node).is_empty();
        let open: Vec<_> =
            open.into_iter().filter(|action| !held.contains(action) && is_decided_here(action)).collect();
        let shown = self.wanted(open.len());
        let heading = word!(
            self.language,
            ja: "答えしだいで加わること（今してはいけないという意味ではありません）",
            en: "May be added, depending on your answers (not forbidden)"
        );
        let mut section = Section::new(Topic::MayBeAdded, heading).with(open[..shown].iter().map(|&id| Point {
            asides: vec![self.depends_on(&[self.rulebook.actions[id].node])],
            ..Point::new(self.action(id))
        }));
        if let Some(last) = section.points.last_mut() {
            last.asides.extend(self.and_more(open.len() - shown));
        }
        section.unless_empty()
    }

    fn depends_on(&self, nodes: &[NodeId]) -> String {
        let mut questions: Vec<Id<Question>> = nodes.iter().flat_map(|&node| self.deciding(node)).collect();
        questions.sort_unstable();
        questions.dedup();
        let asks: Vec<&str> =
            questions.iter().map(|&question| self.rulebook.questions[question].ask.get(self.language)).collect();
        let list = asks.join(word!(self.language, ja: "／", en: " / "));
        say!(self.language, ja: "次の質問の答えで決まります: {list}", en: "It depends on: {list}")
    }

    fn notes(&self) -> Vec<Section> {
        let mut shown: Vec<NoteKind> = Vec::new();
        let mut sections = Vec::new();
        for id in self.diagnosis.notes(self.rulebook) {
            let note = &self.rulebook.notes[id];
            if shown.contains(&note.kind) {
                continue;
            }
            shown.push(note.kind);
            let section = Section::new(Topic::Note, note.title.get(self.language));
            sections.push(Section { intro: Some(note.text.get(self.language).to_owned()), ..section });
        }
        sections
    }

    fn contacts(&self) -> Option<Section> {
        let contacts = self.diagnosis.contacts(self.rulebook).into_iter().map(|id| &self.rulebook.contacts[id]);
        let text = |text: &Text| text.get(self.language).to_owned();
        let points = contacts.clone().map(|contact| Point {
            say: Some(text(&contact.reach)),
            asides: contact.purpose.iter().map(text).collect(),
            ..Point::new(text(&contact.name))
        });
        let heading = word!(self.language, ja: "相談できるところ", en: "Where to turn");
        let section = Section::new(Topic::Contacts, heading).with(points).unless_empty()?;
        Some(Section { outro: when_checked(contacts, self.language).into_iter().collect(), ..section })
    }

    fn assumed(&self) -> Option<Section> {
        let assumed = self.diagnosis.assumed.iter().map(|&question| {
            let usual = self.rulebook.questions[question].usually.map_or(Options::NONE, Options::one);
            let said = phrases::reason(self.rulebook, question, usual, self.language);
            match self.extent.reader {
                Reader::AtTheCommandLine => Point::new(format!("{said} [{}]", self.other_answers(question))),
                Reader::InTheInterview | Reader::OfAFile => Point::new(said),
            }
        });
        let heading =
            word!(self.language, ja: "お尋ねしていないことは、次のように仮定しました", en: "Not asked, so assumed");
        let section = Section::new(Topic::Assumed, heading).with(assumed).unless_empty()?;
        Some(Section { outro: self.if_assumed_wrongly().into_iter().collect(), ..section })
    }

    fn if_assumed_wrongly(&self) -> Option<String> {
        match self.extent.reader {
            Reader::AtTheCommandLine => Some(
                word!(
                    self.language,
                    ja: "違うものは、[ ] の中のように答えを足してください。",
                    en: "Where one is wrong, add the answer as in the brackets."
                )
                .to_owned(),
            ),
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

    /// The flag that answers a detail in another than the usual way.
    fn other_answers(&self, question: Id<Question>) -> String {
        let (name, entry) = (self.rulebook.questions.name(question), &self.rulebook.questions[question]);
        let others = (0..entry.options.len()).filter(|&option| Some(option) != entry.usually);
        let others: Vec<&str> = others.map(|option| entry.option_name(option)).collect();
        format!("-a {name}={}", others.join("|"))
    }

    fn sources(&self) -> Option<Section> {
        let sources = self.diagnosis.sources(self.rulebook, self.shown()).into_iter();
        let points = sources.map(|id| Point::new(self.rulebook.sources[id].cite.get(self.language)));
        Section::new(Topic::Sources, word!(self.language, ja: "参考資料", en: "Based on")).with(points).unless_empty()
    }

    fn ruled_out(&self) -> Vec<Section> {
        let sections = [
            (Truth::Open, word!(self.language, ja: "まだ決められないこと", en: "Still open")),
            (Truth::False, word!(self.language, ja: "当てはまらなかったこと", en: "Ruled out")),
        ];
        let sections = sections.into_iter().filter_map(|(truth, heading)| {
            let conclusions = self.conclusions(truth, &[Kind::Cause, Kind::Obstacle, Kind::Gate]).into_iter();
            let points = conclusions.map(|id| Point { reasons: self.reasons(id), ..Point::new(self.name(id)) });
            Section::new(Topic::Rest, heading).with(points).unless_empty()
        });
        sections.collect()
    }

    fn conclusions(&self, truth: Truth, kinds: &[Kind]) -> Vec<Id<Conclusion>> {
        let conclusions = self.rulebook.conclusions.iter().filter(|(id, conclusion)| {
            kinds.contains(&conclusion.kind()) && self.diagnosis.truth(self.rulebook, *id) == truth
        });
        conclusions.map(|(id, _)| id).collect()
    }

    fn name(&self, conclusion: Id<Conclusion>) -> String {
        self.rulebook.conclusions[conclusion].name.get(self.language).to_owned()
    }

    fn action(&self, action: Id<Action>) -> String {
        self.rulebook.actions[action].advice.task.get(self.language).to_owned()
    }

    fn task(&self, line: &Line) -> String {
        match line {
            Line::Action(step) => step.task(self.rulebook).get(self.language).to_owned(),
            Line::FindOut(question, _) => phrases::find_out(&self.rulebook.questions[*question], self.language),
        }
    }
}
