//! What each kind of finding means and what to do about it: for `shinrai explain CODE`, and for the document of all codes.

use std::fmt::Write as _;

use crate::report::wrap;
use crate::rulebook::{Code, Severity};
use crate::words::{Language, Words};
use crate::{word, words};

/// A finding code in words.
pub fn explain(code: Code, language: Language, width: usize) -> String {
    let severity = match code.severity() {
        Severity::Error => word!(language, ja: "エラー", en: "error"),
        Severity::Warning => word!(language, ja: "警告", en: "warning"),
        Severity::Note => word!(language, ja: "補足", en: "note"),
    };
    let mut page = wrap::hanging("", &format!("{} ({severity})", code.name()), width);
    page.push_str(&wrap::hanging("  ", meaning(code).get(language), width));
    page
}

/// The document of all codes, in Markdown.
pub fn document() -> String {
    let mut text = "# Findings of `shinrai rulebook check` · 指摘の一覧\n\n\
        Each finding has a code. `shinrai explain CODE` shows what stands here. An entry can silence a finding that is no \
        error: `allow = [{ code = \"redundant\", reason = \"…\" }]`.\n\n\
        指摘にはそれぞれコードがあります。`shinrai explain コード` でも同じ説明が読めます。エラーでない指摘は、\
        項目に `allow = [{ code = \"redundant\", reason = \"…\" }]` と書くと出なくなります。\n"
        .to_owned();
    for &code in Code::ALL {
        let Words { ja, en } = meaning(code);
        let (name, severity) = (code.name(), code.severity().name());
        let _ = write!(text, "\n## {name}\n\n*{severity}* – {en}\n\n{ja}\n");
    }
    text.push_str(COMPARISON);
    text
}

const COMPARISON: &str = "
## For those who know other tools

Tables of decisions are checked elsewhere cell by cell. What such checks report is found here over the whole rulebook:

| elsewhere | here |
|---|---|
| unsatisfiable cell | `never-true` |
| unreachable rule | `never-occurs` |
| duplicate rule | `redundant`, for parts of a rule; two actions may well have one condition |
| missing cases | `no-cause`, `no-action`, `unanswered-obstacle` |
| cell covers its domain | `always-true` |
| output never produced | `never-occurs`, `unused` |
| checks incomplete | `not-finished` |
";

