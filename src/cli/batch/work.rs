//! What is done with the situations of a portion.

use std::borrow::Cow;

use csv::ByteRecord;
use jiff::civil::Date;

use crate::answers::Answers;
use crate::answers::given::{Fault, contradictions, contradictions_in};
use crate::answers::line::{BadLine, Case, Label, Lines};
use crate::answers::sheet::Sheet;
use crate::cli::args::{self, Format};
use crate::cli::batch::input::{LONGEST_LINE, Portion};
use crate::cli::failure::Failure;
use crate::cli::repeat::Command;
use crate::cli::world::World;
use crate::cli::{diagnose, given};
use crate::diagnosis::batch::{Batch, Outcome};
use crate::diagnosis::{Brief, Diagnosis};
use crate::report::brief::{Writer, write_label};
use crate::report::page::Reader;
use crate::report::summary::Tally;
use crate::report::{Style, json};
use crate::rulebook::source::{Encoding, decode};
use crate::rulebook::{Id, Question, Rulebook};
use crate::words;

/// What is wanted of each situation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Its diagnosis in names alone.
    Brief,
    /// Its whole diagnosis.
    Full,
    /// A report for a file of its own.
    Report(Format),
    /// Nothing but that it is counted.
    Count,
}

/// What every worker knows.
#[derive(Debug)]
pub struct Job {
    pub rulebook: &'static Rulebook,
    pub world: World,
    /// The name of the input, for messages.
    pub source: String,
    /// The columns, if the input is a table.
    pub sheet: Option<Sheet<'static>>,
    pub wanted: Wanted,
    /// The encoding of a table, where its heading tells.
    pub charset: Option<Encoding>,
    /// What holds for each as if it were diagnosed alone.
    pub flags: args::Diagnose,
    /// Whether the first that cannot be diagnosed is the last.
    pub stops: bool,
}

/// What came of a portion, in the order of its lines.
#[derive(Default)]
pub struct Done {
    /// What is written.
    pub output: Vec<u8>,
    /// The reports, each with the place in the output where its line belongs.
    pub reports: Vec<(usize, Report)>,
    /// How many situations it held.
    pub cases: u64,
    /// How many of them could not be diagnosed.
    pub bad: u64,
    /// The counts.
    pub tally: Tally,
}

/// A report for a file.
pub struct Report {
    /// Whose it is.
    pub label: Option<Label<'static>>,
    /// The number of the line.
    pub line: u64,
    /// What it says; nothing, for a calendar without events.
    pub text: String,
    /// The gate that ends everything else: whoever hands reports out has to know of it.
    pub stopped_by: Option<&'static str>,
}

/// Diagnoses portions, one after the other.
pub struct Worker<'j> {
    job: &'j Job,
    lines: Lines<'static>,
    batch: Batch<'static>,
    writer: Writer,
}

/// A line of a block: what it is called, and what is wrong with it if anything is.
struct Entry<'l> {
    line: u64,
    label: Option<Label<'l>>,
    faults: Option<Vec<Fault>>,
}

impl<'j> Worker<'j> {
    /// A worker that has done nothing yet.
    pub fn new(job: &'j Job) -> Self {
        let rulebook = job.rulebook;
        Self { job, lines: Lines::new(rulebook), batch: Batch::new(rulebook), writer: Writer::new(rulebook) }
    }

    /// Diagnoses a portion.
    pub fn work(&mut self, portion: &Portion) -> Done {
        let mut done = Done::default();
        match portion {
            Portion::Lines(first, bytes) => self.lines(*first, bytes, &mut done),
            Portion::Rows(rows) => self.rows(rows, &mut done),
            Portion::TooLong(line) => {
                let faults = Some(vec![too_long(&self.place(*line))]);
                self.finish(vec![Entry { line: *line, label: None, faults }], &mut done);
            }
        }
        done
    }

    fn lines(&mut self, first: u64, bytes: &[u8], done: &mut Done) {
        let whole = std::str::from_utf8(bytes).ok();
        let mut entries = Vec::new();
        let mut case = Case::default();
        let mut start = 0;
        let ends = memchr::memchr_iter(b'\n', bytes).chain((!bytes.ends_with(b"\n")).then_some(bytes.len()));
        for (line, end) in (first..).zip(ends) {
            let range = start..end;
            let raw = &bytes[range.clone()];
            start = end + 1;
            if raw.trim_ascii().is_empty() {
                continue;
            }
            if let Some(whole) = whole.filter(|_| raw.len() <= LONGEST_LINE) {
                let read = self.lines.read(&whole[range], || place(&self.job.source, line), &mut case);
                entries.push(self.entry(line, read, &mut case));
            } else {
                let mut case = Case::default();
                let text = self.decoded(raw, line);
                let read = text.and_then(|text| {
                    let mut borrowed = Case::default();
                    self.lines.read(&text, || place(&self.job.source, line), &mut borrowed)?;
                    case = borrowed.into_owned();
                    Ok(())
                });
                entries.push(self.entry(line, read, &mut case));
            }
            if self.batch.is_full() {
                self.finish(std::mem::take(&mut entries), done);
            }
        }
        self.finish(entries, done);
    }

