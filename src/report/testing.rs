//! What the cases of a rulebook try and what they would notice, for authors.

use jiff::civil::Date;

use crate::answers::Truth;
use crate::cases::{Mismatch, Strictness};
use crate::diagnosis::diagnose;
use crate::proof::coverage::{Coverage, Item, Kind, Skeleton};
use crate::proof::mutation::{Change, Mutant, Score};
use crate::report::{case, phrases, wrap};
use crate::rulebook::condition::NodeId;
use crate::rulebook::source::Source;
use crate::rulebook::{Case, Rulebook};
use crate::words::Language;
use crate::{say, word};

/// The kind of thing in words, for many of them.
fn kinds(kind: Kind, language: Language) -> &'static str {
    match kind {
        Kind::Option => word!(language, ja: "選択肢", en: "options"),
        Kind::Sign => word!(language, ja: "サイン（出る・出ない）", en: "signs shown and not"),
        Kind::Condition => word!(language, ja: "条件（成り立つ・成り立たない）", en: "conditions true and false"),
        Kind::Gate => word!(language, ja: "安全確認", en: "gates"),
        Kind::Action => word!(language, ja: "行動", en: "actions"),
        Kind::Variant => word!(language, ja: "場合別のやり方", en: "variants"),
        Kind::Note => word!(language, ja: "添える言葉", en: "notes"),
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
        Kind::Note => "notes",
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
        (Kind::Condition, true) => say!(language, ja: "{name} の条件が成り立つ", en: "the condition of {name} is true"),
        (Kind::Condition, false) => {
            say!(language, ja: "{name} の条件が成り立たない", en: "the condition of {name} is false")
        }
        (Kind::Gate, _) => say!(language, ja: "{name} が当てはまる", en: "{name} is found"),
        (Kind::Action, _) => say!(language, ja: "{name} が一覧に出る", en: "{name} is listed"),
        (Kind::Variant, _) => say!(language, ja: "{name} が当てはまる", en: "{name} applies"),
        (Kind::Note, _) => say!(language, ja: "{name} が示される", en: "{name} is shown"),
    }
}

/// The cases that fill the holes: TOML that an author can paste into the rulebook.
pub fn holes(rulebook: &Rulebook, coverage: &Coverage, skeletons: &[Skeleton], language: Language) -> Vec<String> {
    let words = word!(
        language,
        ja: "次のことを試す事例です。ルールブックに貼り、名前をつけ直し、期待があなたの助言どおりか確かめてください。",
        en: "This case tries what no other does. Paste it into the rulebook, rename it, and see whether it expects what you would advise.",
    );
    let fills = |hole: usize| item(&coverage.holes[hole], language);
    offered(rulebook, skeletons, Strictness::Outline, words, 0, &fills)
}

/// The cases that notice what none does yet. `number` are offered already.
pub fn guards(
    rulebook: &Rulebook,
    score: &Score,
    skeletons: &[Skeleton],
    number: usize,
    sources: &[Source],
    language: Language,
) -> Vec<String> {
    let words = word!(
        language,
        ja: "次のように変えると気づく事例です。ルールブックに貼り、名前をつけ直し、期待があなたの助言どおりか確かめ、要らない期待は消してください。",
        en: "This case notices what no other does. Paste it into the rulebook, rename it, see whether it expects what you would advise, and delete what need not be so.",
    );
    let fills = |mutant: usize| {
        let mutant = &score.unnoticed[mutant];
        format!("{}: {}", mutant.entry, mutant_words(mutant, sources, language))
    };
    offered(rulebook, skeletons, Strictness::Everything, words, number, &fills)
}

fn offered(
    rulebook: &Rulebook,
    skeletons: &[Skeleton],
    strictness: Strictness,
    words: &str,
    number: usize,
    fills: &dyn Fn(usize) -> String,
) -> Vec<String> {
    let is_free = |name: &String| rulebook.cases.find(name).is_none();
    let names = (1..).map(|number| format!("new_{number}")).filter(is_free).skip(number);
    let case = |(skeleton, name): (&Skeleton, String)| {
        let mut comment = words.to_owned();
        for &hole in &skeleton.fills {
            comment.push_str("\n  ");
            comment.push_str(&fills(hole));
        }
        let diagnosis = diagnose(rulebook, &skeleton.answers, skeleton.today);
        case::toml(rulebook, &diagnosis, strictness, &name, &comment)
    };
    skeletons.iter().zip(names).map(case).collect()
}