/// What a code means.
pub fn meaning(code: Code) -> Words {
    match code {
        Code::NotText => words!(
            ja: "文字として読めないファイルです。文字コードを UTF-8 にして保存し直してください。",
            en: "The file cannot be read as text. Save it again as UTF-8.",
        ),
        Code::OtherEncoding => words!(
            ja: "UTF-8 ではない文字コード（Shift_JIS、UTF-16）で書かれています。読めましたが、UTF-8 で保存すると、どの環境でも同じように読めます。",
            en: "The file is written in Shift_JIS or UTF-16. It could be read; saved as UTF-8 it reads the same everywhere.",
        ),
        Code::Syntax => words!(
            ja: "TOML の書き方になっていません。引用符、かっこ、`=` の抜けや、全角の記号がよくある原因です。",
            en: "The text is not TOML. Often a quote, a bracket or a `=` is missing, or a sign is full-width.",
        ),
        Code::NewerToml => words!(
            ja: "TOML 1.1 でだけ許される書き方です。多くのエディタが誤りとみなすので、1.0 の書き方に直してください。",
            en: "This is allowed in TOML 1.1 only, and many editors refuse it. Write it as in 1.0.",
        ),
        Code::Unprintable => words!(
            ja: "画面の動作を変えたり、文字を隠したりする見えない文字が入っています。消してください。",
            en: "A text holds an invisible character that steers a terminal or hides text. Delete it.",
        ),
        Code::RulebookTable => words!(
            ja: "`[rulebook]` の表は、ルールブック全体で1つだけ必要です。",
            en: "A rulebook needs exactly one `[rulebook]` table, in one of its files.",
        ),
        Code::UnknownFormat => words!(
            ja: "このプログラムが知らない版の形式で書かれています。新しい版の shinrai を使うか、`format` を直してください。",
            en: "The rulebook is written in a format that this program does not know. Use a newer shinrai, or mend `format`.",
        ),
        Code::NoQuestions => words!(
            ja: "質問が1つもないので、尋ねることがありません。",
            en: "There is no question, so there is nothing to ask.",
        ),
        Code::UnknownKey => words!(
            ja: "ここでは意味のないキーです。つづりか、書く場所を確かめてください。",
            en: "The key has no meaning here. Check its spelling and its place.",
        ),
        Code::MissingKey => words!(
            ja: "なくてはならないキーがありません。",
            en: "A key is missing that is always needed here.",
        ),
        Code::WrongType => words!(
            ja: "値の種類が違います（たとえば、文字が要るところに数が書かれています）。",
            en: "The value is of another kind than the key takes, such as a number instead of a text.",
        ),
        Code::BadValue => words!(
            ja: "数、日付、期限、言葉などの値が、使える範囲の外にあります。",
            en: "A number, date, deadline or word is outside of what the key takes.",
        ),
        Code::BadId => words!(
            ja: "id は英小文字で始め、英小文字・数字・`_` で書きます。`any`、`all`、`not`、`today` は使えません。",
            en: "An id begins with a lower-case letter and has letters, digits and `_`. `any`, `all`, `not` and `today` are reserved.",
        ),
        Code::DuplicateId => words!(
            ja: "同じ id が2つあります。質問・用語・原因・障害・安全確認は、互いに同じ id を使えません。",
            en: "Two things have one id. Questions, terms, causes, obstacles and gates share their names.",
        ),
        Code::UnknownName => words!(
            ja: "どこにも定義されていない名前です。つづりを確かめるか、定義を加えてください。",
            en: "The name is declared nowhere. Check its spelling, or declare it.",
        ),
        Code::Conflict => words!(
            ja: "一緒に使えない2つのことが書かれています。どちらかを消してください。",
            en: "Two things do not go together. Remove one of them.",
        ),
        Code::MissingText => words!(
            ja: "ルールブックの最初の言語の文がありません。ほかの言語の文がないときの代わりになるので、必ず要ります。",
            en: "A text lacks the rulebook's first language, which stands in for all others.",
        ),
        Code::MissingTranslation => words!(
            ja: "ある言語の文がありません。その言語の人には、最初の言語の文が示されます。",
            en: "A text lacks a language. Readers of that language get the first one.",
        ),
        Code::Circle => words!(
            ja: "条件や `after` が互いを見合っていて、どれからも始められません。1か所を切ってください。",
            en: "Conditions, or `after`, go in a circle, so that none can come first. Cut it in one place.",
        ),
        Code::GateReadsDetail => words!(
            ja: "安全確認が、尋ねずに「普段どおり」とみなす質問に左右されています。安全にかかわることは、必ず尋ねなければなりません。",
            en: "A gate depends on a question that is not asked at first but assumed. What safety depends on must be asked.",
        ),
        Code::GateWithoutUnknown => words!(
            ja: "安全確認が見る質問に「わからない」に当たる選択肢がありません。わからない人がどう扱われるかを `unknown` で決めてください。",
            en: "A gate reads a question without an option for \"don't know\". Name that option with `unknown`, so that it is decided what happens to those who do not know.",
        ),
        Code::OverridesNothing => words!(
            ja: "土台にない項目を書き換えようとしています。新しい項目なら、必要なキーをすべて書いてください。",
            en: "A layer changes or drops what does not exist below it. A new entry needs all of its keys.",
        ),
        Code::DropsSafety => words!(
            ja: "安全確認や主張（`property`）を取り除いています。それが守っていた人のことを、もう一度考えてください。",
            en: "A layer drops a gate or a property. Think again of those whom it protects.",
        ),
        Code::NearName => words!(
            ja: "新しい項目の id が、土台の項目とほとんど同じです。書き換えるつもりなら、id を合わせてください。",
            en: "A new entry is named almost like one below it. If you meant to change that one, use its id.",
        ),
        Code::StaleContact => words!(
            ja: "相談先を1年以上確かめていません。番号や時間を確かめ、`checked` に日付を書いてください。",
            en: "A contact was not checked for over a year. Check its number and hours, and write the day into `checked`.",
        ),
        Code::UnusedAllow => words!(
            ja: "この `allow` が抑える指摘は、もう出ていません。消して構いません。",
            en: "The `allow` silences nothing any more. It can go.",
        ),
        Code::UnreadQuestion => words!(
            ja: "どの規則の条件にも使われていない質問です。答えても何も変わりません。",
            en: "No condition of a rule uses the question: its answer changes nothing.",
        ),
        Code::UnreadOption => words!(
            ja: "いくつでも選べる質問の選択肢のうち、どの規則の条件にも使われていないものです。",
            en: "An option of a question with several answers is used by no condition of a rule.",
        ),
        Code::Unused => words!(
            ja: "定義されているのに、どこからも使われていません。安全確認や原因の場合は、それが当てはまっても一覧が変わりません。",
            en: "Something is declared and used nowhere. Of a gate or a cause: when it is found, the checklist is as it was.",
        ),
        Code::BarsNothing => words!(
            ja: "安全確認が控えさせることを、どの行動も伴いません。行動の `involves` に書き忘れがないか確かめてください。",
            en: "A gate bars an aspect that no action involves. Perhaps an action lacks it in its `involves`.",
        ),
        Code::Expired => words!(
            ja: "`until` の日が過ぎています。法律や窓口が変わっていないか確かめ、書き換えるか消してください。",
            en: "The day in `until` is over. See whether the law or the service has changed, and bring the entry up to date.",
        ),
        Code::NoSituation => words!(
            ja: "どの答え方も、どれかの `contradiction` に当たります。だれも診断を受けられません。",
            en: "Every way to answer is some `contradiction`, so nobody can be given a diagnosis.",
        ),
        Code::AlwaysTrue => words!(
            ja: "どんな答え方でも成り立つ条件です。何も区別していません。意図と違っていないか、確かめてください。",
            en: "The condition is true in every situation, so it tells nothing apart. Perhaps something else was meant.",
        ),
        Code::NeverTrue => words!(
            ja: "どんな答え方でも成り立たない条件です。同時に成り立たない条件が重なっていないか確かめてください。",
            en: "The condition is true in no situation: parts of it exclude each other.",
        ),
        Code::NeverOccurs => words!(
            ja: "どんな答え方でも、一度も当てはまらない（一覧に出ない・示されない）項目です。印のついた条件は、同時に成り立ちません。",
            en: "In no situation is it found, listed, applied or shown. The conditions that are marked exclude each other.",
        ),
        Code::Redundant => words!(
            ja: "なくても、どんな答え方の結果も変わらない部分です。意味のない条件は、後で読む人を迷わせます。",
            en: "Without this part every situation comes out the same. A condition without effect misleads whoever reads it later.",
        ),
        Code::NeverAsked => words!(
            ja: "どんな答え方をしても、この質問の番になる前に結果が決まるため、尋ねられません。",
            en: "Whatever is answered, all that the question could change is settled before its turn, so it is never asked.",
        ),
        Code::NoCause => words!(
            ja: "安全確認のどれにも当てはまらないのに、どの原因にも当てはまらない答え方があります。例のコマンドで確かめられます。",
            en: "There are answers, with no gate found, for which no cause is found. The example shows them.",
        ),
        Code::NoAction => words!(
            ja: "安全確認のどれにも当てはまらないのに、行動が1つも一覧に出ない答え方があります。例のコマンドで確かめられます。",
            en: "There are answers, with no gate found, for which nothing is listed. The example shows them.",
        ),
        Code::UnansweredObstacle => words!(
            ja: "障害が当てはまるのに、それに応える行動（`for` にその障害がある行動）が1つも一覧に出ない答え方があります。",
            en: "There are answers for which the obstacle is found and no action that names it in `for` is listed.",
        ),
        Code::PropertyFails => words!(
            ja: "`property` の主張が成り立たない答え方があります。例を見て、規則と主張のどちらが正しいかを決めてください。",
            en: "Some situation refutes the property. Look at the example and decide which is right: the rules or the claim.",
        ),
        Code::PulledForward => words!(
            ja: "急ぐ行動が待っているため、ゆっくりでよいはずの行動の期限が4分の1未満に早まる答え方があります。",
            en: "Because something urgent waits for it, an action is due in less than a quarter of its own time, in some situation.",
        ),
        Code::SaidTwice => words!(
            ja: "同じ文の行動が2つ、一緒に一覧に出る答え方があります。読む人には、同じ行が二度並んで見えます。",
            en: "Two actions with the same task can stand on one list: a person would read one line twice.",
        ),
        Code::NeverTogether => words!(
            ja: "`after` で結ばれた2つの行動は、一緒に一覧に出ることがありません。この `after` は何もしていません。",
            en: "Two actions that `after` joins are never listed together, so the `after` does nothing.",
        ),
        Code::NotFinished => words!(
            ja: "調べるのに手間がかかりすぎるため、途中でやめました。正しいか誤りかは、まだわかりません。",
            en: "A proof took too much work and was given up. Nothing is known either way.",
        ),
        Code::CaseIncomplete => words!(
            ja: "事例が、尋ねられる質問に答えていません。答えを加えるか、`partial = true` と書いてください。",
            en: "The case leaves a question open that an interview asks. Answer it, or write `partial = true`.",
        ),
        Code::CaseContradiction => words!(
            ja: "事例の答えが、`contradiction` に当たります。",
            en: "The answers of the case are a `contradiction`.",
        ),
        Code::TooManyQuestions => words!(
            ja: "この事例の人には、`at_most_questions` より多くの質問をすることになります。質問をまとめるか、細かい質問に `usually` をつけてください。",
            en: "A person as in this case is asked more than `at_most_questions`. Merge questions, or give details a `usually`.",
        ),
    }
}