    fn rows(&mut self, rows: &[(u64, ByteRecord)], done: &mut Done) {
        let Some(sheet) = &self.job.sheet else { return };
        let mut entries = Vec::new();
        for (line, row) in rows {
            if row.iter().all(|cell| cell.trim_ascii().is_empty()) {
                continue;
            }
            let mut case = Case::default();
            let cells = row
                .iter()
                .enumerate()
                .map(|(position, cell)| if sheet.is_used(position) { self.job.text(cell) } else { Cow::Borrowed("") });
            let read = match self.job.charset {
                None if !row.as_slice().is_ascii() && decode(row.as_slice()).is_err() => {
                    self.decoded(row.as_slice(), *line).map(|_| ())
                }
                _ => sheet.read(&cells.collect::<Vec<_>>(), &self.place(*line), &mut case),
            };
            entries.push(self.entry(*line, read, &mut case));
            if self.batch.is_full() {
                self.finish(std::mem::take(&mut entries), done);
            }
        }
        self.finish(entries, done);
    }

    fn decoded<'b>(&self, bytes: &'b [u8], line: u64) -> Result<Cow<'b, str>, BadLine> {
        let bad = |fault| BadLine { label: None, faults: vec![fault] };
        if bytes.len() > LONGEST_LINE {
            return Err(bad(too_long(&self.place(line))));
        }
        if let Ok(text) = std::str::from_utf8(bytes) {
            return Ok(Cow::Borrowed(text));
        }
        let (text, _) = decode(bytes).map_err(|fault| {
            let (place, ja, en) = (self.place(line), fault.message.ja, fault.message.en);
            bad(Fault::new(words!(ja: "{place}: {ja}", en: "{place}: {en}")))
        })?;
        Ok(Cow::Owned(text))
    }

    /// Adds a situation to the block, unless something is wrong with it.
    fn entry<'l>(&mut self, line: u64, read: Result<(), BadLine>, case: &mut Case<'l>) -> Entry<'l> {
        match read {
            Ok(()) => {
                let today = case.today.unwrap_or(self.job.world.today);
                self.batch.add(today, &case.given, std::mem::take(&mut case.done));
                Entry { line, label: case.label.take(), faults: None }
            }
            Err(bad) => Entry { line, label: bad.label, faults: Some(bad.faults) },
        }
    }

    fn place(&self, line: u64) -> String {
        place(&self.job.source, line)
    }

    /// Diagnoses the block and writes what came out, line by line.
    fn finish(&mut self, entries: Vec<Entry<'_>>, done: &mut Done) {
        let Self { job, batch, writer, .. } = self;
        let mut entries = entries.into_iter();
        let mut next_good = |done: &mut Done| loop {
            if job.stops && done.bad > 0 {
                return None;
            }
            let entry = entries.next()?;
            done.cases += 1;
            match entry.faults {
                Some(faults) => job.refuse(entry.label.as_ref(), entry.line, &Failure::answers(faults), done),
                None => return Some(entry),
            }
        };
        if matches!(job.wanted, Wanted::Brief | Wanted::Count) {
            batch.diagnose(|today, outcome| {
                let Some(entry) = next_good(done) else { return };
                match outcome {
                    Outcome::Contradicted(answers) => {
                        let failure = Failure::answers(contradictions(job.rulebook, &answers, today));
                        job.refuse(entry.label.as_ref(), entry.line, &failure, done);
                    }
                    Outcome::Brief(brief) => job.write_brief(writer, &entry, brief, done),
                }
            });
        } else {
            batch.take_answers(|today, answers| {
                let Some(entry) = next_good(done) else { return };
                match job.diagnosis(&answers, today) {
                    Ok(diagnosis) => job.write_alone(entry, &diagnosis, done),
                    Err(failure) => job.refuse(entry.label.as_ref(), entry.line, &failure, done),
                }
            });
        }
        let rest = next_good(done);
        debug_assert!(rest.is_none(), "every line that is understood was diagnosed");
    }
}

