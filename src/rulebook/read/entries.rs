//! What each kind of entry says. Nodes of the graph are not known yet; they are filled in when it is built.

use super::{Fields, Reader, is_good_id, unknown_option};
use crate::rulebook::condition::{Certainty, Graph, NodeId, Options};
use crate::rulebook::document::{Entry, Node, Table, Value};
use crate::rulebook::finding::{Code, Finding};
use crate::rulebook::pack::Lazy;
use crate::rulebook::source::Span;
use crate::rulebook::{
    Action, Advice, Answer, Aspect, Basis, Case, Conclusion, Contact, Contradiction, Expectation, Gate, Id, Kind, List,
    Named, Names, NotAnAnswer, Note, NoteKind, OtherAdvice, Pick, Property, Question, Reference, ReferenceKind,
    ReferenceStrength, Rulebook, Sign, Signs, Stage, Term, Text, Tone, Variant,
};
use crate::words;
use crate::words::{Language, visible};

/// Everything but the graph.
pub fn draft(reader: &Reader<'_>, header: &Entry, fingerprint: String) -> Rulebook {
    let fields = Fields::new(reader, "rulebook".to_owned(), header);
    fields.require("format");
    check_allow(&fields);
    let id = required_string(&fields, "id");
    let version = required_string(&fields, "version");
    if let Some(base) = fields.get("extends") {
        fields.string_of(&base.node);
    }
    let rulebook = Rulebook {
        id,
        name: fields.required_text("name"),
        version,
        languages: languages(&fields),
        footer: fields.text("footer"),
        emergency: fields.names("emergency", Kind::Contact),
        at_most_questions: small(&fields, "at_most_questions", 1, 999),
        fingerprint,
        questions: reader.questions.clone(),
        aspects: reader.each(Kind::Aspect, aspect).into(),
        terms: reader.each(Kind::Term, term).into(),
        conclusions: conclusions(reader),
        stages: reader.each(Kind::Stage, stage),
        actions: reader.each(Kind::Action, action),
        precedence: Vec::new(),
        notes: reader.each(Kind::Note, note),
        sources: reader.each(Kind::Source, reference).into(),
        contacts: reader.each(Kind::Contact, contact),
        contradictions: reader.each(Kind::Contradiction, contradiction),
        properties: reader.each(Kind::Property, property).into(),
        cases: cases(reader).into(),
        graph: Graph::default(),
        span: fields.span,
    };
    fields.finish();
    rulebook
}

/// The codes that an `allow` names, with their places.
pub fn allowed(node: &Node) -> Vec<(Code, Span)> {
    let Value::Array(items) = &node.value else { return Vec::new() };
    let codes = items.iter().filter_map(|item| {
        let code = item.table()?.get("code")?.node.string()?;
        Some((Code::from_name(code)?, item.span))
    });
    codes.collect()
}

/// A question. Questions name nothing else, so they are read first.
pub fn question(fields: &Fields<'_>) -> Question {
    let ask = fields.required_text("ask");
    let options = options(fields);
    let pick = fields.one_of("pick", &[("one", Pick::One), ("any", Pick::Any)]).unwrap_or(Pick::One);
    let question = Question {
        ask,
        hint: fields.text("hint"),
        pick,
        ordered: fields.flag("ordered"),
        unknown: option_named(fields, "unknown", &options),
        usually: option_named(fields, "usually", &options),
        options,
        find_out: fields.text("find_out"),
        lasting: fields.flag("lasting"),
        span: fields.span,
    };
    check_allow(fields);
    for (key, used) in [("unknown", question.unknown.is_some()), ("ordered", question.ordered)] {
        if used && pick == Pick::Any {
            conflict(fields, key, "pick = \"any\"");
        }
    }
    if question.unknown.is_some() && question.find_out.is_some() {
        conflict(fields, "find_out", "unknown");
    }
    question
}

fn conflict(fields: &Fields<'_>, key: &'static str, other: &str) {
    let Some(entry) = fields.get(key) else { return };
    fields.report(
        Finding::new(
            Code::Conflict,
            words!(ja: "`{key}` は `{other}` と一緒に使えません", en: "`{key}` does not go with `{other}`"),
        )
        .at(entry.key)
        .help(words!(ja: "どちらかを消してください", en: "remove one of them")),
    );
}

