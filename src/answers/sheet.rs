//! Situations as a table, one a row: what survey forms and spreadsheets write. A column is a question, by its id or by its
//! text in either language; a cell is an option or several, by id or text as well.

use std::collections::HashMap;

use jiff::civil::Date;

use crate::answers::given::{self, Fault, resolve_done};
use crate::answers::line::{BadLine, Case, Label};
use crate::rulebook::condition::Options;
use crate::rulebook::{Answer, Id, Pick, Question, Rulebook};
use crate::words;
use crate::words::{Language, did_you_mean, half_width, nearest, ticked, visible};

/// A table of which the heading is understood.
#[derive(Debug)]
pub struct Sheet<'r> {
    rulebook: &'r Rulebook,
    columns: Vec<Column>,
    options: Vec<HashMap<String, usize>>,
    /// The columns that are none of ours.
    pub unused: Vec<Unused>,
}

/// A column that is no question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unused {
    /// What it is called.
    pub title: String,
    /// A question with nearly this id.
    pub near: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
    Label,
    Today,
    Done,
    Question(Id<Question>),
    Unused,
}

impl<'r> Sheet<'r> {
    /// Understands a heading.
    ///
    /// # Errors
    ///
    /// When no column is a question, or two are the same.
    pub fn new<'h>(rulebook: &'r Rulebook, heading: impl IntoIterator<Item = &'h str>) -> Result<Self, Vec<Fault>> {
        let names = names_of_questions(rulebook);
        let mut sheet = Self {
            rulebook,
            columns: Vec::new(),
            options: rulebook.questions.iter().map(|(_, question)| names_of_options(question)).collect(),
            unused: Vec::new(),
        };
        let mut faults = Vec::new();
        for title in heading {
            let column = column(&names, title);
            if column != Column::Unused && sheet.columns.contains(&column) {
                faults.push(twice(title));
            }
            if column == Column::Unused && !title.trim().is_empty() {
                let near = nearest(&folded(title), rulebook.questions.names()).map(str::to_owned);
                sheet.unused.push(Unused { title: title.trim().to_owned(), near });
            }
            sheet.columns.push(column);
        }
        if faults.is_empty() && !sheet.columns.iter().any(|column| matches!(column, Column::Question(_))) {
            let near = sheet.unused.iter().find_map(|unused| Some((&unused.title, unused.near.as_deref()?)));
            faults.push(match near {
                Some((title, near)) => no_question(title).help(did_you_mean(near)),
                None => no_questions(),
            });
        }
        if faults.is_empty() { Ok(sheet) } else { Err(faults) }
    }

    /// How many of these titles are questions.
    pub fn questions_in(rulebook: &Rulebook, titles: &[String]) -> usize {
        let names = names_of_questions(rulebook);
        titles.iter().filter(|title| matches!(column(&names, title), Column::Question(_))).count()
    }

    /// Whether what stands in a column matters.
    pub fn is_used(&self, position: usize) -> bool {
        self.columns.get(position) != Some(&Column::Unused)
    }

    /// Reads a row into a case. `place` names the row in messages.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it.
    pub fn read<S: AsRef<str>>(&self, cells: &[S], place: &str, case: &mut Case<'_>) -> Result<(), BadLine> {
        *case = Case::default();
        let mut faults = Vec::new();
        for (position, cell) in cells.iter().enumerate() {
            let cell = cell.as_ref().trim();
            if cell.is_empty() {
                continue;
            }
            match self.columns.get(position) {
                Some(Column::Label) => case.label = Some(Label::Text(cell.to_owned().into())),
                Some(Column::Today) => match day(cell) {
                    Some(day) => case.today = Some(day),
                    None => faults.push(given::no_day(place, cell)),
                },
                Some(Column::Done) => {
                    let names: Vec<String> = cell.split([';', '；']).map(|name| name.trim().to_owned()).collect();
                    match resolve_done(self.rulebook, &names) {
                        Ok(done) => case.done = done,
                        Err(more) => faults.extend(more),
                    }
                }
                Some(Column::Question(question)) => match self.answer(*question, cell) {
                    Some(answer) => case.given.push((*question, answer)),
                    None => faults.push(self.not_an_answer(*question, cell, place)),
                },
                Some(Column::Unused) => {}
                None => faults.push(too_many_cells(place)),
            }
        }
        if faults.is_empty() {
            Ok(())
        } else {
            Err(BadLine { label: case.label.take().map(Label::into_owned), faults })
        }
    }

    fn answer(&self, id: Id<Question>, cell: &str) -> Option<Answer> {
        let (question, options) = (&self.rulebook.questions[id], &self.options[id.index()]);
        let word = folded(cell);
        if let Some(&option) = options.get(&word) {
            return Some(Answer::Chosen(Options::one(option)));
        }
        if DONT_KNOW.contains(&word.as_str()) {
            return Some(question.dont_know());
        }
        if question.pick == Pick::One {
            return None;
        }
        if NONE_OF_THESE.contains(&word.as_str()) {
            return Some(Answer::Chosen(Options::NONE));
        }
        let parts = word.split([';', '\n']).map(str::trim).filter(|part| !part.is_empty());
        let chosen: Option<Vec<Options>> = parts.map(|part| several(options, part)).collect();
        Some(Answer::Chosen(chosen?.into_iter().fold(Options::NONE, Options::or)))
    }

    fn not_an_answer(&self, id: Id<Question>, cell: &str, place: &str) -> Fault {
        let question = &self.rulebook.questions[id];
        let (name, shown) = (self.rulebook.questions.name(id), visible(cell));
        let fault = Fault::new(words!(
            ja: "{place}: `{name}` に `{shown}` という選択肢はありません",
            en: "{place}: `{name}` has no option `{shown}`",
        ))
        .about(name);
        let options = ticked(question.options.names());
        let (ja, en) = (options.ja, options.en);
        match nearest(&folded(cell), question.options.names()) {
            Some(near) => fault.help(did_you_mean(near)),
            None if question.pick == Pick::Any => fault.help(words!(
                ja: "選択肢は {ja}（またはその文）です。いくつかあるときは `;` で区切ってください",
                en: "its options are {en}, or their texts, with `;` between several",
            )),
            None => fault.help(words!(
                ja: "選択肢は {ja}（またはその文）の、どれか1つです",
                en: "it takes one of {en}, or its text",
            )),
        }
    }
}

