//! From a rulebook as written to a rulebook as meant, in one pass that reports everything it does not understand.

mod condition;
mod entries;
mod fields;

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};

use indexmap::IndexMap;

use crate::rulebook::document::{self, Entry, Node, Table, Value};
use crate::rulebook::finding::{Code, Finding, Findings, Severity};
use crate::rulebook::fnv::Fnv;
use crate::rulebook::kind::Kind;
use crate::rulebook::list::List;
use crate::rulebook::source::{Encoding, File, Source, Span, decode};
use crate::rulebook::{Question, Rulebook, compare, graph, layer};
use crate::words;
use crate::words::{Language, ticked, visible};
pub use condition::unknown_option;
use fields::Fields;

/// What came of reading: the rulebook, unless there are errors, and everything there is to say about it.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The rulebook; `None` when there are errors.
    pub rulebook: Option<Rulebook>,
    /// The remarks, by place.
    pub findings: Vec<Finding>,
    /// The sources that the findings point into.
    pub sources: Vec<Source>,
    /// As it is written.
    whole: Layered,
}

/// A kind of finding that the author allows on an entry.
#[derive(Clone, Debug)]
struct Allowed {
    entry: String,
    code: Code,
    span: Span,
}

impl Reading {
    /// The rulebook as it is written, all layers together.
    pub const fn written(&self) -> &Table {
        &self.whole.table
    }

    /// The ids of the entries that a layer took away.
    pub const fn dropped(&self) -> &BTreeSet<String> {
        &self.whole.dropped
    }

    /// The same rulebook with another name for an entry.
    #[must_use]
    pub fn renamed(&self, kind: Kind, old: &str, new: &str) -> Self {
        let mut whole = self.whole.clone();
        compare::rename(&mut whole.table, kind, old, new);
        let mut findings = Findings::default();
        let rulebook = understand(&whole, &mut findings);
        let rulebook = rulebook.filter(|_| findings.iter().all(|finding| finding.severity() < Severity::Error));
        Self { rulebook, findings: findings.finish().0, sources: self.sources.clone(), whole }
    }

    /// Whether some finding weighs as much as this.
    pub fn has(&self, severity: Severity) -> bool {
        self.findings.iter().any(|finding| finding.severity() >= severity)
    }

    /// Adds what further checks found, takes away what the author allows, and reports what was allowed in vain.
    #[must_use]
    pub fn with(mut self, more: Vec<Finding>) -> Self {
        let is_own =
            |finding: &Finding| finding.labels.first().is_none_or(|label| label.span.source >= self.whole.top_layer);
        self.findings.extend(more.into_iter().filter(|finding| is_own(finding) || !finding.code.is_tidiness()));
        let allowed = allowed(&self.whole.table);
        let mut first = HashMap::new();
        for (number, allowed) in allowed.iter().enumerate() {
            first.entry((allowed.entry.as_str(), allowed.code)).or_insert(number);
        }
        let mut is_used = vec![false; allowed.len()];
        self.findings.retain(|finding| {
            let name = finding.entry.as_deref().unwrap_or_default();
            let around = name.match_indices('.').map(|(dot, _)| &name[..dot]).chain([name]);
            let known = around.filter_map(|entry| first.get(&(entry, finding.code)));
            let Some(&number) = known.min().filter(|_| finding.severity() != Severity::Error) else { return true };
            is_used[number] = true;
            false
        });
        let unused = allowed.iter().zip(is_used).filter(|&(allowed, is_used)| {
            !is_used && self.rulebook.is_some() && allowed.span.source >= self.whole.top_layer
        });
        self.findings.extend(unused.map(|(allowed, _)| allowed_in_vain(allowed.code, allowed.span)));
        sort(&mut self.findings);
        self
    }
}

/// That more is wrong than is kept.
fn too_many(first: Option<&Finding>) -> Finding {
    let finding = Finding::new(
        Code::NotFinished,
        words!(
            ja: "指摘が多すぎるため、残りは挙げていません",
            en: "there is too much to say: further findings are left out",
        ),
    );
    let place = first.and_then(|first| first.labels.first()).map_or_else(|| Span::new(0, &(0..0)), |label| label.span);
    finding
        .at(place)
        .help(words!(ja: "挙げたものを直してから、もう一度確かめてください", en: "mend these and check again"))
}