fn options(fields: &Fields<'_>) -> Named<Text> {
    let Some(entry) = fields.require("options") else { return Named::default() };
    let options: Vec<(String, Text)> = fields
        .entries("options")
        .map(|(id, option)| {
            if !is_good_id(id) {
                let shown = visible(id);
                fields.report(
                    Finding::new(
                        Code::BadId,
                        words!(ja: "`{shown}` は id として使えません", en: "`{shown}` cannot be an id"),
                    )
                    .at(option.key)
                    .help(words!(
                        ja: "英小文字で始め、英小文字・数字・`_` で書きます",
                        en: "start with a lower-case letter, go on with lower-case letters, digits and `_`",
                    )),
                );
            }
            (id.clone(), fields.text_of(&option.node, false))
        })
        .collect();
    if !(2..=Options::LIMIT).contains(&options.len()) {
        let (most, found) = (Options::LIMIT, options.len());
        fields.report(
            Finding::new(
                Code::BadValue,
                words!(
                    ja: "選択肢は2個以上{most}個以下です（今は{found}個）",
                    en: "a question has 2 to {most} options, this one {found}",
                ),
            )
            .at(entry.key),
        );
    }
    options.into_iter().take(Options::LIMIT).collect()
}

fn option_named(fields: &Fields<'_>, key: &'static str, options: &Named<Text>) -> Option<usize> {
    let node = &fields.get(key)?.node;
    let name = fields.string_of(node)?;
    let found = options.position(name);
    if found.is_none() {
        let shown = visible(name);
        let finding = Finding::new(
            Code::UnknownName,
            words!(ja: "`{shown}` という選択肢はありません", en: "there is no option `{shown}`"),
        )
        .at(node.span);
        fields.report(fields.suggesting(finding, name, &options.names().collect::<Vec<_>>()));
    }
    found
}

/// `allow` itself: codes that exist, each with a reason.
fn check_allow(fields: &Fields<'_>) {
    for item in fields.items("allow") {
        let Some(table) = item.table() else {
            fields.wrong_type(item, &words!(ja: "`{{ code = …, reason = … }}`", en: "`{{ code = …, reason = … }}`"));
            continue;
        };
        let code = table.get("code").and_then(|entry| entry.node.string());
        if code.and_then(Code::from_name).is_none() {
            let shown = visible(code.unwrap_or_default());
            let finding = Finding::new(
                Code::UnknownName,
                words!(ja: "`{shown}` という指摘はありません", en: "there is no finding called `{shown}`"),
            )
            .at(item.span);
            fields.report(finding.did_you_mean(
                fields.reader.nearest(code.unwrap_or_default(), Code::ALL.iter().map(|code| code.name())),
            ));
        }
        if table.get("reason").and_then(|entry| entry.node.string()).is_none_or(|reason| reason.trim().is_empty()) {
            fields.report(
                Finding::new(
                    Code::MissingKey,
                    words!(ja: "`allow` に `reason` がありません", en: "the `allow` has no `reason`"),
                )
                .at(item.span)
                .help(words!(
                    ja: "後で読む人のために理由を書いてください",
                    en: "say why, for whoever reads it later",
                )),
            );
        }
    }
}

fn languages(fields: &Fields<'_>) -> Vec<Language> {
    let Some(entry) = fields.require("languages") else { return Vec::new() };
    let mut languages = Vec::new();
    for node in fields.items_of(&entry.node) {
        let Some(tag) = fields.string_of(node) else { continue };
        match Language::from_tag(tag) {
            Some(language) if !languages.contains(&language) => languages.push(language),
            Some(_) => {}
            None => {
                let shown = visible(tag);
                fields.report(
                    Finding::new(
                        Code::BadValue,
                        words!(ja: "`{shown}` という言語は使えません", en: "`{shown}` is not a language of rulebooks"),
                    )
                    .at(node.span)
                    .help(words!(ja: "`ja` か `en` です", en: "it is `ja` or `en`")),
                );
            }
        }
    }
    if languages.is_empty() {
        fields.report(
            Finding::new(Code::BadValue, words!(ja: "言語がありません", en: "no language is given"))
                .at(entry.node.span),
        );
    }
    languages
}

