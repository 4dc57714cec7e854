//! A diagnosis as one JSON object. Fields are only ever added within a `schema` number.

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;

use serde_json::json;

use crate::answers::given::SCHEMA;
use crate::answers::{Strength, Truth};
use crate::diagnosis::{Diagnosis, Line, Step, Trace};
use crate::report::phrases;
use crate::rulebook::condition::Options;
use crate::rulebook::{
    Answer, Conclusion, Id, Kind, List, NoteKind, Pick, Question, ReferenceKind, ReferenceStrength, Rulebook, Text,
};
use crate::words::Language;

/// A diagnosis for programs.
#[derive(Debug, Serialize, JsonSchema)]
pub struct DiagnosisData<'a> {
    schema: u64,
    rulebook: RulebookData<'a>,
    language: &'static str,
    today: String,
    answers: IndexMap<&'a str, Option<Vec<&'a str>>>,
    done: Vec<&'a str>,
    assumed: IndexMap<&'a str, Vec<&'a str>>,
    unanswered: Vec<&'a str>,
    since: Option<SinceData<'a>>,
    stopped_by: Option<&'a str>,
    causes: Vec<FactorData<'a>>,
    obstacles: Vec<FactorData<'a>>,
    gates: Vec<GateData<'a>>,
    checklist: Vec<LineData<'a>>,
    open: Vec<OpenData<'a>>,
    left_out: Option<LeftOutData<'a>>,
    notes: Vec<NoteData<'a>>,
    contacts: Vec<ContactData<'a>>,
    sources: Vec<SourceData<'a>>,
    footer: Option<&'a str>,
    repeat: &'a str,
}

#[derive(Debug, Serialize, JsonSchema)]
struct RulebookData<'a> {
    id: &'a str,
    version: &'a str,
    fingerprint: &'a str,
}

