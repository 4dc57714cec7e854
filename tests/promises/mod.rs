//! What holds whatever the bytes are. A fuzzer looks for bytes that break it (`fuzz/`); the test `fuzzing` tries the corpora
//! and some thousand inputs made from them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use ::csv::ReaderBuilder;
use shinrai::answers::given::{
    self, Fault, Filed, as_flag, contradicted, parse_file, parse_flag, resolve, resolve_done,
};
use shinrai::answers::line::{Case, Lines};
use shinrai::answers::sheet::Sheet;
use shinrai::answers::{Answers, Details, Truth, Truths};
use shinrai::builtin;
use shinrai::diagnosis::{Diagnosis, diagnose};
use shinrai::proof::check;
use shinrai::proof::prover::Prover;
use shinrai::report::page::{Extent, Page, Privacy, page};
use shinrai::report::{Style, booklet, csv, findings, html, ics, json, markdown, overview, rules, text, wrap, written};
use shinrai::rulebook::condition::NodeId;
use shinrai::rulebook::read::{Reading, read};
use shinrai::rulebook::source::{File, Source, decode};
use shinrai::rulebook::{Id, Question, Rulebook};
use shinrai::words::{Language, Words, is_unprintable};

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

use crate::oracle::{self, Choices, Spec};
use crate::situations::{TODAY, situations};

/// The rulebook that is built in.
fn builtin() -> &'static Rulebook {
    static BUILTIN: LazyLock<Rulebook> = LazyLock::new(builtin::rulebook);
    &BUILTIN
}

fn reading_of(bytes: &[u8]) -> Reading {
    read(vec![vec![File { name: "rulebook.toml".into(), bytes: bytes.to_vec() }]])
}

/// Nothing that reaches a person obeys a rulebook: no control character but the line feed.
fn assert_printable(text: &str) {
    let culprit = text.chars().find(|&character| character != '\n' && is_unprintable(character));
    assert_eq!(culprit, None, "{text:?}");
}

fn assert_faults_are_printable(faults: &[Fault]) {
    let printable = |words: &Words| Language::ALL.map(|language| assert_printable(words.get(language)));
    for fault in faults {
        printable(&fault.message);
        fault.help.as_ref().map(printable);
    }
}

/// Any bytes are a rulebook or have errors that can be shown; a rulebook can be checked, shown, and used.
pub fn rulebook(bytes: &[u8]) {
    let (reading, _) = check(reading_of(bytes), TODAY);
    for language in Language::ALL {
        let style = Style { width: 40, colour: false };
        assert_printable(&findings::render(&reading.findings, &reading.sources, None, language, style));
        for finding in &reading.findings {
            assert_printable(finding.message.get(language));
        }
        let data = findings::data(&reading.findings, &reading.sources, None, language);
        assert!(serde_json::to_string(&data).is_ok());
    }
    let Some(rulebook) = &reading.rulebook else {
        assert!(!reading.findings.is_empty(), "a rulebook that cannot be used says why");
        return;
    };
    let shown = written::toml(&reading, &written::Extent::default());
    let again = reading_of(shown.as_bytes());
    assert_eq!(again.rulebook.as_ref().map(|again| &again.fingerprint), Some(&rulebook.fingerprint), "{shown}");
    for language in Language::ALL {
        assert_printable(&booklet::booklet(rulebook, language).markdown());
        assert_printable(&overview::tree(rulebook, language, &[], 40));
        assert_printable(&overview::mermaid(rulebook, language, &[]));
        assert_printable(&rules::directory(rulebook, 40));
        written_in_every_format(rulebook, &diagnose(rulebook, &Answers::none(rulebook), TODAY), language);
    }
}

/// Any bytes are answers or are refused; answers come back from flags and from a diagnosis as they are.
pub fn answers(bytes: &[u8]) {
    let Ok((text, _)) = decode(bytes) else { return };
    let rulebook = builtin();
    for name in ["answers.json", "answers.toml"] {
        match parse_file(&Source::new(name.into(), text.clone())) {
            Err(faults) => assert_faults_are_printable(&faults),
            Ok(filed) => filed_answers(rulebook, filed),
        }
    }
}

fn filed_answers(rulebook: &'static Rulebook, filed: Filed) {
    let done = resolve_done(rulebook, &filed.done);
    if let Err(faults) = &done {
        assert_faults_are_printable(faults);
    }
    let answers = match resolve(rulebook, filed.answers) {
        Err(faults) => return assert_faults_are_printable(&faults),
        Ok(answers) => answers,
    };
    let flags = answers.given().map(|(question, answer)| as_flag(rulebook, question, answer));
    let written: Vec<_> = flags.map(|flag| parse_flag(&flag).expect("a flag of ours")).collect();
    assert_eq!(resolve(rulebook, written).expect("answers of ours"), answers);
    if !contradicted(rulebook, &answers, TODAY).is_empty() {
        return;
    }
    reads_back(rulebook, &diagnose(rulebook, &answers, TODAY));
}