fn required_string(fields: &Fields<'_>, key: &'static str) -> String {
    let found = fields.require(key).and_then(|entry| fields.string_of(&entry.node));
    found.unwrap_or_default().to_owned()
}

fn small(fields: &Fields<'_>, key: &'static str, least: i64, most: i64) -> Option<usize> {
    fields.number(key, least..=most).and_then(|number| usize::try_from(number).ok())
}

fn aspect(fields: &Fields<'_>) -> Aspect {
    check_allow(fields);
    Aspect { name: fields.required_text("name"), span: fields.span }
}

fn term(fields: &Fields<'_>) -> Term {
    check_allow(fields);
    Term {
        when: fields.required_condition("when").into(),
        window: fields.window(),
        node: NodeId::default(),
        span: fields.span,
    }
}

fn conclusions(reader: &Reader<'_>) -> List<Conclusion> {
    let causes = reader.each(Kind::Cause, |fields| conclusion(fields, Basis::Cause(signs(fields))));
    let obstacles = reader.each(Kind::Obstacle, |fields| conclusion(fields, Basis::Obstacle(signs(fields))));
    let gates = reader.each(Kind::Gate, |fields| conclusion(fields, Basis::Gate(gate(fields))));
    let lists = [causes, obstacles, gates];
    let named = lists.iter().flat_map(|list| list.iter().map(|(id, entry)| (list.name(id).to_owned(), entry.clone())));
    named.collect()
}

fn conclusion(fields: &Fields<'_>, basis: Basis) -> Conclusion {
    check_allow(fields);
    Conclusion { name: fields.required_text("name"), node: NodeId::default(), basis, span: fields.span }
}

/// The most signs of one conclusion, so that products of their certainties fit 128 bits.
const MOST_SIGNS: usize = 18;

fn signs(fields: &Fields<'_>) -> Signs {
    let signs: Named<Sign> = match fields.require("sign") {
        Some(_) => fields.entries("sign").map(|(id, entry)| (id.clone(), sign(fields, id, entry))).collect(),
        None => Named::default(),
    };
    if signs.len() > MOST_SIGNS {
        let name = &fields.name;
        fields.report(
            Finding::new(
                Code::BadValue,
                words!(
                    ja: "`{name}` の `sign` が{MOST_SIGNS}個を超えています",
                    en: "`{name}` has more than {MOST_SIGNS} signs",
                ),
            )
            .at(fields.span)
            .help(words!(
                ja: "似たサインは `any = [ … ]` で1つにまとめられます",
                en: "signs that go together can be one with `any = [ … ]`",
            )),
        );
    }
    Signs { about: fields.text("about"), signs }
}

fn sign(fields: &Fields<'_>, id: &str, entry: &Entry) -> Sign {
    let name = format!("{}.sign.{}", fields.name, visible(id));
    let fields = Fields::new(fields.reader, name, entry);
    require_part_id(&fields, id);
    let sign = Sign {
        when: fields.required_condition("when").into(),
        window: fields.window(),
        certainty: certainty(&fields),
        node: NodeId::default(),
        span: fields.span,
    };
    fields.finish();
    sign
}

fn require_part_id(fields: &Fields<'_>, id: &str) {
    if !is_good_id(id) {
        let shown = visible(id);
        fields.report(
            Finding::new(Code::BadId, words!(ja: "`{shown}` は id として使えません", en: "`{shown}` cannot be an id"))
                .at(fields.span),
        );
    }
}

fn certainty(fields: &Fields<'_>) -> Certainty {
    const WEAKEST: Certainty = Certainty(1);
    let Some(entry) = fields.require("certainty") else { return WEAKEST };
    let number = match entry.node.value {
        Value::Float(number) => Some(number),
        Value::Integer(Some(1)) => Some(1.0),
        Value::Integer(_) => None,
        _ => {
            fields.wrong_type(&entry.node, &words!(ja: "確かさの数", en: "a certainty"));
            return WEAKEST;
        }
    };
    let hundredths = number.map(|number| number * 100.0).filter(|hundredths| {
        (1.0..=100.0).contains(&hundredths.round()) && (hundredths - hundredths.round()).abs() < 1e-9
    });
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between 1 and 100")]
    hundredths.map_or_else(
        || {
            fields.report(
                Finding::new(
                    Code::BadValue,
                    words!(
                        ja: "`certainty` は0.01から1.00までの数で、小数点以下は2桁までです",
                        en: "`certainty` is a number from 0.01 to 1.00 with at most two decimals",
                    ),
                )
                .at(entry.node.span),
            );
            WEAKEST
        },
        |hundredths| Certainty(hundredths.round() as u8),
    )
}