#[derive(Debug, Serialize, JsonSchema)]
struct SinceData<'a> {
    today: Option<String>,
    new: Vec<&'a str>,
    back: Vec<&'a str>,
    done: Vec<&'a str>,
    waiting: Vec<&'a str>,
    dropped: Vec<&'a str>,
    overdue: Vec<OverdueData<'a>>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct OverdueData<'a> {
    id: &'a str,
    due_on: String,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ReasonData<'a> {
    question: &'a str,
    options: Vec<&'a str>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct FactorData<'a> {
    id: &'a str,
    name: &'a str,
    status: &'static str,
    strength: [f64; 2],
    because: Vec<ReasonData<'a>>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct GateData<'a> {
    id: &'a str,
    name: &'a str,
    status: &'static str,
    headline: bool,
    say: &'a str,
    bars: Vec<&'a str>,
    holds_back: Vec<&'a str>,
    settled_by: Vec<&'a str>,
    because: Vec<ReasonData<'a>>,
}

#[derive(Debug, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum LineData<'a> {
    Action(Box<ActionData<'a>>),
    FindOut { rank: usize, question: &'a str, r#do: String, due: String, due_on: String },
}

#[derive(Debug, Serialize, JsonSchema)]
struct ActionData<'a> {
    rank: usize,
    id: &'a str,
    r#do: &'a str,
    how: Vec<&'a str>,
    done: Option<&'a str>,
    avoid: Option<&'a str>,
    why: &'a str,
    stage: Option<&'a str>,
    due: String,
    due_on: String,
    every: Option<String>,
    after: Vec<&'a str>,
    place: PlaceData<'a>,
    variants: Vec<&'a str>,
    r#for: Vec<&'a str>,
    because: Vec<ReasonData<'a>>,
    sources: Vec<&'a str>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct PlaceData<'a> {
    due: String,
    worth: f64,
    borrowed_from: Option<&'a str>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct OpenData<'a> {
    id: &'a str,
    r#do: &'a str,
    depends_on: Vec<&'a str>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct LeftOutData<'a> {
    by: Option<&'a str>,
    lines: Vec<LineData<'a>>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct NoteData<'a> {
    id: &'a str,
    kind: &'static str,
    title: &'a str,
    text: &'a str,
}

#[derive(Debug, Serialize, JsonSchema)]
struct ContactData<'a> {
    id: &'a str,
    name: &'a str,
    r#for: Option<&'a str>,
    reach: &'a str,
    checked: Option<String>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct SourceData<'a> {
    id: &'a str,
    cite: &'a str,
    kind: &'static str,
    strength: Option<&'static str>,
}

/// The JSON Schema (draft 2020-12) of what is printed with `--format json`. Fields may be added, so others are allowed.
pub fn schema() -> Schema {
    schema_for!(Output)
}

/// A diagnosis, or what was wrong.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "it says what can be printed")]
enum Output<'a> {
    Diagnosis(Box<DiagnosisData<'a>>),
    Failure { error: FailureData },
}

/// What was wrong.
#[derive(Debug, Serialize, JsonSchema)]
pub struct FailureData {
    /// `usage`, `answers`, `rulebook`, `io`, `no` or `interrupted`.
    kind: String,
    message: String,
    help: Option<String>,
    details: Vec<IndexMap<String, serde_json::Value>>,
}

/// The JSON Schema (draft 2020-12) of answers in a file, for one rulebook: which questions there are, and what can be
/// answered to each.
pub fn answers_schema(rulebook: &Rulebook, language: Language) -> serde_json::Value {
    let answers = rulebook.questions.iter().map(|(id, question)| {
        let options: Vec<&str> = question.options.names().collect();
        let texts: Vec<String> = (0..question.options.len())
            .map(|option| format!("{}: {}", question.option_name(option), question.option_text(option).get(language)))
            .collect();
        let most = if question.pick == Pick::One { 1 } else { options.len() };
        let least = usize::from(question.pick == Pick::One);
        let answer = json!({
            "title": question.ask.get(language),
            "description": texts.join("\n"),
            "anyOf": [
                { "enum": options },
                { "const": "?" },
                { "type": "null" },
                {
                    "type": "array", "items": { "enum": options }, "uniqueItems": true,
                    "minItems": least, "maxItems": most,
                },
            ],
        });
        (rulebook.questions.name(id).to_owned(), answer)
    });
    let answers: serde_json::Map<String, serde_json::Value> = answers.collect();
    let actions: Vec<&str> = rulebook.actions.names().collect();
    let alone = json!({ "type": "object", "properties": answers, "additionalProperties": false });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": rulebook.name.get(language),
        "$defs": { "answers": alone },
        "anyOf": [
            { "$ref": "#/$defs/answers" },
            {
                "type": "object",
                "required": ["answers"],
                "properties": {
                    "answers": { "$ref": "#/$defs/answers" },
                    "done": { "type": "array", "items": { "enum": actions } },
                },
            },
        ],
    })
}

/// The data of a diagnosis. `repeat` is the command that makes it again.
pub fn data<'a>(
    rulebook: &'a Rulebook,
    diagnosis: &Diagnosis,
    language: Language,
    repeat: &'a str,
) -> DiagnosisData<'a> {
    let view = View { rulebook, diagnosis, language };
    DiagnosisData {
        schema: SCHEMA,
        rulebook: RulebookData { id: &rulebook.id, version: &rulebook.version, fingerprint: &rulebook.fingerprint },
        language: language.tag(),
        today: diagnosis.today.to_string(),
        answers: view.answers(),
        done: diagnosis.answers.done.iter().map(|&action| rulebook.actions.name(action)).collect(),
        assumed: view.assumed(),
        unanswered: names(&rulebook.questions, &diagnosis.live.unanswered),
        since: diagnosis.since.as_ref().map(|since| SinceData {
            today: since.day.map(|day| day.to_string()),
            new: names(&rulebook.actions, &since.new),
            back: names(&rulebook.actions, &since.back),
            done: names(&rulebook.actions, &since.done),
            waiting: names(&rulebook.actions, &since.waiting),
            dropped: names(&rulebook.actions, &since.dropped),
            overdue: since
                .overdue
                .iter()
                .map(|&(action, due)| OverdueData { id: rulebook.actions.name(action), due_on: due.to_string() })
                .collect(),
        }),
        stopped_by: diagnosis.stopped_by.map(|gate| rulebook.conclusions.name(gate)),
        causes: view.factors(Kind::Cause),
        obstacles: view.factors(Kind::Obstacle),
        gates: view.gates(),
        checklist: view.lines(&diagnosis.checklist, 1),
        open: view.open(),
        left_out: view.left_out(),
        notes: view.notes(),
        contacts: view.contacts(),
        sources: view.sources(),
        footer: rulebook.footer.as_ref().map(|footer| footer.get(language)),
        repeat,
    }
}

/// The data as text.
pub fn pretty(data: &DiagnosisData<'_>) -> String {
    /// About what it takes, so that it is not copied over and over while it grows.
    const USUAL: usize = 48 * 1024;
    let mut bytes = Vec::with_capacity(USUAL);
    let written = data.serialize(&mut serde_json::Serializer::pretty(&mut bytes));
    debug_assert!(written.is_ok(), "memory takes everything");
    bytes.push(b'\n');
    String::from_utf8(bytes).unwrap_or_default()
}

impl DiagnosisData<'_> {
    /// With so many lines of the checklist at most.
    #[must_use]
    pub fn first_lines(mut self, most: Option<usize>) -> Self {
        self.checklist.truncate(most.unwrap_or(usize::MAX));
        self
    }

    /// Only what will be done until when: no answers, nothing that was concluded from them, no advice and no reasons.
    #[must_use]
    pub fn redacted(mut self) -> Self {
        self.answers.clear();
        self.assumed.clear();
        self.unanswered.clear();
        self.since = None;
        self.stopped_by = None;
        self.causes.clear();
        self.obstacles.clear();
        self.gates.clear();
        self.open.clear();
        self.left_out = None;
        self.notes.clear();
        self.contacts.clear();
        self.sources.clear();
        self.repeat = "";
        self.done.clear();
        self.rulebook = RulebookData { id: "", version: "", fingerprint: "" };
        for line in &mut self.checklist {
            if let LineData::Action(action) = line {
                action.id = "";
                action.stage = None;
                action.place.worth = 0.0;
                action.how.clear();
                action.avoid = None;
                action.why = "";
                action.after.clear();
                action.place.borrowed_from = None;
                action.r#for.clear();
                action.because.clear();
                action.variants.clear();
                action.sources.clear();
            }
        }
        self
    }
}

