//! `shinrai batch`: one situation a line in, one diagnosis a line out, in the same order.
//!
//! One thread reads, as many as there are processors diagnose, and the first one writes. Portions go round robin from one to
//! the next, so that their order is kept without a number, and every queue is short, so that memory stays the same.

mod input;
mod progress;
mod reports;
mod work;

use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use anyhow::bail;

use crate::answers::sheet::{Sheet, Unused};
use crate::cli::args::{self, Cases, Format};
use crate::cli::failure::{Failure, Kind};
use crate::cli::world::{self, World};
use crate::cli::{rulebooks, terminal};
use crate::report::{summary, wrap};
use crate::rulebook::Rulebook;
use crate::rulebook::source::{Encoding, decode};
use crate::words::{Language, visible};
use crate::{say, word, words};
use input::{Begun, Bytes, Lines, Portion, Rows};
use progress::Progress;
use reports::Reports;
use work::{Done, Job, Wanted, Worker};

/// Diagnoses every situation of the input.
pub fn run(flags: &args::Batch, world: &World) -> anyhow::Result<ExitCode> {
    let wanted = wanted(flags)?;
    let mut reports = flags.out_dir.as_deref().map(|folder| Reports::new(folder, wanted)).transpose()?;
    let rulebook: &'static Rulebook = Box::leak(Box::new(rulebooks::open(world)?)); // it is needed until the end
    let begun = open(flags.input.as_deref(), world)?;
    let (source, job_flags) = (source(flags.input.as_deref()), flags.as_if_alone());
    let mut job = Job {
        rulebook,
        world: world.clone(),
        source,
        sheet: None,
        charset: None,
        wanted,
        flags: job_flags,
        stops: flags.fail_fast,
    };
    let most = if matches!(wanted, Wanted::Brief | Wanted::Count) { MOST_BRIEF } else { MOST_WHOLE };
    let input = match cases(flags, &begun.beginning) {
        Cases::Jsonl => Input::Lines(Lines::new(begun.whole(), most)),
        Cases::Csv => {
            let begun = begun.without_remark_of_a_spreadsheet();
            let beginning = begun.beginning.clone();
            let delimiter = begun.delimiter.unwrap_or_else(|| delimiter(&beginning, rulebook));
            job.charset = charset(&beginning, &job)?;
            let mut rows = Rows::new(begun.whole(), &beginning, delimiter, most);
            match heading(&mut rows, &job)? {
                Some(sheet) => job.sheet = Some(sheet),
                None => return finish(flags, &job, &Totals::default()),
            }
            Input::Rows(rows)
        }
    };
    let progress = Progress::new(flags, world);
    let job = Arc::new(job);
    let workers = flags.threads.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from));
    let mut sink = Sink { flags, reports: reports.take(), progress, totals: Totals::default() };
    let went = if workers == 1 { here(input, &job, &mut sink) } else { in_threads(input, &job, workers, &mut sink) };
    sink.progress.clear();
    went?;
    finish(flags, &job, &sink.totals)
}

enum Input {
    Lines(Lines<Bytes>),
    Rows(Rows<Bytes>),
}

impl Input {
    fn next(&mut self) -> io::Result<Option<Portion>> {
        match self {
            Self::Lines(lines) => lines.next(),
            Self::Rows(rows) => rows.next(),
        }
    }
}

/// What came of everything so far.
#[derive(Default)]
struct Totals {
    cases: u64,
    bad: u64,
    tally: summary::Tally,
}

/// Where the results go.
struct Sink<'f> {
    flags: &'f args::Batch,
    reports: Option<Reports>,
    progress: Progress,
    totals: Totals,
}

impl Sink<'_> {
    /// Writes what came of a portion; false when nobody wants more.
    fn take(&mut self, done: Done) -> anyhow::Result<bool> {
        let Done { mut output, reports, cases, bad, tally } = done;
        if let Some(folder) = &mut self.reports {
            output = folder.keep(&output, reports)?;
        }
        let stops = self.flags.fail_fast && bad > 0;
        self.totals.cases += cases;
        self.totals.bad += bad;
        self.totals.tally.merge(tally);
        if !self.flags.summary {
            self.progress.clear();
            let mut stdout = io::stdout().lock();
            match stdout.write_all(&output).and_then(|()| stdout.flush()) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(false),
                Err(error) => {
                    bail!(Failure::io(words!(ja: "標準出力に書けません", en: "cannot write to stdout"), &error))
                }
            }
        }
        self.progress.show(self.totals.cases);
        Ok(!stops)
    }
}

/// Does everything in this thread.
fn here(mut input: Input, job: &Job, sink: &mut Sink<'_>) -> anyhow::Result<()> {
    let mut worker = Worker::new(job);
    while let Some(portion) = input.next().map_err(|error| cannot_read(job, &error))? {
        if !sink.take(worker.work(&portion))? {
            break;
        }
    }
    Ok(())
}

