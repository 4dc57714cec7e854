//! A program that only parses lines of JSON into typed values and writes as many bytes as it is told for each: what reading
//! and writing cost, whatever is concluded.

#![expect(clippy::unwrap_used, reason = "nothing can be measured after a mistake")]

use std::collections::HashMap;
use std::io::{BufRead, BufReader, BufWriter, Write};

use serde::Deserialize;

#[derive(Deserialize)]
struct Line<'a> {
    id: &'a str,
    #[serde(borrow)]
    answers: HashMap<&'a str, &'a str>,
}

fn main() {
    let bytes: usize = std::env::args().nth(1).unwrap().parse().unwrap();
    let mut input = BufReader::with_capacity(128 * 1024, std::io::stdin().lock());
    let mut output = BufWriter::with_capacity(128 * 1024, std::io::stdout().lock());
    let filler = vec![b' '; bytes];
    let mut line = Vec::new();
    while input.read_until(b'\n', &mut line).unwrap() > 0 {
        let parsed: Line<'_> = serde_json::from_slice(&line).unwrap();
        std::hint::black_box(parsed.id.len() + parsed.answers.len());
        output.write_all(&filler).unwrap();
        line.clear();
    }
    output.flush().unwrap();
}
