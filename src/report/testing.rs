//! What the cases of a rulebook try and what they would notice, for authors.

use crate::answers::{Details, Truths};
use crate::diagnosis::diagnose;
use crate::proof::coverage::{Coverage, Item, Kind, Skeleton};
use crate::proof::mutation::{Change, Mutant, Score};
use crate::report::{case, phrases, wrap};
use crate::rulebook::Rulebook;
use crate::rulebook::source::Source;
use crate::words::Language;
use crate::{say, word};

/// The kind of thing in words, for many of them.
fn kinds(kind: Kind, language: Language) -> &'static str {
    match kind {
        Kind::Option => word!(language, ja: "選択肢", en: "options"),
        Kind::Sign => word!(language, ja: "サイン（出る・出ない）", en: "signs shown and not"),
        Kind::Condition => word!(language, ja: "条件（真・偽）", en: "conditions true and false"),
        Kind::Gate => word!(language, ja: "安全確認", en: "gates"),
        Kind::Action => word!(language, ja: "行動", en: "actions"),
        Kind::Variant => word!(language, ja: "変化形", en: "variants"),
    }
}

/// The name of a kind in JSON.
pub const fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Option => "options",
        Kind::Sign => "signs",
        Kind::Condition => "conditions",
        Kind::Gate => "gates",
        Kind::Action => "actions",
        Kind::Variant => "variants",
    }
}

/// How much the cases try.
pub fn counts(coverage: &Coverage, language: Language, width: usize) -> String {
    let counts = coverage.counts.iter().filter(|(.., all)| *all > 0);
    let counts = counts.map(|&(kind, tried, all)| format!("{} {tried}/{all}", kinds(kind, language)));
    let counts = counts.collect::<Vec<_>>().join(word!(language, ja: "、", en: ", "));
    let line = say!(language, ja: "事例が試したもの: {counts}", en: "Tried by the cases: {counts}");
    wrap::hanging("", &line, width)
}

/// The same, and where to learn more.
pub fn summary(coverage: &Coverage, language: Language, width: usize) -> String {
    let mut text = counts(coverage, language, width);
    if !coverage.holes.is_empty() {
        let hint = word!(
            language,
            ja: "`--coverage` で、試していないものと、それを試す事例の下書きが見られます。",
            en: "`--coverage` shows what no case tries, with a case for each.",
        );
        text.push_str(&wrap::hanging("", hint, width));
    }
    text
}

/// What an item is, in words.
pub fn item(item: &Item, language: Language) -> String {
    let name = &item.name;
    match (item.kind, item.holds) {
        (Kind::Option, _) => say!(language, ja: "{name} を選ぶ", en: "{name} is chosen"),
        (Kind::Sign, true) => say!(language, ja: "{name} が出る", en: "{name} shows"),
        (Kind::Sign, false) => say!(language, ja: "{name} が出ない", en: "{name} does not show"),
        (Kind::Condition, true) => say!(language, ja: "{name} の条件が真", en: "the condition of {name} is true"),
        (Kind::Condition, false) => say!(language, ja: "{name} の条件が偽", en: "the condition of {name} is false"),
        (Kind::Gate, _) => say!(language, ja: "{name} が当てはまる", en: "{name} is found"),
        (Kind::Action, _) => say!(language, ja: "{name} が一覧に出る", en: "{name} is listed"),
        (Kind::Variant, _) => say!(language, ja: "{name} が当てはまる", en: "{name} applies"),
    }
}

/// The holes, each with a case that fills it: TOML that an author can paste into the rulebook.
pub fn holes(rulebook: &Rulebook, coverage: &Coverage, skeletons: &[Skeleton], language: Language) -> String {
    let mut text = String::new();
    for (position, skeleton) in skeletons.iter().enumerate() {
        text.push('\n');
        text.push_str(&skeleton_toml(rulebook, coverage, skeleton, position + 1, language));
    }
    text
}