/// The most situations of a portion, where little is written for each.
const MOST_BRIEF: usize = 4096;

/// The same where much is written for each: what is written is kept until it is its turn.
const MOST_WHOLE: usize = 16;

/// The most portions that wait for a worker, and the most results that wait to be written.
const QUEUE: usize = 2;

/// Shares the work out. The threads are left to themselves: the reader may still wait for input when nobody wants more.
fn in_threads(mut input: Input, job: &Arc<Job>, workers: usize, sink: &mut Sink<'_>) -> anyhow::Result<()> {
    // signals end the program from the first thread, which holds them off while a file is written
    let lanes: Vec<(SyncSender<Portion>, Receiver<Done>)> =
        terminal::undisturbed(|| (0..workers).map(|_| worker_thread(job)).collect());
    let (portions, results): (Vec<_>, Vec<_>) = lanes.into_iter().unzip();
    let (end, ended) = sync_channel(1);
    thread::spawn(move || {
        let mut next = portions.iter().cycle();
        let went = loop {
            match input.next() {
                Ok(Some(portion)) => {
                    let Some(lane) = next.next() else { break Ok(()) };
                    if lane.send(portion).is_err() {
                        break Ok(()); // nobody wants more
                    }
                }
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        let _ = end.send(went);
    });
    for result in results.iter().cycle() {
        let Ok(done) = result.recv() else { break }; // the input has ended
        if !sink.take(done)? {
            return Ok(());
        }
    }
    match ended.recv() {
        Ok(Err(error)) => Err(cannot_read(job, &error)),
        _ => Ok(()),
    }
}

fn worker_thread(job: &Arc<Job>) -> (SyncSender<Portion>, Receiver<Done>) {
    let (portions, work) = sync_channel::<Portion>(QUEUE);
    let (results, done) = sync_channel(QUEUE);
    let job = Arc::clone(job);
    thread::spawn(move || {
        let mut worker = Worker::new(&job);
        for portion in work {
            if results.send(worker.work(&portion)).is_err() {
                break;
            }
        }
    });
    (portions, done)
}

fn finish(flags: &args::Batch, job: &Job, totals: &Totals) -> anyhow::Result<ExitCode> {
    if flags.summary {
        let (rulebook, language, fewest) = (job.rulebook, job.world.language, flags.fewest.unwrap_or(summary::FEWEST));
        let text = match flags.format {
            Some(Format::Json) => {
                format!("{}\n", summary::data(rulebook, &totals.tally, totals.bad, fewest, language))
            }
            _ => summary::text(rulebook, &totals.tally, totals.bad, fewest, language, job.world.stdout),
        };
        world::print(&text)?;
    }
    Ok(if totals.bad > 0 { Kind::No.code() } else { ExitCode::SUCCESS })
}

/// What the flags ask for.
fn wanted(flags: &args::Batch) -> anyhow::Result<Wanted> {
    let format = flags.format;
    match (flags.full, flags.summary, &flags.out_dir) {
        (false, false, None) if format.is_none_or(|format| format == Format::Json) => Ok(Wanted::Brief),
        (true, false, None) if format.is_none_or(|format| format == Format::Json) => Ok(Wanted::Full),
        (false, true, None) if format.is_none_or(|format| matches!(format, Format::Text | Format::Json)) => {
            Ok(Wanted::Count)
        }
        (false, false, Some(_)) => Ok(Wanted::Report(format.unwrap_or(Format::Html))),
        (_, true, None) => bail!(Failure::new(
            Kind::Usage,
            words!(ja: "`--summary` の形式は `text` か `json` です", en: "`--summary` is written as `text` or `json`"),
        )),
        _ => bail!(
            Failure::new(
                Kind::Usage,
                words!(ja: "結果の行はいつも JSON です", en: "the lines that come out are always JSON"),
            )
            .help(words!(
                ja: "1人ずつの報告書には `--out-dir フォルダー --format html` を使ってください",
                en: "for a report per person use `--out-dir DIR --format html`",
            ))
        ),
    }
}

/// The input, of which the beginning has been looked at.
fn open(path: Option<&Path>, world: &World) -> anyhow::Result<Begun> {
    let name = source(path);
    let cannot =
        |error: io::Error| Failure::io(words!(ja: "`{name}` を読めません", en: "cannot read `{name}`"), &error);
    let Some(path) = path.filter(|path| path.as_os_str() != "-") else {
        if io::stdin().is_terminal() {
            world::tell(&wrap::hanging(
                "",
                word!(
                    world.language,
                    ja: "端末から1行に1件ずつ読みます。終わりは Ctrl-D です。使い方は `shinrai batch --help` で見られます。",
                    en: "Reading one case a line from the terminal; Ctrl-D ends. `shinrai batch --help` tells more."
                ),
                world.stderr.width,
            ));
        }
        return Ok(Begun::new(io::stdin()).map_err(cannot)?);
    };
    let file = std::fs::File::open(path).map_err(cannot)?;
    if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
        bail!(cannot(io::ErrorKind::IsADirectory.into()));
    }
    Ok(Begun::new(file).map_err(cannot)?)
}

/// The name of the input in messages.
fn source(path: Option<&Path>) -> String {
    path.filter(|path| path.as_os_str() != "-").map_or_else(|| "stdin".to_owned(), world::path_name)
}

fn cannot_read(job: &Job, error: &io::Error) -> anyhow::Error {
    let name = &job.source;
    if error.kind() == io::ErrorKind::FileTooLarge {
        return Failure::new(
            Kind::Answers,
            words!(ja: "{name}: 終わりのない行があります", en: "{name}: there is a row without an end"),
        )
        .help(words!(ja: "閉じていない `\"` がないか確かめてください", en: "look for a `\"` that is not closed"))
        .into();
    }
    Failure::io(words!(ja: "`{name}` を読めません", en: "cannot read `{name}`"), error).into()
}

/// Whether lines of JSON come or a table: as the flag says, by the ending, or by how it begins.
fn cases(flags: &args::Batch, beginning: &[u8]) -> Cases {
    let by_ending = || {
        let ending = flags.input.as_deref()?.extension()?.to_str()?.to_ascii_lowercase();
        match ending.as_str() {
            "csv" | "tsv" => Some(Cases::Csv),
            "jsonl" | "ndjson" | "json" => Some(Cases::Jsonl),
            _ => None,
        }
    };
    let by_beginning = || match beginning.trim_ascii_start().first() {
        Some(b'{' | b'[') => Cases::Jsonl,
        _ => Cases::Csv,
    };
    flags.from.or_else(by_ending).unwrap_or_else(by_beginning)
}

/// The separator with which the heading holds most questions, and most columns.
fn delimiter(beginning: &[u8], rulebook: &Rulebook) -> u8 {
    let fits = |delimiter: &u8| {
        let mut builder = csv::ReaderBuilder::new();
        let mut reader = builder.delimiter(*delimiter).flexible(true).has_headers(false).from_reader(beginning);
        let mut row = csv::ByteRecord::new();
        let is_there = reader.read_byte_record(&mut row).unwrap_or(false);
        let titles: Vec<String> =
            row.iter().map(|cell| decode(cell).map_or_else(|_| String::new(), |(text, _)| text)).collect();
        (is_there, Sheet::questions_in(rulebook, &titles), row.len())
    };
    [b'\t', b';', b','].into_iter().max_by_key(fits).unwrap_or(b',')
}

/// The encoding of a table, if its heading tells; each row tells for itself otherwise.
fn charset(beginning: &[u8], job: &Job) -> anyhow::Result<Option<Encoding>> {
    let heading = beginning.split(|&byte| byte == b'\n').next().unwrap_or_default();
    if heading.is_ascii() {
        return Ok(None);
    }
    let name = &job.source;
    let (_, encoding) = decode(heading).map_err(|fault| {
        let (ja, en) = (fault.message.ja, fault.message.en);
        Failure::new(Kind::Answers, words!(ja: "`{name}`: {ja}", en: "`{name}`: {en}")).help(words!(
            ja: "UTF-8（または Shift_JIS）で保存し直してください",
            en: "save it as UTF-8, or as Shift_JIS",
        ))
    })?;
    Ok(Some(encoding))
}

/// Understands the heading of a table; nothing for an empty input.
fn heading(rows: &mut Rows<Bytes>, job: &Job) -> anyhow::Result<Option<Sheet<'static>>> {
    let Some(row) = rows.heading().map_err(|error| cannot_read(job, &error))? else { return Ok(None) };
    let titles: Vec<String> = row.iter().map(|cell| job.text(cell).into_owned()).collect();
    let sheet = Sheet::new(job.rulebook, titles.iter().map(String::as_str)).map_err(Failure::answers)?;
    if !sheet.unused.is_empty() {
        let language = job.world.language;
        let names: Vec<String> = sheet.unused.iter().map(|unused| unused_column(unused, language)).collect();
        let names = names.join(word!(language, ja: "、", en: ", "));
        let sentence = say!(
            language,
            ja: "質問ではないので使わない列: {names}",
            en: "Columns that are no question, and are not used: {names}"
        );
        world::tell(&wrap::hanging("", &sentence, job.world.stderr.width));
    }
    Ok(Some(sheet))
}

fn unused_column(unused: &Unused, language: Language) -> String {
    let name = visible(&unused.title);
    match &unused.near {
        Some(near) => {
            say!(language, ja: "`{name}`（`{near}` のことなら、直してください）", en: "`{name}` (if you mean `{near}`, write that)")
        }
        None => format!("`{name}`"),
    }
}