/// Options with commas between them, as some forms write them. A text can hold commas itself, so the longest one that
/// fits counts.
fn several(options: &HashMap<String, usize>, part: &str) -> Option<Options> {
    if let Some(&option) = options.get(part) {
        return Some(Options::one(option));
    }
    let commas: Vec<(usize, &str)> = part.match_indices([',', '、']).take(MOST_COMMAS + 1).collect();
    if commas.len() > MOST_COMMAS {
        return None;
    }
    commas.iter().rev().find_map(|&(position, comma)| {
        let first = options.get(part[..position].trim())?;
        let rest = several(options, part[position + comma.len()..].trim())?;
        Some(Options::one(*first).or(rest))
    })
}

/// More commas than this are no list of options.
const MOST_COMMAS: usize = 200;

/// What "don't know" is called in a cell.
const DONT_KNOW: [&str; 4] = ["?", "i don't know", "don't know", "わからない"];

/// What "none of these" is called in a cell.
const NONE_OF_THESE: [&str; 2] = ["none of these", "どれでもない"];

fn column(names: &HashMap<String, Id<Question>>, title: &str) -> Column {
    let title = plain_title(title);
    match names.get(&title) {
        Some(&question) => Column::Question(question),
        None => match title.as_str() {
            "id" => Column::Label,
            "today" => Column::Today,
            "done" => Column::Done,
            _ => Column::Unused,
        },
    }
}

fn names_of_questions(rulebook: &Rulebook) -> HashMap<String, Id<Question>> {
    let mut names = HashMap::new();
    for (id, question) in rulebook.questions.iter() {
        for name in [rulebook.questions.name(id), question.ask.get(Language::Ja), question.ask.get(Language::En)] {
            names.entry(plain_title(name)).or_insert(id);
        }
    }
    names
}

/// A title without what forms add to it or leave out: a number in front, a sign at the end.
fn plain_title(title: &str) -> String {
    let title = folded(title);
    let title = title.trim_end_matches(['。', '.', '?', '!', ':', '*', ' ']);
    let behind_number = title.trim_start_matches('q').trim_start_matches(|character: char| character.is_ascii_digit());
    match behind_number.strip_prefix(['.', ')', ':', '、']) {
        Some(rest) if behind_number.len() < title.len() => rest.trim_start().to_owned(),
        _ => title.to_owned(),
    }
}

fn names_of_options(question: &Question) -> HashMap<String, usize> {
    let mut names = HashMap::new();
    for (position, (name, text)) in question.options.iter().enumerate() {
        for name in [name, text.get(Language::Ja), text.get(Language::En)] {
            names.entry(folded(name)).or_insert(position);
        }
    }
    names
}

/// A word without what makes no difference: full width, capitals, curly apostrophes, spaces around it.
fn folded(text: &str) -> String {
    half_width(text).trim().replace('\u{2019}', "'").to_lowercase()
}

/// A day as spreadsheets write it: `2026/1/5`, `2026-01-05 12:00`, `2026年1月5日`.
fn day(cell: &str) -> Option<Date> {
    let text = half_width(cell);
    let text = text.trim().split([' ', 'T']).next()?.trim_end_matches('日');
    let mut parts = text.split(['-', '/', '.', '年', '月']);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if year.len() != 4 || parts.next().is_some() {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

fn twice(title: &str) -> Fault {
    let shown = visible(title.trim());
    Fault::new(words!(ja: "`{shown}` の列が二つあります", en: "there are two columns for `{shown}`"))
}

fn no_question(title: &str) -> Fault {
    let shown = visible(title.trim());
    Fault::new(words!(ja: "`{shown}` という質問はありません", en: "there is no question `{shown}`"))
}

fn no_questions() -> Fault {
    Fault::new(words!(ja: "質問の列がありません", en: "no column is a question")).help(words!(
        ja: "1行目に、質問の ID か文を書いてください。一覧は `shinrai questions` で見られます",
        en: "the first row names the questions, by id or text; `shinrai questions` lists them",
    ))
}

fn too_many_cells(place: &str) -> Fault {
    Fault::new(words!(ja: "{place}: 見出しより多くのセルがあります", en: "{place}: more cells than the heading has"))
        .help(words!(
            ja: "値の中にある区切り文字は、`\"` で囲んでください",
            en: "put a value that holds the separator between quotation marks",
        ))
}
