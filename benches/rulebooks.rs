//! How long authors wait: `cargo bench`. Numbers of one run can be compared with each other, not with those of another
//! machine or hour.

#![expect(clippy::print_stdout, reason = "the numbers are what it is for")]

mod generated;

use std::time::{Duration, Instant};

use jiff::civil::{Date, date};
use shinrai::builtin;
use shinrai::proof::difference::compare;
use shinrai::proof::prove;
use shinrai::rulebook::source::File;
use shinrai::rulebook::{Rulebook, read};

const TODAY: Date = date(2026, 11, 22);

fn main() {
    let built_in = parse(builtin::files());
    report("check, built-in", 5, || prove(&built_in, TODAY).findings.len());
    let edited = parse(builtin::files().into_iter().map(with_an_edit).collect());
    report("diff, built-in and an edit of it", 5, || compare(&built_in, &edited, TODAY).differences.len());
    for (questions, rules) in [(25, 250), (50, 500), (100, 1_000), (100, 2_000)] {
        let text = generated::rulebook(questions, rules);
        let rulebook = parse(vec![File { name: "generated.toml".into(), bytes: text.into_bytes() }]);
        report(&format!("check, {questions} questions, {rules} rules"), 1, || prove(&rulebook, TODAY).findings.len());
    }
}

/// A gate that holds in fewer situations.
fn with_an_edit(mut file: File) -> File {
    let text =
        String::from_utf8_lossy(&file.bytes).replace("pressure = [\"abuse\", \"several\"]", "pressure = \"abuse\"");
    file.bytes = text.into_bytes();
    file
}

fn parse(files: Vec<File>) -> Rulebook {
    let reading = read::read(vec![files]);
    reading.rulebook.unwrap_or_else(|| panic!("{:#?}", reading.findings))
}

/// Runs something a few times and prints the median.
fn report<T: std::fmt::Debug>(name: &str, times: usize, run: impl Fn() -> T) {
    let mut took = Vec::new();
    let mut result = None;
    for _ in 0..times {
        let start = Instant::now();
        result = Some(run());
        took.push(start.elapsed());
    }
    took.sort_unstable();
    let median: Duration = took[took.len() / 2];
    println!("{name:<40} {:>10.1} ms   {result:?}", median.as_secs_f64() * 1000.0);
}