fn gate(fields: &Fields<'_>) -> Gate {
    Gate {
        say: fields.required_text("say"),
        when: fields.required_condition("when").into(),
        window: fields.window(),
        bars: fields.spanned_names("bars", Kind::Aspect),
        refer: fields.names("refer", Kind::Contact),
        only: fields.flag("only"),
        stops: fields.flag("stops"),
        at_most: small(fields, "at_most", 1, 999),
        tone: fields.one_of("tone", &[("alert", Tone::Alert), ("limit", Tone::Limit)]).unwrap_or(Tone::Alert),
    }
}

fn stage(fields: &Fields<'_>) -> Stage {
    let name = fields.required_text("name");
    fields.require("due");
    check_allow(fields);
    Stage { name, due: fields.due("due").unwrap_or(super::super::calendar::Due::TODAY), span: fields.span }
}

fn action(fields: &Fields<'_>) -> Action {
    let rate = |key| {
        fields.require(key);
        fields.number(key, 1..=5).and_then(|number| u32::try_from(number).ok()).unwrap_or(1)
    };
    check_allow(fields);
    fields.require("involves");
    let advice = Advice {
        task: fields.required_text("do"),
        how: fields.texts("how"),
        done: fields.text("done"),
        avoid: fields.text("avoid"),
        why: fields.required_text("why"),
        when: fields.condition("when"),
        refer: fields.names("refer", Kind::Contact),
        sources: fields.names("sources", Kind::Source),
    };
    let action = Action {
        answers: answered(fields),
        window: fields.window(),
        stage: fields.name("stage", Kind::Stage),
        due: fields.due("due"),
        every: every(fields),
        after: fields.spanned_names("after", Kind::Action),
        involves: fields.names("involves", Kind::Aspect),
        share: fields.flag("share"),
        impact: rate("impact"),
        effort: rate("effort"),
        variants: fields.entries("variant").map(|(id, entry)| (id.clone(), variant(fields, id, entry))).collect(),
        node: NodeId::default(),
        fits: NodeId::default(),
        advice: advice.into(),
        span: fields.span,
    };
    if fields.get("stage").is_none() && fields.get("due").is_none() {
        let name = &fields.name;
        fields.report(
            Finding::new(
                Code::MissingKey,
                words!(
                    ja: "`{name}` に `stage` も `due` もありません",
                    en: "`{name}` has neither `stage` nor `due`",
                ),
            )
            .at(fields.span)
            .help(words!(
                ja: "`stage = \"…\"` か `due = \"1d\"` を加えてください",
                en: "add `stage = \"…\"` or `due = \"1d\"`",
            )),
        );
    }
    action
}

/// The conclusions that an entry is for. None means everyone, so a layer must not drop all of them.
fn answered(fields: &Fields<'_>) -> Names<Conclusion> {
    let answered = fields.names_among("for", &Kind::CONCLUSIONS);
    let named = match fields.get("for").map(|entry| &entry.node.value) {
        Some(Value::Array(items)) => items.as_slice(),
        _ => &[],
    };
    let all_dropped = named.iter().all(|node| node.string().is_some_and(|name| fields.was_dropped(name, node)));
    if !named.is_empty() && all_dropped {
        let name = &fields.name;
        fields.report(
            Finding::new(
                Code::UnknownName,
                words!(
                    ja: "`{name}` が応えるものが、すべて取り除かれています",
                    en: "everything that `{name}` is for is dropped",
                ),
            )
            .at(fields.span)
            .help(words!(
                ja: "`{name}` も `drop = true` で取り除くか、`for` を書き換えてください",
                en: "drop `{name}` as well, or give it another `for`",
            )),
        );
    }
    answered
}