/// How many weakenings are shown.
const MOST_SHOWN: usize = 40;

/// Which weakenings no case notices, entry by entry, and how many are noticed.
pub fn mutation(score: &Score, sources: &[Source], language: Language, width: usize) -> String {
    let mut text = String::new();
    if !score.unnoticed.is_empty() {
        let heading = word!(
            language,
            ja: "次のように変えても、どの事例も気づきません。その項目を試す事例を加えてください:",
            en: "No case notices if one changes this. Add cases that try these entries:",
        );
        text.push_str(&wrap::hanging("", heading, width));
    }
    let mut last = None;
    for mutant in score.unnoticed.iter().take(MOST_SHOWN) {
        if last != Some(&mutant.entry) {
            let line = sources.get(mutant.span.source as usize).map_or_else(String::new, |source| {
                let (line, _) = source.line_column(mutant.span.range().start);
                format!(" ({}:{line})", source.name)
            });
            text.push_str(&wrap::hanging("  ", &format!("{}{line}", mutant.entry), width));
            last = Some(&mutant.entry);
        }
        text.push_str(&wrap::hanging("    - ", &mutant_words(mutant, sources, language), width));
    }
    let more = score.unnoticed.len().saturating_sub(MOST_SHOWN);
    if more > 0 {
        let line = say!(language, ja: "ほか{more}件（`-f json` ですべて見られます）", en: "and {more} more (`-f json` shows all)");
        text.push_str(&wrap::hanging("  ", &line, width));
    }
    let (noticed, all) = (score.noticed, score.noticed + score.unnoticed.len());
    let percent = 100 * noticed / all.max(1);
    let line = say!(
        language,
        ja: "規則を1か所ずつ変えた{all}通りのうち、事例が気づいたもの: {noticed}（{percent}%）",
        en: "Of {all} changes in one place, the cases notice {noticed} ({percent} %)."
    );
    text + &wrap::hanging("", &line, width)
}

/// Where to find cases that would notice more.
pub const fn guards_hint(language: Language) -> &'static str {
    word!(
        language,
        ja: "`--mutate --coverage` で、気づく事例の下書きも見られます。",
        en: "`--mutate --coverage` also shows cases that would notice them.",
    )
}

/// A weakening in words, with what is written there.
pub fn mutant_words(mutant: &Mutant, sources: &[Source], language: Language) -> String {
    let written = sources.get(mutant.span.source as usize).and_then(|source| source.text.get(mutant.span.range()));
    let written = written.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    match &mutant.change {
        Change::Without => say!(language, ja: "`{written}` をなくす", en: "without `{written}`"),
        Change::Option { from, to } => say!(
            language,
            ja: "`{written}` の `{from}` を `{to}` に変える",
            en: "`{written}` with `{to}` in place of `{from}`"
        ),
        Change::Certainty { from, to } => say!(
            language,
            ja: "確かさを0.{from:02}から0.{to:02}に変える",
            en: "certainty changed from 0.{from:02} to 0.{to:02}"
        ),
        Change::Deadline { from, to } => {
            let (from, to) = (phrases::length(*from, language), phrases::length(*to, language));
            say!(language, ja: "期限を{from}から{to}に延ばす", en: "deadline changed from {from} to {to}")
        }
    }
}