impl Job {
    /// A cell as text.
    pub fn text<'b>(&self, cell: &'b [u8]) -> Cow<'b, str> {
        match (self.charset, std::str::from_utf8(cell)) {
            (None | Some(Encoding::Utf8 | Encoding::Utf16), Ok(text)) => Cow::Borrowed(text),
            (Some(Encoding::Utf8 | Encoding::Utf16), Err(_)) => String::from_utf8_lossy(cell),
            (None | Some(Encoding::ShiftJis), _) => encoding_rs::SHIFT_JIS.decode_without_bom_handling(cell).0,
        }
    }

    /// What is said when questions are unanswered; there are no flags here to answer them with.
    fn unanswered(&self, missing: &[Id<Question>]) -> Failure {
        let mut failure = given::unanswered(self.rulebook, missing).help(words!(
            ja: "答えを加えるか、`--partial` で今の答えだけから診断してください",
            en: "add the answers, or diagnose what is known with `--partial`",
        ));
        for detail in failure.details.iter_mut().filter_map(|detail| detail.data.as_object_mut()) {
            detail.remove("flag");
        }
        failure
    }

    fn write_brief(&self, writer: &Writer, entry: &Entry<'_>, brief: &Brief, done: &mut Done) {
        if !self.flags.partial && !brief.unanswered.is_empty() {
            let failure = self.unanswered(&brief.unanswered);
            return self.refuse(entry.label.as_ref(), entry.line, &failure, done);
        }
        match self.wanted {
            Wanted::Count => done.tally.add(brief),
            _ => writer.write(&mut done.output, entry.label.as_ref(), entry.line, brief),
        }
    }

    /// The diagnosis of one situation, as `diagnose` makes it.
    fn diagnosis(&self, answers: &Answers, today: Date) -> Result<Diagnosis, Box<Failure>> {
        let diagnosis = crate::diagnosis::diagnose(self.rulebook, answers, today);
        let faults = contradictions_in(self.rulebook, answers, &diagnosis.unassumed);
        if !faults.is_empty() {
            return Err(Box::new(Failure::answers(faults)));
        }
        match self.flags.partial || diagnosis.live.unanswered.is_empty() {
            true => Ok(diagnosis),
            false => Err(Box::new(self.unanswered(&diagnosis.live.unanswered))),
        }
    }

    fn write_alone(&self, entry: Entry<'_>, diagnosis: &Diagnosis, done: &mut Done) {
        let world = World { today: diagnosis.today, named_day: Some(diagnosis.today), ..self.world.clone() };
        let command = Command { rulebook: self.rulebook, world: &world, flags: &self.flags };
        if let Wanted::Report(format) = self.wanted {
            let style = Style { colour: false, ..world.stdout };
            let text = diagnose::rendered_as(command, diagnosis, format, style, Reader::OfAFile);
            let label = entry.label.map(Label::into_owned);
            let stopped_by = diagnosis.stopped_by.map(|gate| self.rulebook.conclusions.name(gate));
            done.reports.push((done.output.len(), Report { label, line: entry.line, text, stopped_by }));
            return;
        }
        let repeat = command.repeating(diagnosis);
        let data = json::data(self.rulebook, diagnosis, world.language, &repeat);
        let data = serde_json::to_string(&data).unwrap_or_default();
        done.output.push(b'{');
        write_label(&mut done.output, entry.label.as_ref(), entry.line);
        done.output.push(b',');
        done.output.extend_from_slice(&data.as_bytes()[1..]);
        done.output.push(b'\n');
    }

    /// Writes what was wrong in the place of a diagnosis.
    fn refuse(&self, label: Option<&Label<'_>>, line: u64, failure: &Failure, done: &mut Done) {
        done.bad += 1;
        done.output.push(b'{');
        write_label(&mut done.output, label, line);
        if label.is_some() {
            done.output.extend_from_slice(format!(",\"line\":{line}").as_bytes());
        }
        done.output.push(b',');
        let error = failure.json(self.world.language).to_string();
        done.output.extend_from_slice(&error.as_bytes()[1..]);
        done.output.push(b'\n');
    }
}

fn place(source: &str, line: u64) -> String {
    format!("{source}:{line}")
}

fn too_long(place: &str) -> Fault {
    let limit = LONGEST_LINE / 1024 / 1024;
    Fault::new(words!(
        ja: "{place}: 行が長すぎます（{limit} MiB まで）",
        en: "{place}: the line is too long (over {limit} MiB)",
    ))
}