fn every(fields: &Fields<'_>) -> Option<super::super::calendar::Due> {
    let every = fields.due("every")?;
    if every.hours() > 0 {
        return Some(every);
    }
    let span = fields.get("every").map_or(fields.span, |entry| entry.node.span);
    fields.report(
        Finding::new(Code::BadValue, words!(ja: "`every` は0より長くします", en: "`every` must be longer than 0"))
            .at(span),
    );
    None
}

fn variant(fields: &Fields<'_>, id: &str, entry: &Entry) -> Variant {
    let name = format!("{}.variant.{}", fields.name, visible(id));
    let fields = Fields::new(fields.reader, name, entry);
    require_part_id(&fields, id);
    let advice = OtherAdvice {
        when: fields.required_condition("when"),
        task: fields.text("do"),
        how: fields.texts("how"),
        done: fields.text("done"),
        avoid: fields.text("avoid"),
        why: fields.text("why"),
        sources: fields.get("sources").map(|_| fields.names("sources", Kind::Source)),
    };
    let variant = Variant {
        window: fields.window(),
        node: NodeId::default(),
        stage: fields.name("stage", Kind::Stage),
        due: fields.due("due"),
        every: every(&fields),
        share: fields.get("share").map(|_| fields.flag("share")),
        advice: advice.into(),
        span: fields.span,
    };
    fields.finish();
    variant
}

fn note(fields: &Fields<'_>) -> Note {
    const KINDS: [(&str, NoteKind); 3] =
        [("mindset", NoteKind::Mindset), ("story", NoteKind::Story), ("outlook", NoteKind::Outlook)];
    fields.require("kind");
    check_allow(fields);
    if fields.get("for").is_none() && fields.get("when").is_none() {
        let name = &fields.name;
        fields.report(
            Finding::new(
                Code::MissingKey,
                words!(ja: "`{name}` に `for` も `when` もありません", en: "`{name}` has neither `for` nor `when`"),
            )
            .at(fields.span)
            .help(words!(ja: "いつも示すなら `when = {{}}` と書きます", en: "write `when = {{}}` to show it always")),
        );
    }
    Note {
        kind: fields.one_of("kind", &KINDS).unwrap_or(NoteKind::Mindset),
        title: fields.required_text("title"),
        text: fields.required_text("text"),
        answers: answered(fields),
        when: fields.condition("when").map(Lazy::from),
        window: fields.window(),
        node: NodeId::default(),
        span: fields.span,
    }
}

fn reference(fields: &Fields<'_>) -> Reference {
    const KINDS: [(&str, ReferenceKind); 5] = [
        ("study", ReferenceKind::Study),
        ("law", ReferenceKind::Law),
        ("guidance", ReferenceKind::Guidance),
        ("practice", ReferenceKind::Practice),
        ("article", ReferenceKind::Article),
    ];
    const STRENGTHS: [(&str, ReferenceStrength); 3] =
        [("A", ReferenceStrength::A), ("B", ReferenceStrength::B), ("C", ReferenceStrength::C)];
    fields.require("cite");
    fields.require("kind");
    check_allow(fields);
    Reference {
        cite: fields.plain_text("cite").unwrap_or_else(|| Text::plain(String::new())),
        kind: fields.one_of("kind", &KINDS).unwrap_or(ReferenceKind::Practice),
        strength: fields.one_of("strength", &STRENGTHS),
        window: fields.window(),
        span: fields.span,
    }
}

fn contact(fields: &Fields<'_>) -> Contact {
    check_allow(fields);
    Contact {
        name: fields.required_text("name"),
        purpose: fields.text("for"),
        reach: fields.required_text("reach"),
        when: fields.condition("when").map(Lazy::from),
        window: fields.window(),
        node: NodeId::default(),
        checked: fields.date("checked"),
        span: fields.span,
    }
}

fn contradiction(fields: &Fields<'_>) -> Contradiction {
    check_allow(fields);
    Contradiction {
        say: fields.required_text("say"),
        when: fields.required_condition("when").into(),
        node: NodeId::default(),
        span: fields.span,
    }
}