fn allowed_in_vain(code: Code, span: Span) -> Finding {
    let shown = code.name();
    Finding::new(
        Code::UnusedAllow,
        words!(ja: "`{shown}` はここでは起きていません", en: "nothing here is found under `{shown}`"),
    )
    .at(span)
    .help(words!(ja: "この `allow` は消して構いません", en: "the `allow` can go"))
}

/// Reads layers, the lowest first. Each is one file, or the files of one folder.
pub fn read(layers: Vec<Vec<File>>) -> Reading {
    let mut sources = Vec::new();
    let mut findings = Findings::default();
    let mut whole = Layered::default();
    for (number, files) in layers.into_iter().enumerate() {
        whole.top_layer = number_of(&sources);
        let table = in_newest_format(read_layer(files, &mut sources, &mut findings));
        if number == 0 {
            whole.table = table;
        } else {
            whole.dropped.extend(layer::lay(&mut whole.table, table, &mut findings));
        }
    }
    let broken = |findings: &[Finding]| findings.iter().any(|finding| finding.severity() == Severity::Error);
    let unreadable = findings.iter().any(|finding| matches!(finding.code, Code::Syntax | Code::NotText));
    let rulebook = if unreadable {
        findings.extend(what_else_is_wrong(&whole));
        None
    } else {
        understand(&whole, &mut findings)
    };
    let (mut findings, is_cut) = findings.finish();
    findings.extend(is_cut.then(|| too_many(findings.first())));
    sort(&mut findings);
    let findings = group(findings);
    let rulebook = rulebook.filter(|_| !broken(&findings));
    Reading { rulebook, findings, sources, whole }
}

/// What can be said of the files that could be read when another could not: nothing about what may stand there.
fn what_else_is_wrong(whole: &Layered) -> Vec<Finding> {
    let mut findings = Findings::default();
    understand(whole, &mut findings);
    let (mut findings, _) = findings.finish();
    let may_stand_elsewhere =
        |code| matches!(code, Code::UnknownName | Code::RulebookTable | Code::NoQuestions | Code::MissingTranslation);
    findings.retain(|finding| !may_stand_elsewhere(finding.code));
    findings
}

/// All layers on top of each other.
#[derive(Clone, Debug, Default)]
struct Layered {
    table: Table,
    dropped: BTreeSet<String>,
    /// The first source of the top layer: those before it are not the author's to mend.
    top_layer: u32,
}

#[expect(clippy::cast_possible_truncation, reason = "nobody has four billion files")]
const fn number_of(sources: &[Source]) -> u32 {
    sources.len() as u32
}

/// What the files of a layer name in `extends`.
pub fn extends(files: &[File]) -> Option<String> {
    files.iter().find_map(|file| {
        let (text, _) = decode(&file.bytes).ok()?;
        let table = document::parse(0, &Source::new(String::new(), text), &mut Findings::default());
        let base = table.get("rulebook")?.node.table()?.get("extends")?.node.string()?;
        Some(base.to_owned())
    })
}

/// Makes one finding of those that say the same: a name that is wrong in many places is one problem.
fn group(findings: Vec<Finding>) -> Vec<Finding> {
    let mut groups: IndexMap<(Code, String), Finding> = IndexMap::new();
    let mut number = 0;
    for finding in findings {
        number += 1;
        let key = if finding.code == Code::UnknownName {
            (finding.code, finding.message.en.clone())
        } else {
            (finding.code, number.to_string())
        };
        match groups.get_mut(&key) {
            Some(first) => first.labels.extend(finding.labels),
            None => {
                groups.insert(key, finding);
            }
        }
    }
    groups.into_values().collect()
}

/// Puts findings in the order of their places.
pub fn sort(findings: &mut [Finding]) {
    findings.sort_by_key(|finding| (finding.labels.first().map(|label| label.span), finding.code));
}