/// One case that fills holes.
pub fn skeleton_toml(
    rulebook: &Rulebook,
    coverage: &Coverage,
    skeleton: &Skeleton,
    number: usize,
    language: Language,
) -> String {
    let mut comment = word!(
        language,
        ja: "次のことを試す事例です。期待が、あなたの助言どおりか確かめてください。",
        en: "This case tries what no other does. See whether it expects what you would advise.",
    )
    .to_owned();
    for &hole in &skeleton.fills {
        comment.push_str("\n  ");
        comment.push_str(&item(&coverage.holes[hole], language));
    }
    let diagnosis = diagnose(rulebook, &skeleton.answers, skeleton.today);
    let names = (1..=rulebook.cases.len() + number).map(|number| format!("new_{number}"));
    let name = names.filter(|name| rulebook.cases.find(name).is_none()).nth(number - 1);
    case::toml(rulebook, &diagnosis, &name.unwrap_or_default(), &comment)
}

/// Which weakenings no case notices, and how many are noticed.
pub fn mutation(score: &Score, sources: &[Source], language: Language, width: usize) -> String {
    let mut text = String::new();
    for mutant in &score.unnoticed {
        text.push_str(&wrap::hanging("  - ", &mutant_words(mutant, sources, language), width));
    }
    let (noticed, all) = (score.noticed, score.noticed + score.unnoticed.len());
    let line = say!(
        language,
        ja: "規則をわざと弱めた{all}通りのうち、事例が気づいたもの: {noticed}",
        en: "Of {all} weakenings, the cases notice {noticed}."
    );
    if !score.unnoticed.is_empty() {
        let heading = word!(language, ja: "どの事例も気づかない変更:", en: "No case notices:");
        text.insert_str(0, &wrap::hanging("", heading, width));
    }
    text + &wrap::hanging("", &line, width)
}

/// A weakening in words, with what is written there.
pub fn mutant_words(mutant: &Mutant, sources: &[Source], language: Language) -> String {
    let entry = &mutant.entry;
    let written = sources.get(mutant.span.source as usize).and_then(|source| source.text.get(mutant.span.range()));
    let written = written.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    match &mutant.change {
        Change::Without => say!(language, ja: "{entry}: `{written}` をなくす", en: "{entry}: without `{written}`"),
        Change::Option { from, to } => say!(
            language,
            ja: "{entry}: `{written}` の `{from}` を `{to}` に変える",
            en: "{entry}: `{to}` for `{from}` in `{written}`"
        ),
        Change::Certainty { from, to } => say!(
            language,
            ja: "{entry}: 確かさを0.{from:02}から0.{to:02}に変える",
            en: "{entry}: a certainty of 0.{to:02} for 0.{from:02}"
        ),
        Change::Deadline { from, to } => {
            let (from, to) = (phrases::length(*from, language), phrases::length(*to, language));
            say!(language, ja: "{entry}: 期限を{from}から{to}に延ばす", en: "{entry}: due in {to} for {from}")
        }
    }
}

/// Why a case came out as it did: the conclusions with what they follow from.
pub fn reasons(
    rulebook: &Rulebook,
    case: &crate::rulebook::Case,
    today: jiff::civil::Date,
    language: Language,
) -> Vec<String> {
    let answers = crate::cases::answers_of(rulebook, case);
    let today = case.today.unwrap_or(today);
    let diagnosis = diagnose(rulebook, &answers, today);
    let truths = Truths::of(rulebook, &answers, Details::Assumed, today);
    let found = rulebook.conclusions.iter().filter(|(_, entry)| truths.get(entry.node) == crate::answers::Truth::True);
    found
        .map(|(id, conclusion)| {
            let because = phrases::reasons(rulebook, diagnosis.traces.get(conclusion.node), language);
            let because = because.join(word!(language, ja: "、", en: "; "));
            let name = format!("{}.{}", conclusion.kind().name(), rulebook.conclusions.name(id));
            format!("{name}: {because}")
        })
        .collect()
}