fn property(fields: &Fields<'_>) -> Property {
    const CLAIMS: [&str; 4] = ["never", "never_involves", "always", "always_any"];
    check_allow(fields);
    if CLAIMS.into_iter().all(|claim| fields.get(claim).is_none()) {
        let name = &fields.name;
        fields.report(
            Finding::new(
                Code::MissingKey,
                words!(ja: "`{name}` は何も主張していません", en: "`{name}` claims nothing"),
            )
            .at(fields.span)
            .help(words!(
                ja: "`never`、`never_involves`、`always`、`always_any` のどれかを加えてください",
                en: "add `never`, `never_involves`, `always` or `always_any`",
            )),
        );
    }
    Property {
        when: fields.condition("when").map(Lazy::from),
        node: NodeId::default(),
        never: fields.spanned_names("never", Kind::Action),
        never_involves: fields.spanned_names("never_involves", Kind::Aspect),
        always: fields.spanned_names("always", Kind::Action),
        always_any: fields.spanned_names("always_any", Kind::Action),
        span: fields.span,
    }
}

/// The cases, with what they take over from others.
fn cases(reader: &Reader<'_>) -> List<Case> {
    let table = reader.table(Kind::Case);
    let likes: Vec<Vec<usize>> = table.values().map(|entry| like(entry, table).into_iter().collect()).collect();
    let mut cases = reader.each(Kind::Case, |fields| case(fields, table));
    match super::super::order::topological(&likes, |case| case) {
        Ok(order) => {
            for (number, base) in order.into_iter().filter_map(|number| Some((number, *likes[number].first()?))) {
                let base = cases[Id::new(base)].clone();
                let case = &mut cases[Id::new(number)];
                let own: Vec<_> = case.answers.drain(..).collect();
                case.answers =
                    base.answers.iter().filter(|(id, _)| own.iter().all(|(other, _)| other != id)).copied().collect();
                case.answers.extend(own);
                case.today = case.today.or(base.today);
            }
        }
        Err(circles) => {
            for circle in circles {
                let message =
                    words!(ja: "`like` が輪になっています", en: "these cases are `like` each other in a circle");
                let spans = circle.into_iter().map(|case| cases[Id::new(case)].span);
                reader.report(spans.fold(Finding::new(Code::Circle, message), Finding::at));
            }
        }
    }
    cases
}

/// The position of the case that a case takes over from.
fn like(entry: &Entry, table: &Table) -> Option<usize> {
    table.get_index_of(entry.node.table()?.get("like")?.node.string()?)
}

fn case(fields: &Fields<'_>, table: &Table) -> Case {
    check_allow(fields);
    if let Some(entry) = fields.get("like") {
        if let Some(name) = fields.string_of(&entry.node).filter(|name| !table.contains_key(*name)) {
            fields.unknown_name(name, entry.node.span, &[Kind::Case]);
        }
    } else {
        fields.require("answers");
    }
    let answers = fields.entries("answers").filter_map(|(name, entry)| answer(fields, name, entry)).collect();
    Case {
        about: fields.plain_text("about"),
        today: fields.date("today"),
        answers,
        partial: fields.flag("partial"),
        expect: expectation(fields),
        inherited: fields.reader.is_inherited(fields.span),
        span: fields.span,
    }
}

fn answer(fields: &Fields<'_>, name: &str, entry: &Entry) -> Option<(Id<Question>, Answer)> {
    let reader = fields.reader;
    let Some(id) = reader.position(Kind::Question, name).map(Id::new) else {
        fields.unknown_name(name, entry.key, &[Kind::Question]);
        return None;
    };
    let question = &reader.questions[id];
    let names: Vec<&str> = match &entry.node.value {
        Value::String(option) if option == "?" => return Some((id, question.dont_know())),
        Value::String(option) => vec![option],
        Value::Array(items) => items.iter().map(|item| fields.string_of(item)).collect::<Option<_>>()?,
        _ => {
            fields.wrong_type(
                &entry.node,
                &words!(ja: "選択肢の名前、そのリスト、または `\"?\"`", en: "an option, a list of options or `\"?\"`"),
            );
            return None;
        }
    };
    match question.answer(names) {
        Ok(answer) => Some((id, answer)),
        Err(NotAnAnswer::NoSuchOption(option)) => {
            fields.report(unknown_option(name, question, &option, entry.node.span));
            None
        }
        Err(NotAnAnswer::Nothing | NotAnAnswer::Several) => {
            fields.report(
                Finding::new(
                    Code::BadValue,
                    words!(ja: "`{name}` の答えは1つだけです", en: "`{name}` has exactly one answer"),
                )
                .at(entry.node.span),
            );
            None
        }
    }
}