fn read_layer(files: Vec<File>, sources: &mut Vec<Source>, findings: &mut Findings) -> Table {
    let parts = files.into_iter().map(|file| {
        let number = number_of(sources);
        let before = findings.len();
        let source = read_text(number, &file, findings);
        let is_text = findings[before..].iter().all(|finding| finding.code != Code::NotText);
        let table = if is_text { document::parse(number, &source, findings) } else { Table::new() };
        sources.push(source);
        table
    });
    let parts = parts.collect();
    document::join(parts, findings)
}

fn read_text(number: u32, file: &File, findings: &mut Findings) -> Source {
    let name = visible(&file.name);
    match decode(&file.bytes) {
        Ok((text, encoding)) => {
            if encoding != Encoding::Utf8 {
                let shown = encoding.name();
                let finding = Finding::new(
                    Code::OtherEncoding,
                    words!(ja: "このファイルは {shown} です", en: "the file is written in {shown}"),
                );
                findings.push(finding.at(Span::new(number, &(0..0))).help(words!(
                    ja: "UTF-8 で保存し直すことをお勧めします",
                    en: "better save it as UTF-8",
                )));
            }
            Source::new(name, text)
        }
        Err(fault) => {
            let end = fault.readable.len();
            findings.push(Finding::new(Code::NotText, fault.message).at(Span::new(number, &(end..end))).help(words!(
                ja: "UTF-8 で保存し直してください",
                en: "save it as UTF-8",
            )));
            Source::new(name, fault.readable)
        }
    }
}

/// What every part of the reading shares: the tables by kind, and the place for findings.
pub struct Reader<'a> {
    findings: RefCell<Findings>,
    languages: Vec<Language>,
    whole: &'a Table,
    questions: List<Question>,
    /// The ids of entries that stand in a table nobody knows, or that a layer took for existing ones. They are reported
    /// once, where they are; nothing is said where they are named.
    misplaced: BTreeSet<String>,
    /// The ids of entries that a layer drops. Lists of lower layers may still name them.
    dropped: BTreeSet<String>,
    /// The first source of the top layer.
    top_layer: u32,
    nothing: Table,
}

impl Reader<'_> {
    /// The position of an entry in the table of its kind.
    fn position(&self, kind: Kind, name: &str) -> Option<usize> {
        self.table(kind).get_index_of(name)
    }

    /// The position of an entry when the tables of several kinds are put one behind the other.
    fn position_among(&self, kinds: &[Kind], name: &str) -> Option<usize> {
        let mut before = 0;
        for &kind in kinds {
            if let Some(position) = self.position(kind, name) {
                return Some(before + position);
            }
            before += self.table(kind).len();
        }
        None
    }

    fn names(&self, kind: Kind) -> impl Iterator<Item = &str> {
        self.table(kind).keys().map(String::as_str)
    }

    fn table(&self, kind: Kind) -> &Table {
        self.whole.get(kind.name()).and_then(|entry| entry.node.table()).unwrap_or(&self.nothing)
    }

    const fn no_table(&self) -> &Table {
        &self.nothing
    }

    /// Reads every entry of a kind.
    fn each<T>(&self, kind: Kind, read: impl Fn(&Fields<'_>) -> T) -> List<T> {
        let entries = self.table(kind).iter().map(|(id, entry)| {
            let before = self.findings.borrow().len();
            let fields = Fields::new(self, format!("{}.{}", kind.name(), visible(id)), entry);
            require_good_id(&fields, id, entry.key);
            let value = read(&fields);
            fields.finish();
            if kind == Kind::Case && self.is_inherited(entry.key) {
                self.findings.borrow_mut().truncate(before);
            }
            (id.clone(), value)
        });
        entries.collect()
    }

    /// Whether a place is in a lower layer.
    const fn is_inherited(&self, span: Span) -> bool {
        span.source < self.top_layer
    }

    fn report(&self, finding: Finding) {
        self.findings.borrow_mut().push(finding);
    }

    /// The known name that is most likely meant.
    fn nearest<'k>(&self, name: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
        self.findings.borrow().nearest(name, known)
    }

    /// Whether there are so many errors that more would not help anybody.
    fn is_hopeless(&self) -> bool {
        self.findings.borrow().is_hopeless()
    }
}