/// What a case expects and what came out, in words.
pub fn mismatch(rulebook: &Rulebook, mismatch: &Mismatch, language: Language) -> Vec<String> {
    let nothing = word!(language, ja: "なし", en: "nothing");
    let list = |items: &[String]| if items.is_empty() { nothing.to_owned() } else { items.join(", ") };
    let (expected, actual) = (list(&mismatch.expected), list(&mismatch.actual));
    let what = match mismatch.what {
        "causes" => word!(language, ja: "当てはまる原因", en: "causes found"),
        "obstacles" => word!(language, ja: "当てはまる障害", en: "obstacles found"),
        "gates" => word!(language, ja: "当てはまる安全確認", en: "gates found"),
        "first" => word!(language, ja: "一覧の最初", en: "first on the list"),
        "at_most" => word!(language, ja: "一覧の行数", en: "lines of the list"),
        "variants" => word!(language, ja: "場合別のやり方", en: "variants that apply"),
        "due" => word!(language, ja: "期限", en: "deadline"),
        "notes" => word!(language, ja: "添える言葉", en: "notes shown"),
        "includes" => {
            return vec![
                say!(language, ja: "一覧に出るはずが、出ません: {expected}", en: "should be listed and is not: {expected}"),
            ];
        }
        "excludes" => {
            return vec![
                say!(language, ja: "一覧に出ないはずが、出ます: {expected}", en: "should not be listed and is: {expected}"),
            ];
        }
        _ => word!(language, ja: "行動の理由", en: "what the action answers"),
    };
    let of_action = mismatch.action.map_or_else(String::new, |action| format!(" ({})", rulebook.actions.name(action)));
    vec![
        format!("{what}{of_action}"),
        say!(language, ja: "  期待: {expected}", en: "  expected: {expected}"),
        say!(language, ja: "  実際: {actual}", en: "  actual:   {actual}"),
    ]
}

/// Why what a case expects is not so, and why what it does not expect is: an entry, and below it the answers.
pub fn reasons(
    rulebook: &Rulebook,
    case: &Case,
    mismatches: &[Mismatch],
    today: Date,
    language: Language,
) -> Vec<String> {
    let answers = crate::cases::answers_of(rulebook, case);
    let diagnosis = diagnose(rulebook, &answers, case.today.unwrap_or(today));
    let mut lines = Vec::new();
    for (name, node) in concerned(rulebook, mismatches) {
        let truth = diagnosis.truths.get(node);
        let because: Vec<String> = match truth {
            Truth::Open => {
                let asks = diagnosis.settled_by(rulebook, node).into_iter();
                asks.map(|question| rulebook.questions[question].ask.get(language).to_owned()).collect()
            }
            _ => phrases::reasons(rulebook, &diagnosis.trace(rulebook, node), language),
        };
        lines.push(match truth {
            _ if because.is_empty() => {
                say!(language, ja: "{name} は答えにかかわらず同じです", en: "{name} does not depend on the answers")
            }
            Truth::True => say!(language, ja: "{name} が当てはまる理由:", en: "{name} holds because of:"),
            Truth::False => say!(language, ja: "{name} が当てはまらない理由:", en: "{name} does not hold because of:"),
            Truth::Open => {
                say!(language, ja: "{name} は、次の答えで決まります:", en: "{name} depends on the answer to:")
            }
        });
        lines.extend(because.into_iter().map(|reason| format!("  - {reason}")));
    }
    lines
}

/// The entries that are expected and did not come, or came and are not expected.
fn concerned(rulebook: &Rulebook, mismatches: &[Mismatch]) -> Vec<(String, NodeId)> {
    let mut concerned: Vec<(String, NodeId)> = Vec::new();
    for mismatch in mismatches {
        let one_sided = |name: &&String| mismatch.expected.contains(name) != mismatch.actual.contains(name);
        let names: Vec<&String> = match mismatch.what {
            "includes" | "excludes" => mismatch.expected.iter().collect(),
            "at_most" | "because" | "due" => Vec::new(),
            _ => mismatch.expected.iter().chain(&mismatch.actual).filter(one_sided).collect(),
        };
        for name in names {
            let entry = node_of(rulebook, mismatch, name).map(|node| (name.clone(), node));
            concerned.extend(entry.filter(|entry| !concerned.contains(entry)));
        }
    }
    concerned
}

/// What a name in a difference stands for.
fn node_of(rulebook: &Rulebook, mismatch: &Mismatch, name: &str) -> Option<NodeId> {
    match mismatch.what {
        "causes" | "obstacles" | "gates" => rulebook.conclusions.find(name).map(|id| rulebook.conclusions[id].node),
        "notes" => rulebook.notes.find(name).map(|id| rulebook.notes[id].node),
        "variants" => Some(rulebook.actions[mismatch.action?].variants.get(name)?.node),
        _ => rulebook.actions.find(name).map(|id| rulebook.actions[id].node),
    }
}
