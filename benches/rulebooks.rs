//! How long people, programs and authors wait: `cargo bench`. Numbers of one run can be compared with each other, not with
//! those of another machine or hour.

mod generated;

use std::collections::BTreeSet;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use jiff::civil::{Date, date};
use shinrai::answers::Answers;
use shinrai::answers::line::{Case, Lines};
use shinrai::builtin;
use shinrai::diagnosis::batch::{Batch, Outcome};
use shinrai::diagnosis::diagnose;
use shinrai::interview::Interview;
use shinrai::proof::difference::compare;
use shinrai::proof::prove;
use shinrai::report::brief::Writer;
use shinrai::rulebook::source::File;
use shinrai::rulebook::{Answer, Rulebook, read};

const TODAY: Date = date(2026, 11, 22);

fn main() {
    divan::main();
}

fn parse(files: Vec<File>) -> Rulebook {
    let reading = read::read(vec![files]);
    reading.rulebook.unwrap_or_else(|| panic!("{:#?}", reading.findings))
}

fn file(text: &str) -> Vec<File> {
    vec![File { name: "generated.toml".into(), bytes: text.as_bytes().to_vec() }]
}

/// The answers of a line.
fn answers(rulebook: &Rulebook, line: &str) -> Answers {
    let mut case = Case::default();
    Lines::new(rulebook).read(line, String::new, &mut case).expect("a line that can be read");
    let mut answers = Answers::none(rulebook);
    answers.extend(case.given);
    answers
}

/// From a line to a line, as `shinrai batch` does it on one thread.
#[divan::bench(args = [60, 600, 6_000, 60_000])]
fn a_situation_of_many(bencher: Bencher, rules: usize) {
    let rulebook = parse(file(&generated::selective(rules)));
    let lines = generated::lines(1024);
    let (mut reader, mut batch, writer) = (Lines::new(&rulebook), Batch::new(&rulebook), Writer::new(&rulebook));
    bencher.counter(ItemsCount::new(lines.len())).bench_local(|| {
        let mut out = Vec::new();
        let mut case = Case::default();
        for line in &lines {
            reader.read(line, String::new, &mut case).expect("a line that can be read");
            batch.add(TODAY, &case.given, BTreeSet::new());
            if batch.is_full() {
                batch.diagnose(|_, outcome| {
                    if let Outcome::Brief(brief) = outcome {
                        writer.write(&mut out, case.label.as_ref(), 1, brief);
                    }
                });
            }
        }
        out
    });
}

/// One diagnosis by itself, whole.
#[divan::bench(args = [60, 600, 6_000, 60_000])]
fn a_situation_alone(bencher: Bencher, rules: usize) {
    let rulebook = parse(file(&generated::selective(rules)));
    let answers = answers(&rulebook, &generated::lines(1)[0]);
    bencher.bench(|| diagnose(&rulebook, black_box(&answers), TODAY));
}

/// The next question, in the middle of an interview.
#[divan::bench(args = [60, 600, 6_000])]
fn the_next_question(bencher: Bencher, rules: usize) {
    let rulebook = parse(file(&generated::selective(rules)));
    let all = answers(&rulebook, &generated::lines(1)[0]);
    let mut half = Answers::none(&rulebook);
    half.extend(all.given().take(12));
    bencher.bench(|| Interview::new(&rulebook, black_box(half.clone()), TODAY).next());
}

/// From text to a rulebook.
#[divan::bench(args = [60, 600, 6_000], sample_count = 20)]
fn reading(bencher: Bencher, rules: usize) {
    let text = generated::selective(rules);
    bencher.bench(|| parse(file(black_box(&text))));
}

/// The built-in rulebook, from what was worked out when the program was built.
#[divan::bench]
fn unpacking() -> Rulebook {
    builtin::rulebook()
}

/// One diagnosis with the built-in rulebook: the first of its cases.
#[divan::bench]
fn built_in_diagnosis(bencher: Bencher) {
    let rulebook = builtin::rulebook();
    let (_, case) = rulebook.cases.iter().next().expect("a case");
    let mut answers = Answers::none(&rulebook);
    answers.extend(case.answers.iter().copied().filter(|(_, answer)| *answer != Answer::Unknown));
    bencher.bench(|| diagnose(&rulebook, black_box(&answers), TODAY));
}

/// `rulebook check`.
#[divan::bench(sample_count = 5)]
fn check_built_in(bencher: Bencher) {
    let rulebook = builtin::rulebook();
    bencher.bench(|| prove(&rulebook, TODAY).findings.len());
}

/// `rulebook check`, with so many questions and rules.
#[divan::bench(args = [(25, 250), (50, 500), (100, 1_000), (100, 2_000)], sample_count = 1)]
fn check(bencher: Bencher, (questions, rules): (usize, usize)) {
    let rulebook = parse(file(&generated::rulebook(questions, rules)));
    bencher.bench(|| prove(&rulebook, TODAY).findings.len());
}

/// `rulebook diff`.
#[divan::bench(sample_count = 5)]
fn diff_of_an_edit(bencher: Bencher) {
    let built_in = builtin::rulebook();
    let edited = parse(builtin::files().into_iter().map(with_an_edit).collect());
    bencher.bench(|| compare(&built_in, &edited, TODAY).differences.len());
}

/// A gate that holds in fewer situations.
fn with_an_edit(mut file: File) -> File {
    let text =
        String::from_utf8_lossy(&file.bytes).replace("pressure = [\"abuse\", \"several\"]", "pressure = \"abuse\"");
    file.bytes = text.into_bytes();
    file
}