struct View<'a, 'd> {
    rulebook: &'a Rulebook,
    diagnosis: &'d Diagnosis,
    language: Language,
}

impl<'a> View<'a, '_> {
    fn answers(&self) -> IndexMap<&'a str, Option<Vec<&'a str>>> {
        let given = self.diagnosis.answers.given().map(|(question, answer)| {
            let chosen = match answer {
                Answer::Chosen(options) => Some(self.options(question, options)),
                Answer::Unknown => None,
            };
            (self.rulebook.questions.name(question), chosen)
        });
        given.collect()
    }

    fn assumed(&self) -> IndexMap<&'a str, Vec<&'a str>> {
        let assumed = self.diagnosis.assumed.iter().filter_map(|&question| {
            let usual = Options::one(self.rulebook.questions[question].usually?);
            Some((self.rulebook.questions.name(question), self.options(question, usual)))
        });
        assumed.collect()
    }

    fn factors(&self, kind: Kind) -> Vec<FactorData<'a>> {
        let factors = self.rulebook.conclusions.iter().filter(|(_, conclusion)| conclusion.kind() == kind);
        factors
            .map(|(id, conclusion)| FactorData {
                id: self.rulebook.conclusions.name(id),
                name: conclusion.name.get(self.language),
                status: self.status(id),
                strength: self.diagnosis.strength(self.rulebook, id).map_or([0.0; 2], bounds),
                because: self.reasons(&self.diagnosis.trace(self.rulebook, conclusion.node)),
            })
            .collect()
    }

    fn gates(&self) -> Vec<GateData<'a>> {
        let rulebook = self.rulebook;
        let gates = rulebook.gates().map(|(id, gate)| {
            let conclusion = &rulebook.conclusions[id];
            GateData {
                id: rulebook.conclusions.name(id),
                name: conclusion.name.get(self.language),
                status: self.status(id),
                headline: self.diagnosis.headline == Some(id),
                say: gate.say.get(self.language),
                bars: names(&rulebook.aspects, &gate.bars),
                holds_back: names(&rulebook.actions, &self.diagnosis.held_back_by(rulebook, id)),
                settled_by: names(&rulebook.questions, &self.diagnosis.settled_by(rulebook, conclusion.node)),
                because: self.reasons(&self.diagnosis.trace(self.rulebook, conclusion.node)),
            }
        });
        gates.collect()
    }

    fn lines(&self, lines: &[Line], first_rank: usize) -> Vec<LineData<'a>> {
        let lines = lines.iter().enumerate().map(|(position, line)| {
            let rank = first_rank + position;
            match line {
                Line::Action(step) => LineData::Action(Box::new(self.step(step, rank))),
                Line::FindOut(question, place) => LineData::FindOut {
                    rank,
                    question: self.rulebook.questions.name(*question),
                    r#do: phrases::find_out(&self.rulebook.questions[*question], self.language),
                    due: place.due.to_string(),
                    due_on: place.due.on(self.diagnosis.today).to_string(),
                },
            }
        });
        lines.collect()
    }

    fn step(&self, step: &Step, rank: usize) -> ActionData<'a> {
        let (rulebook, language) = (self.rulebook, self.language);
        let action = &rulebook.actions[step.action];
        let text = |text: &'a Text| text.get(language);
        ActionData {
            rank,
            id: rulebook.actions.name(step.action),
            r#do: text(step.task(rulebook)),
            how: step.how(rulebook).map(text).collect(),
            done: step.done(rulebook).map(text),
            avoid: step.avoid(rulebook).map(text),
            why: text(step.why(rulebook)),
            stage: step.stage(rulebook).map(|stage| rulebook.stages.name(stage)),
            due: step.place.due.to_string(),
            due_on: step.place.due.on(self.diagnosis.today).to_string(),
            every: step.every(rulebook).map(|every| every.to_string()),
            after: names(&rulebook.actions, &action.after),
            place: PlaceData {
                due: step.place.due.to_string(),
                worth: f64::from(step.place.worth.impact) / f64::from(step.place.worth.effort),
                borrowed_from: step.borrowed_from.map(|action| rulebook.actions.name(action)),
            },
            variants: step.variants.iter().map(|&variant| action.variants.name(variant)).collect(),
            r#for: names(&rulebook.conclusions, &self.diagnosis.answered_by(rulebook, step.action)),
            because: self.reasons(&self.diagnosis.trace(self.rulebook, action.node)),
            sources: names(&rulebook.sources, step.sources(rulebook)),
        }
    }

    fn open(&self) -> Vec<OpenData<'a>> {
        if self.diagnosis.stopped_by.is_some() {
            return Vec::new();
        }
        let open = self.diagnosis.open_actions(self.rulebook).into_iter().map(|id| {
            let action = &self.rulebook.actions[id];
            let depends_on = self.diagnosis.settled_by(self.rulebook, action.node);
            OpenData {
                id: self.rulebook.actions.name(id),
                r#do: action.advice.task.get(self.language),
                depends_on: names(&self.rulebook.questions, &depends_on),
            }
        });
        open.collect()
    }

    fn left_out(&self) -> Option<LeftOutData<'a>> {
        let lines = &self.diagnosis.left_out;
        (!lines.is_empty()).then(|| LeftOutData {
            by: self.diagnosis.cut_by.map(|gate| self.rulebook.conclusions.name(gate)),
            lines: self.lines(lines, self.diagnosis.checklist.len() + 1),
        })
    }

    fn notes(&self) -> Vec<NoteData<'a>> {
        let notes = self.diagnosis.notes(self.rulebook).into_iter().map(|id| {
            let note = &self.rulebook.notes[id];
            NoteData {
                id: self.rulebook.notes.name(id),
                kind: match note.kind {
                    NoteKind::Mindset => "mindset",
                    NoteKind::Story => "story",
                    NoteKind::Outlook => "outlook",
                },
                title: note.title.get(self.language),
                text: note.text.get(self.language),
            }
        });
        notes.collect()
    }

    fn contacts(&self) -> Vec<ContactData<'a>> {
        let contacts = self.diagnosis.contacts(self.rulebook).into_iter().map(|id| {
            let contact = &self.rulebook.contacts[id];
            ContactData {
                id: self.rulebook.contacts.name(id),
                name: contact.name.get(self.language),
                r#for: contact.purpose.as_ref().map(|purpose| purpose.get(self.language)),
                reach: contact.reach.get(self.language),
                checked: contact.checked.map(|date| date.to_string()),
            }
        });
        contacts.collect()
    }

    fn sources(&self) -> Vec<SourceData<'a>> {
        let sources = self.diagnosis.sources(self.rulebook, &self.diagnosis.checklist).into_iter().map(|id| {
            let source = &self.rulebook.sources[id];
            SourceData {
                id: self.rulebook.sources.name(id),
                cite: source.cite.get(self.language),
                kind: match source.kind {
                    ReferenceKind::Study => "study",
                    ReferenceKind::Law => "law",
                    ReferenceKind::Guidance => "guidance",
                    ReferenceKind::Practice => "practice",
                    ReferenceKind::Article => "article",
                },
                strength: source.strength.map(|strength| match strength {
                    ReferenceStrength::A => "A",
                    ReferenceStrength::B => "B",
                    ReferenceStrength::C => "C",
                }),
            }
        });
        sources.collect()
    }

    fn status(&self, conclusion: Id<Conclusion>) -> &'static str {
        match self.diagnosis.truth(self.rulebook, conclusion) {
            Truth::True => "found",
            Truth::Open => "open",
            Truth::False => "ruled_out",
        }
    }

    fn reasons(&self, trace: &Trace) -> Vec<ReasonData<'a>> {
        let reasons = trace.answers.iter().map(|&(question, options)| ReasonData {
            question: self.rulebook.questions.name(question),
            options: self.options(question, options),
        });
        reasons.collect()
    }

    fn options(&self, question: Id<Question>, options: Options) -> Vec<&'a str> {
        let question = &self.rulebook.questions[question];
        options.iter().map(|option| question.option_name(option)).collect()
    }
}

/// Bounds as decimals of two places, rounded down.
fn bounds(strength: Strength) -> [f64; 2] {
    [strength.lower, strength.upper].map(|combined| f64::from(combined.hundredths()) / 100.0)
}

fn names<'a, T>(list: &'a List<T>, ids: &[Id<T>]) -> Vec<&'a str> {
    ids.iter().map(|&id| list.name(id)).collect()
}