/// A diagnosis in JSON is a file of answers: the same ones, and the same diagnosis again.
fn reads_back(rulebook: &Rulebook, diagnosis: &Diagnosis) {
    let whole = json::pretty(&json::data(rulebook, diagnosis, Language::Ja, "shinrai"));
    let source = Source::new("diagnosis.json".into(), whole.clone());
    let filed = parse_file(&source).expect("a diagnosis of ours is read");
    assert_eq!(filed.today, Some(diagnosis.today));
    let answers = resolve(rulebook, filed.answers).expect("answers of ours");
    let done = resolve_done(rulebook, &filed.done).expect("actions of ours");
    let mut again = answers.clone();
    again.done = done;
    let again = diagnose(rulebook, &again, diagnosis.today);
    assert_eq!(json::pretty(&json::data(rulebook, &again, Language::Ja, "shinrai")), whole);
}

/// Any line and any row is a situation or is refused; the quick reader of lines takes nothing that the other would refuse.
pub fn lines(bytes: &[u8]) {
    let rulebook = builtin();
    let Ok((text, _)) = decode(bytes) else { return };
    let mut reader = Lines::new(rulebook);
    for line in text.lines() {
        let (mut case, mut other) = (Case::default(), Case::default());
        let read = reader.read(line, || "line 1".into(), &mut case);
        assert_eq!(read, given::parse_line(rulebook, line, "line 1", &mut other));
        match read {
            Ok(()) => assert_eq!(sorted(case), sorted(other), "{line}"),
            Err(bad) => assert_faults_are_printable(&bad.faults),
        }
    }
    let mut table = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut rows = table.records().map_while(Result::ok);
    let Some(heading) = rows.next() else { return };
    match Sheet::new(rulebook, &heading) {
        Err(faults) => assert_faults_are_printable(&faults),
        Ok(sheet) => {
            for row in rows.map(|row| row.iter().map(str::to_owned).collect::<Vec<_>>()) {
                if let Err(bad) = sheet.read(&row, "row 2", &mut Case::default()) {
                    assert_faults_are_printable(&bad.faults);
                }
            }
        }
    }
}

/// What a line says, whatever the order of its answers.
fn sorted(case: Case<'_>) -> impl PartialEq + std::fmt::Debug {
    let Case { label, today, given, done, .. } = case.into_owned();
    let given: BTreeMap<Id<Question>, _> = given.into_iter().collect();
    (label, today, given, done)
}

/// What is proved of a random small rulebook is what all its situations show, and the examples show it.
pub fn proof(bytes: &[u8]) {
    let spec = Spec::random(&mut Choices::from_bytes(bytes));
    let rulebook = reading_of(oracle::to_toml(&spec).as_bytes()).rulebook.expect("a random rulebook is valid");
    let Some(situations) = situations(&rulebook) else { return };
    let truths_of = |answers: &Answers, day| Truths::of(&rulebook, answers, Details::Open, day);
    let all: Vec<Truths> = situations.iter().map(|(answers, day)| truths_of(answers, *day)).collect();
    let mut prover = Prover::new(&rulebook, TODAY);
    for node in named_nodes(&rulebook) {
        for holds in [true, false] {
            let can_be = all.iter().any(|truths| truths.get(node) == Truth::from(holds));
            match prover.find(&[(node, holds)]) {
                None => assert!(!can_be && prover.is_impossible(&[(node, holds)]), "{node:?} {holds}"),
                Some(found) => {
                    assert!(can_be, "{node:?} {holds}");
                    let (needed, day) = prover.needed(&found, &[(node, holds)]);
                    let shown = [
                        truths_of(&found.answers, found.today),
                        Truths::of(&rulebook, &needed, Details::Assumed, day), // as `diagnose` reads it
                    ];
                    assert_eq!(shown.map(|truths| truths.get(node)), [Truth::from(holds); 2]);
                }
            }
        }
    }
}

fn named_nodes(rulebook: &Rulebook) -> Vec<NodeId> {
    let conclusions = rulebook.conclusions.iter().map(|(_, entry)| entry.node);
    let actions = rulebook.actions.iter().map(|(_, entry)| entry.node);
    let notes = rulebook.notes.iter().map(|(_, entry)| entry.node);
    conclusions.chain(actions).chain(notes).collect()
}