fn expectation(fields: &Fields<'_>) -> Expectation {
    let Some(entry) = fields.require("expect") else { return Expectation::default() };
    let fields = Fields::new(fields.reader, format!("{}.expect", fields.name), entry);
    let exactly = |key, kind| {
        fields.get(key).map(|_| {
            let before = match kind {
                Kind::Cause => 0,
                Kind::Obstacle => fields.reader.table(Kind::Cause).len(),
                _ => fields.reader.table(Kind::Cause).len() + fields.reader.table(Kind::Obstacle).len(),
            };
            let ids: Vec<Id<Conclusion>> = fields.names(key, kind);
            ids.into_iter().map(|id| Id::new(before + id.index())).collect()
        })
    };
    let expectation = Expectation {
        causes: exactly("causes", Kind::Cause),
        obstacles: exactly("obstacles", Kind::Obstacle),
        gates: exactly("gates", Kind::Gate),
        first: fields.names("first", Kind::Action),
        includes: fields.names("includes", Kind::Action),
        excludes: fields.names("excludes", Kind::Action),
        at_most: small(&fields, "at_most", 0, 9999),
        because: because(&fields),
        variants: expected_variants(&fields),
        due: of_actions(&fields, "due", |_, node| fields.due_of(node)),
        notes: fields.get("notes").map(|_| fields.names("notes", Kind::Note)),
    };
    fields.finish();
    expectation
}

/// What is expected of single actions: a table from action to value.
fn of_actions<'a, T>(
    fields: &Fields<'a>,
    key: &'static str,
    read: impl Fn(&'a str, &'a Node) -> Option<T>,
) -> Vec<(Id<Action>, T)> {
    let of_action = |(name, entry): (&'a String, &'a Entry)| {
        let Some(action) = fields.reader.position(Kind::Action, name).map(Id::new) else {
            fields.unknown_name(name, entry.key, &[Kind::Action]);
            return None;
        };
        Some((action, read(name, &entry.node)?))
    };
    fields.entries(key).filter_map(of_action).collect()
}

fn because(fields: &Fields<'_>) -> Vec<(Id<Action>, Vec<Id<Conclusion>>)> {
    of_actions(fields, "because", |_, reasons| {
        let conclusion = |node| {
            let text = fields.string_of(node)?;
            let found = fields.reader.position_among(&Kind::CONCLUSIONS, text).map(Id::new);
            if found.is_none() {
                fields.unknown_name(text, node.span, &Kind::CONCLUSIONS);
            }
            found
        };
        Some(fields.items_of(reasons).iter().filter_map(conclusion).collect())
    })
}

/// The positions of variants among those of their action.
fn expected_variants(fields: &Fields<'_>) -> Vec<(Id<Action>, Vec<usize>)> {
    of_actions(fields, "variants", |action, names| {
        let entry = &fields.reader.table(Kind::Action)[action];
        let variants = entry.node.table().and_then(|entry| entry.get("variant")?.node.table());
        let variant = |node| {
            let name = fields.string_of(node)?;
            let found = variants.and_then(|variants| variants.get_index_of(name));
            if found.is_none() {
                let (action, shown) = (visible(action), visible(name));
                let message = words!(
                    ja: "`action.{action}` に `{shown}` という variant はありません",
                    en: "`action.{action}` has no variant `{shown}`",
                );
                let known = variants.into_iter().flat_map(|variants| variants.keys().map(String::as_str));
                let finding = Finding::new(Code::UnknownName, message).at(node.span);
                fields.report(finding.did_you_mean(fields.reader.nearest(name, known)));
            }
            found
        };
        let mut positions: Vec<usize> = fields.items_of(names).iter().filter_map(variant).collect();
        positions.sort_unstable();
        Some(positions)
    })
}