/// Words that conditions use themselves.
const RESERVED: [&str; 4] = ["any", "all", "not", "today"];

/// The longest id: long enough for a sentence, short enough for a line.
const LONGEST_ID: usize = 64;

fn require_good_id(fields: &Fields<'_>, id: &str, span: Span) {
    let shown = visible(id);
    if RESERVED.contains(&id) {
        fields.report(
            Finding::new(
                Code::BadId,
                words!(ja: "`{shown}` は条件のための言葉です", en: "`{shown}` is a word of conditions"),
            )
            .at(span)
            .help(words!(ja: "別の id にしてください", en: "choose another id")),
        );
    } else if !is_good_id(id) {
        let finding =
            Finding::new(Code::BadId, words!(ja: "`{shown}` は id として使えません", en: "`{shown}` is not an id"))
                .at(span);
        fields.report(finding.help(words!(
            ja: "英小文字で始め、英小文字・数字・`_` で{LONGEST_ID}字まで書きます",
            en: "start with a lower-case letter, go on with lower-case letters, digits and `_`, {LONGEST_ID} at most",
        )));
    }
}

/// Whether a text can be an id.
pub fn is_good_id(id: &str) -> bool {
    id.len() <= LONGEST_ID
        && id.starts_with(|first: char| first.is_ascii_lowercase())
        && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// From the tree of all layers to the rulebook.
fn understand(layered: &Layered, findings: &mut Findings) -> Option<Rulebook> {
    let whole = &layered.table;
    let start = Span::new(0, &(0..0));
    let Some(header) = whole.get("rulebook") else {
        findings.push(
            Finding::new(
                Code::RulebookTable,
                words!(ja: "`[rulebook]` がありません", en: "there is no `[rulebook]` table"),
            )
            .at(start)
            .help(words!(
                ja: "どれか1つのファイルを `[rulebook]` と `format = 1` で始めてください",
                en: "start one of the files with `[rulebook]` and `format = 1`",
            )),
        );
        return None;
    };
    let misplaced = misplaced(whole, findings);
    let mut reader = Reader {
        findings: RefCell::new(std::mem::take(findings)),
        languages: declared_languages(header),
        whole,
        questions: List::default(),
        misplaced,
        dropped: layered.dropped.clone(),
        top_layer: layered.top_layer,
        nothing: Table::new(),
    };
    let is_supported = supported_format(&reader, header) && has_few_entries(&reader); // what else would be said of another format means nothing
    let rulebook = is_supported.then(|| {
        reader.questions = reader.each(Kind::Question, entries::question);
        report_unknown_tables(&reader, whole);
        report_shared_names(&reader);
        graph::build(&reader.findings, entries::draft(&reader, header, fingerprint(whole)))
    });
    *findings = reader.findings.into_inner();
    rulebook
}

/// A layer in the newest format. There is one format so far; what turns an older one into it goes here, before layers are laid
/// on top of each other.
const fn in_newest_format(layer: Table) -> Table {
    layer
}

fn misplaced(whole: &Table, findings: &[Finding]) -> BTreeSet<String> {
    let unknown = whole.iter().filter(|(name, _)| name.as_str() != "rulebook" && Kind::from_name(name).is_none());
    let in_unknown = unknown.filter_map(|(_, entry)| entry.node.table()).flat_map(|table| table.keys().cloned());
    let overrides = findings.iter().filter(|finding| finding.code == Code::OverridesNothing);
    let overridden = overrides.filter_map(|finding| Some(finding.entry.as_deref()?.split('.').nth(1)?.to_owned()));
    in_unknown.chain(overridden).collect()
}

fn declared_languages(header: &Entry) -> Vec<Language> {
    let tags = header.node.table().and_then(|table| table.get("languages"));
    let declared: Vec<Language> = match tags.map(|entry| &entry.node.value) {
        Some(Value::Array(tags)) => {
            let named = |language: &Language| tags.iter().any(|tag| tag.string() == Some(language.tag()));
            let mut declared: Vec<Language> = Language::ALL.into_iter().filter(named).collect();
            declared.sort_by_key(|language| tags.iter().position(|tag| tag.string() == Some(language.tag())));
            declared
        }
        _ => return Vec::new(),
    };
    if declared.is_empty() {
        // that is an error; so that it is the only one, texts are taken as they are written
        let name = header.node.table().and_then(|table| table.get("name"));
        return if name.is_some_and(|name| name.node.string().is_some()) {
            vec![Language::Ja]
        } else {
            Language::ALL.to_vec()
        };
    }
    declared
}

fn supported_format(reader: &Reader<'_>, header: &Entry) -> bool {
    let format = header.node.table().and_then(|table| table.get("format"));
    match format.map(|entry| (&entry.node.value, entry.node.span)) {
        Some((Value::Integer(Some(1)), _)) | None => true,
        Some((value, span)) => {
            let newer = matches!(value, Value::Integer(Some(number)) if *number > 1);
            let finding = Finding::new(
                Code::UnknownFormat,
                words!(
                    ja: "このルールブックの形式は、このプログラムでは読めません",
                    en: "the rulebook is in a format that this program does not know",
                ),
            )
            .at(span);
            reader.report(finding.help(if newer {
                words!(ja: "新しい版の shinrai を使ってください", en: "use a newer version of shinrai")
            } else {
                words!(ja: "`format = 1` と書いてください", en: "write `format = 1`")
            }));
            false
        }
    }
}

/// The most entries of a kind, where each is weighed against all others: an interview with a thousand questions is none.
const MOST_ENTRIES: [(Kind, usize); 3] = [(Kind::Gate, 100), (Kind::Question, 1_000), (Kind::Case, 2_000)];

fn has_few_entries(reader: &Reader<'_>) -> bool {
    let too_many = MOST_ENTRIES.iter().filter_map(|&(kind, most)| {
        let (_, first) = reader.table(kind).get_index(most)?;
        let name = kind.name();
        let message = words!(ja: "`{name}` が{most}個を超えています", en: "there are more than {most} of `{name}`");
        Some(Finding::new(Code::BadValue, message).at(first.key).help(words!(
            ja: "似たものは1つにまとめるか、ルールブックを分けてください",
            en: "join those that go together, or make several rulebooks",
        )))
    });
    let before = reader.findings.borrow().len();
    too_many.for_each(|finding| reader.report(finding));
    reader.findings.borrow().len() == before
}

fn report_unknown_tables(reader: &Reader<'_>, whole: &Table) {
    let known: Vec<&str> = std::iter::once("rulebook").chain(Kind::ALL.map(Kind::name)).collect();
    for (name, entry) in whole {
        if !known.contains(&name.as_str()) {
            let shown = visible(name);
            let finding = Finding::new(
                Code::UnknownKey,
                words!(ja: "`[{shown}]` という表はありません", en: "there is no table `[{shown}]`"),
            )
            .at(entry.key);
            reader.report(match reader.nearest(name, known.iter().copied()) {
                Some(near) => {
                    finding.help(words!(ja: "`[{near}]` のことではありませんか", en: "did you mean `[{near}]`?"))
                }
                None => {
                    let list = ticked(&known);
                    let (ja, en) = (list.ja, list.en);
                    finding.help(words!(ja: "使える表は {ja} です", en: "the tables are {en}"))
                }
            });
        } else if let Value::Array(_) = entry.node.value {
            reader.report(
                Finding::new(Code::WrongType, words!(ja: "`{name}` はリストではなく表です", en: "`{name}` is a table, not a list"))
                    .at(entry.key)
                    .help(words!(ja: "`[[{name}.…]]` ではなく `[{name}.…]` と書いてください", en: "write `[{name}.…]`, not `[[{name}.…]]`")),
            );
        } else if !matches!(entry.node.value, Value::Table(_)) {
            reader.report(
                Finding::new(Code::WrongType, words!(ja: "`{name}` は表です", en: "`{name}` is a table")).at(entry.key),
            );
        }
    }
    if reader.questions.is_empty() {
        let span = whole["rulebook"].key;
        reader.report(
            Finding::new(Code::NoQuestions, words!(ja: "質問がありません", en: "there are no questions"))
                .at(span)
                .help(words!(ja: "`[question.…]` を加えてください", en: "add a `[question.…]`")),
        );
    }
}

/// Questions, terms, causes, obstacles and gates share one namespace: conditions name them without their kind.
fn report_shared_names(reader: &Reader<'_>) {
    for (index, &kind) in Kind::IN_CONDITIONS.iter().enumerate() {
        for (id, entry) in reader.table(kind) {
            let earlier = Kind::IN_CONDITIONS[..index]
                .iter()
                .find_map(|&other| Some((other.name(), reader.table(other).get(id)?.key)));
            if let Some((other, first)) = earlier {
                let (shown, kind) = (visible(id), kind.name());
                reader.report(
                    Finding::new(
                        Code::DuplicateId,
                        words!(
                            ja: "`{kind}.{shown}` と `{other}.{shown}` が同じ id です",
                            en: "`{kind}.{shown}` and `{other}.{shown}` have the same id",
                        ),
                    )
                    .at(entry.key)
                    .at_with(first, words!(ja: "最初の定義", en: "first defined here"))
                    .help(words!(
                        ja: "条件の中で区別できないので、どちらかの名前を変えてください",
                        en: "conditions could not tell them apart: rename one of them",
                    )),
                );
            }
        }
    }
}

/// Everything that entries allow.
fn allowed(whole: &Table) -> Vec<Allowed> {
    let tables = Kind::ALL.into_iter().filter_map(|kind| Some((kind, whole.get(kind.name())?.node.table()?)));
    let entries = tables.flat_map(|(kind, table)| {
        table.iter().map(move |(id, entry)| (format!("{}.{}", kind.name(), visible(id)), entry))
    });
    let header = whole.get("rulebook").map(|entry| ("rulebook".to_owned(), entry));
    let allowed = entries.chain(header).filter_map(|(name, entry)| {
        let codes = entries::allowed(&entry.node.table()?.get("allow")?.node);
        Some(codes.into_iter().map(move |(code, span)| Allowed { entry: name.clone(), code, span }))
    });
    allowed.flatten().collect()
}

/// A hash of everything in a rulebook but its layout: in which order kinds and keys are written has no meaning, that of
/// entries, options, signs and variants has.
fn fingerprint(whole: &Table) -> String {
    let mut hash = Tree(Fnv::new());
    hash.table(whole, false);
    hash.0.hex()
}

struct Tree(Fnv);

impl Tree {
    fn part(&mut self, kind: u8, text: &str) {
        self.0.bytes(&[kind]);
        self.0.bytes(&(text.len() as u64).to_le_bytes());
        self.0.bytes(text.as_bytes());
    }

    fn table(&mut self, table: &Table, is_ordered: bool) {
        let is_list = |key: &str| ["options", "sign", "variant"].contains(&key) || Kind::from_name(key).is_some();
        self.part(b'{', "");
        let mut entries: Vec<_> = table.iter().collect();
        if !is_ordered {
            entries.sort_unstable_by_key(|&(key, _)| key);
        }
        for (key, entry) in entries {
            self.part(b'k', key);
            self.node(&entry.node, is_list(key));
        }
        self.part(b'}', "");
    }

    fn node(&mut self, node: &Node, is_ordered: bool) {
        match &node.value {
            Value::String(text) => self.part(b's', text),
            Value::Integer(number) => self.part(b'i', &format!("{number:?}")),
            Value::Float(number) => self.part(b'f', &number.to_string()),
            Value::Boolean(value) => self.part(b'b', &value.to_string()),
            Value::Date(date) => self.part(b'd', &format!("{date:?}")),
            Value::Array(items) => {
                self.part(b'[', "");
                for item in items {
                    self.node(item, false);
                }
                self.part(b']', "");
            }
            Value::Table(table) => self.table(table, is_ordered),
        }
    }
}