/// Whatever a rulebook says, in a report it is text: it steers nothing, and is no markup, no formula and no property.
pub fn reports(bytes: &[u8]) {
    let (length, bytes) = bytes.split_first().unwrap_or((&0, &[]));
    let (foreign, decisions) = bytes.split_at(usize::from(*length).min(bytes.len()));
    let foreign = String::from_utf8_lossy(foreign);
    let mut choices = Choices::from_bytes(decisions);
    let spec = Spec::random(&mut choices);
    let given = oracle::random_answers(&spec, &mut choices);
    let oracle::Date { year, month, day } = oracle::random_today(&mut choices);
    let today = given::day(&format!("{year:04}-{month:02}-{day:02}")).expect("a day");
    let flags = oracle::answer_flags(&spec, &given);
    let plain = oracle::to_toml(&spec);
    let report = |toml: &str| {
        let rulebook = reading_of(toml.as_bytes()).rulebook?;
        let written = flags.iter().map(|flag| parse_flag(flag).expect("a flag of ours"));
        let answers = resolve(&rulebook, written).expect("answers of ours");
        let diagnosis = diagnose(&rulebook, &answers, today);
        Some((written_in_every_format(&rulebook, &diagnosis, Language::En), reads_back(&rulebook, &diagnosis)).0)
    };
    let with_foreign = |begin: &str| plain.replace(begin, &format!("{begin}{}", toml_escaped(&foreign)));
    let plain_tags = report(&plain).expect("a random rulebook is valid");
    for begin in ["\"The ", "\"Do ", "\"How to reach ", "\"What about "] {
        match report(&with_foreign(begin)) {
            Some(tags) => assert_eq!(tags, plain_tags, "{foreign:?}"),
            None => assert!(foreign.chars().any(is_unprintable), "{foreign:?}"),
        }
    }
}

fn toml_escaped(text: &str) -> String {
    text.chars().fold(String::new(), |all, character| all + &format!("\\U{:08X}", u32::from(character)))
}

/// Writes a diagnosis in every format and looks at each as its reader would. Returns how many tags the page has without
/// those of links, which texts may ask for.
fn written_in_every_format(rulebook: &Rulebook, diagnosis: &Diagnosis, language: Language) -> usize {
    let mut tags = 0;
    for privacy in [Privacy::Whole, Privacy::Redacted] {
        let page = page(rulebook, diagnosis, language, Extent { privacy, explain: true, ..Extent::default() });
        for width in [20, 80] {
            assert_printable(&text::render(&page, Style { width, colour: false }));
        }
        assert_printable(&markdown::render(&page));
        as_a_page(&page, &mut tags);
        as_a_table(&page);
        as_a_calendar(&page);
    }
    tags
}

fn as_a_page(page: &Page, tags: &mut usize) {
    let html = html::render(page);
    assert_printable(&html);
    *tags += html.matches('<').count() - html.matches("<a ").count() - html.matches("</a>").count();
    for link in html.split("<a href=\"").skip(1) {
        assert!(
            ["tel:", "https://", "http://", "mailto:", "#"].iter().any(|scheme| link.starts_with(scheme)),
            "{link}"
        );
    }
}

fn as_a_table(page: &Page) {
    let table = csv::render(page);
    let table = table.strip_prefix('\u{FEFF}').unwrap_or(&table);
    assert_printable(&table.replace('\r', ""));
    let mut reader = ReaderBuilder::new().from_reader(table.as_bytes());
    for cell in
        reader.records().flat_map(|row| row.expect("rows of one length").iter().map(str::to_owned).collect::<Vec<_>>())
    {
        assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "a formula: {cell}");
    }
}

fn as_a_calendar(page: &Page) {
    let Some(calendar) = ics::render(page, ics::Titles::Tasks) else { return };
    assert_printable(&calendar.replace("\r\n", "\n"));
    for line in calendar.strip_suffix("\r\n").expect("ends its last line").split("\r\n") {
        assert!(line.len() <= 75, "too long: {line}");
        let name = line.split([':', ';']).next().unwrap_or_default();
        let is_property = !name.is_empty() && name.chars().all(|c| c.is_ascii_uppercase() || c == '-');
        assert!(line.starts_with(' ') || is_property, "no property: {line}");
    }
}

/// Wrapped lines are as wide as they may be at most, and hold everything but the spaces at which they end, in its order.
/// Emoji that are made of several stay whole.
pub fn wrapping(bytes: &[u8]) {
    let (&width, bytes) = bytes.split_first().unwrap_or((&0, &[]));
    let width = usize::from(width % 100).max(4);
    let text = String::from_utf8_lossy(bytes);
    let text = text.replace(|character: char| character != '\n' && is_unprintable(character), "");
    let lines = wrap::wrap(&text, width);
    for line in &lines {
        let is_one = line.graphemes(true).count() <= 1;
        assert!(line.width() <= width || is_one, "{} columns, {width} allowed: {line:?}", line.width());
    }
    let kept = |text: &str| text.replace([' ', '\n'], "");
    assert_eq!(kept(&lines.concat()), kept(&text));
    let is_whole = |emoji: &str| lines.iter().any(|line| line.contains(emoji));
    let joined = text.graphemes(true).map(str::trim_ascii).filter(|character| character.contains('\u{200d}'));
    assert!(joined.into_iter().all(is_whole), "{lines:?}");
}
