//! Brief diagnoses as lines of JSON, of which a program reads many.

use std::fmt::Write as _;

use schemars::{JsonSchema, Schema, schema_for};

use crate::answers::line::Label;
use crate::diagnosis::Brief;
use crate::diagnosis::brief::Entry;
use crate::report::json::FailureData;
use crate::rulebook::{Conclusion, Id, Kind, List, Rulebook};
use crate::words::is_unprintable;

/// The JSON Schema (draft 2020-12) of a line that `batch` prints. Fields may be added, so others are allowed.
pub fn schema() -> Schema {
    schema_for!(LineData)
}

/// A brief diagnosis, or what was wrong with the line.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "it says what `Writer` and the command write")]
enum LineData {
    Brief {
        #[schemars(flatten)]
        label: LabelData,
        /// The gate that ends everything else.
        stopped_by: Option<String>,
        /// The gate to begin with.
        headline: Option<String>,
        causes: Vec<String>,
        obstacles: Vec<String>,
        gates: Vec<String>,
        /// Causes, obstacles and gates that are neither found nor ruled out.
        undecided: Vec<String>,
        /// The ids of actions, and of questions to find out with `?` in front, in order.
        checklist: Vec<String>,
        /// What a gate cuts off.
        left_out: Vec<String>,
        /// Actions that may still come on the list.
        open: Vec<String>,
        unanswered: Vec<String>,
    },
    Failure {
        /// What the line calls itself, if that can be read.
        id: Option<NameData>,
        /// Its number.
        line: u64,
        error: FailureData,
    },
}

/// What a line calls itself, or its number.
#[derive(JsonSchema)]
#[schemars(rename_all = "snake_case")]
#[expect(dead_code, reason = "as above")]
enum LabelData {
    Id(NameData),
    Line(u64),
}

/// A text or a number.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "as above")]
enum NameData {
    Text(String),
    Number(i64),
}

/// Writes brief diagnoses of one rulebook. Every name is quoted once, beforehand.
#[derive(Clone, Debug)]
pub struct Writer {
    conclusions: Vec<(Kind, Box<str>)>,
    actions: Vec<Box<str>>,
    questions: Vec<Box<str>>,
    find_out: Vec<Box<str>>,
}

impl Writer {
    /// A writer for the names of a rulebook.
    pub fn new(rulebook: &Rulebook) -> Self {
        let conclusions = rulebook
            .conclusions
            .iter()
            .map(|(id, conclusion)| (conclusion.kind(), quoted(rulebook.conclusions.name(id))));
        Self {
            conclusions: conclusions.collect(),
            actions: all_quoted(&rulebook.actions),
            questions: all_quoted(&rulebook.questions),
            find_out: rulebook.questions.names().map(|name| quoted(&format!("?{name}"))).collect(),
        }
    }

    /// Adds a line. A situation without a name is told by the number of its line.
    pub fn write(&self, out: &mut Vec<u8>, label: Option<&Label<'_>>, line: u64, brief: &Brief) {
        out.push(b'{');
        write_label(out, label, line);
        for (key, gate) in [(",\"stopped_by\":", brief.stopped_by), (",\"headline\":", brief.headline)] {
            out.extend_from_slice(key.as_bytes());
            out.extend_from_slice(gate.map_or("null", |gate| self.conclusion(gate)).as_bytes());
        }
        for (key, kind) in
            [(",\"causes\":[", Kind::Cause), (",\"obstacles\":[", Kind::Obstacle), (",\"gates\":[", Kind::Gate)]
        {
            let of_kind = brief.found.iter().filter(|found| self.conclusions[found.index()].0 == kind);
            write_list(out, key, of_kind.map(|&found| self.conclusion(found)));
        }
        write_list(out, ",\"undecided\":[", brief.undecided.iter().map(|&open| self.conclusion(open)));
        for (key, lines) in [(",\"checklist\":[", &brief.checklist), (",\"left_out\":[", &brief.left_out)] {
            write_list(out, key, lines.iter().map(|&entry| self.entry(entry)));
        }
        write_list(out, ",\"open\":[", brief.open.iter().map(|action| &*self.actions[action.index()]));
        write_list(
            out,
            ",\"unanswered\":[",
            brief.unanswered.iter().map(|question| &*self.questions[question.index()]),
        );
        out.extend_from_slice(b"}\n");
    }

    fn conclusion(&self, id: Id<Conclusion>) -> &str {
        &self.conclusions[id.index()].1
    }

    fn entry(&self, entry: Entry) -> &str {
        match entry {
            Entry::Do(action) => &self.actions[action.index()],
            Entry::FindOut(question) => &self.find_out[question.index()],
        }
    }
}

/// Adds what a situation is called, as the first field of an object.
pub fn write_label(out: &mut Vec<u8>, label: Option<&Label<'_>>, line: u64) {
    let (key, value) = match label {
        Some(Label::Text(text)) => ("\"id\":", quoted(text)),
        Some(Label::Number(number)) => ("\"id\":", number.to_string().into()),
        None => ("\"line\":", line.to_string().into()),
    };
    out.extend_from_slice(key.as_bytes());
    out.extend_from_slice(value.as_bytes());
}

/// Adds a list behind its key, which is written as it stands.
fn write_list<'n>(out: &mut Vec<u8>, key: &str, names: impl Iterator<Item = &'n str>) {
    out.extend_from_slice(key.as_bytes());
    for (position, name) in names.enumerate() {
        if position > 0 {
            out.push(b',');
        }
        out.extend_from_slice(name.as_bytes());
    }
    out.push(b']');
}

fn all_quoted<T>(list: &List<T>) -> Vec<Box<str>> {
    list.names().map(quoted).collect()
}

/// A text as JSON. What a terminal would obey is escaped, although JSON would allow it.
fn quoted(text: &str) -> Box<str> {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            character if is_unprintable(character) => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    let _ = write!(quoted, "\\u{unit:04x}");
                }
            }
            character => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_text_is_the_text_and_harmless() {
        for text in ["a", "信頼", "\"\\/", "\u{1b}[2J\u{202e}\0\n", "\u{E0041}", ""] {
            let quoted = quoted(text);
            assert_eq!(serde_json::from_str::<String>(&quoted).ok().as_deref(), Some(text));
            assert!(!quoted.contains(is_unprintable), "{quoted:?}");
        }
    }
}
