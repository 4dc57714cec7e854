//! The JSON Schema (draft 2020-12) of rulebooks, for editors: it completes keys, and marks those that do not exist and
//! values of the wrong kind. Nothing is required in it, because a layer may say a part of an entry; what is missing,
//! `rulebook check` says.

use serde_json::{Map, Value, json};

use crate::rulebook::Kind;

/// The schema.
pub fn rulebook() -> Value {
    let kinds = Kind::ALL.into_iter().map(|kind| (kind.name(), table_of(&entry(kind))));
    let tables = std::iter::once(("rulebook", header())).chain(kinds);
    let mut schema = object(tables);
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!("shinrai rulebook");
    schema["$defs"] = json!({
        "id": { "type": "string", "pattern": "^[a-z][a-z0-9_]*$" },
        "text": { "anyOf": [{ "type": "string" }, object([("ja", string()), ("en", string())])] },
        "due": { "type": "string", "pattern": "^[0-9]+(h|d|w|mo)$" },
        "condition": condition(),
    });
    schema
}

fn header() -> Value {
    object([
        ("format", json!({ "const": 1 })),
        ("id", string()),
        ("name", text()),
        ("version", string()),
        (
            "languages",
            json!({ "type": "array", "items": { "enum": ["ja", "en"] }, "minItems": 1, "uniqueItems": true }),
        ),
        ("footer", text()),
        ("emergency", list(&string())),
        ("at_most_questions", count(1, 999)),
        ("extends", string()),
        ("allow", allow()),
    ])
}

/// The keys of an entry of some kind.
fn entry(kind: Kind) -> Value {
    let keys: Vec<(&str, Value)> = match kind {
        Kind::Question => vec![
            ("ask", text()),
            ("hint", text()),
            ("pick", one_of(&["one", "any"])),
            ("options", table_of(&text())),
            ("ordered", boolean()),
            ("unknown", string()),
            ("usually", string()),
            ("find_out", text()),
            ("lasting", boolean()),
        ],
        Kind::Aspect => vec![("name", text())],
        Kind::Term => vec![("when", when())],
        Kind::Cause | Kind::Obstacle => vec![("name", text()), ("about", text()), ("sign", table_of(&sign()))],
        Kind::Gate => vec![
            ("name", text()),
            ("say", text()),
            ("when", when()),
            ("bars", list(&string())),
            ("refer", list(&string())),
            ("only", boolean()),
            ("stops", boolean()),
            ("at_most", count(1, 999)),
            ("tone", one_of(&["alert", "limit"])),
        ],
        Kind::Stage => vec![("name", text()), ("due", due())],
        Kind::Action => action(),
        Kind::Note => vec![
            ("kind", one_of(&["mindset", "story", "outlook"])),
            ("title", text()),
            ("text", text()),
            ("for", list(&string())),
            ("when", when()),
        ],
        Kind::Source => vec![
            ("cite", text()),
            ("kind", one_of(&["study", "law", "guidance", "practice", "article"])),
            ("strength", one_of(&["A", "B", "C"])),
        ],
        Kind::Contact => {
            vec![("name", text()), ("for", text()), ("reach", text()), ("when", when()), ("checked", date())]
        }
        Kind::Contradiction => vec![("when", when()), ("say", text())],
        Kind::Property => vec![
            ("when", when()),
            ("never", list(&string())),
            ("never_involves", list(&string())),
            ("always", list(&string())),
            ("always_any", list(&string())),
        ],
        Kind::Case => vec![
            ("about", text()),
            ("like", string()),
            ("today", date()),
            ("partial", boolean()),
            ("answers", table_of(&json!({ "anyOf": [string(), list(&string())] }))),
            ("expect", expectation()),
        ],
    };
    let everywhere = [
        ("from", date()),
        ("until", date()),
        ("allow", allow()),
        ("drop", boolean()),
        ("before", string()),
        ("behind", string()),
    ];
    object(keys.into_iter().chain(everywhere))
}

fn sign() -> Value {
    let certainty = json!({ "type": "number", "minimum": 0.01, "maximum": 1 });
    object([("when", when()), ("certainty", certainty), ("from", date()), ("until", date()), ("drop", boolean())])
}

/// What both an action and its variants can say.
fn ways() -> Vec<(&'static str, Value)> {
    vec![
        ("do", text()),
        ("how", list(&text())),
        ("done", text()),
        ("avoid", text()),
        ("why", text()),
        ("when", when()),
        ("stage", string()),
        ("due", due()),
        ("every", due()),
        ("share", boolean()),
        ("sources", list(&string())),
    ]
}

fn action() -> Vec<(&'static str, Value)> {
    let dated = [("from", date()), ("until", date()), ("allow", allow()), ("drop", boolean())];
    let variant = object(ways().into_iter().chain(dated));
    let mut keys = ways();
    keys.extend([
        ("for", list(&string())),
        ("after", list(&string())),
        ("involves", list(&string())),
        ("impact", count(1, 5)),
        ("effort", count(1, 5)),
        ("refer", list(&string())),
        ("variant", table_of(&variant)),
    ]);
    keys
}

fn expectation() -> Value {
    let names = || list(&string());
    object([
        ("causes", names()),
        ("obstacles", names()),
        ("gates", names()),
        ("first", names()),
        ("includes", names()),
        ("excludes", names()),
        ("at_most", count(0, 9999)),
        ("because", table_of(&names())),
        ("variants", table_of(&names())),
        ("due", table_of(&due())),
        ("notes", names()),
    ])
}

/// A table whose entries must all hold; keys but `any`, `all` and `not` name questions, terms and conclusions.
fn condition() -> Value {
    let several = json!({ "type": "array", "items": { "$ref": "#/$defs/condition" } });
    let scale = object([("at_least", string()), ("at_most", string())]);
    json!({
        "type": "object",
        "properties": { "any": several, "all": several, "not": { "$ref": "#/$defs/condition" } },
        "additionalProperties": { "anyOf": [string(), list(&string()), boolean(), scale] },
    })
}

fn allow() -> Value {
    list(&object([("code", string()), ("reason", string())]))
}

fn object<'a>(properties: impl IntoIterator<Item = (&'a str, Value)>) -> Value {
    let properties: Map<String, Value> = properties.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    json!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn table_of(entry: &Value) -> Value {
    json!({ "type": "object", "propertyNames": { "$ref": "#/$defs/id" }, "additionalProperties": entry })
}

fn list(item: &Value) -> Value {
    json!({ "type": "array", "items": item })
}

fn one_of(values: &[&str]) -> Value {
    json!({ "enum": values })
}

fn count(least: u32, most: u32) -> Value {
    json!({ "type": "integer", "minimum": least, "maximum": most })
}

fn string() -> Value {
    json!({ "type": "string" })
}

fn boolean() -> Value {
    json!({ "type": "boolean" })
}

/// Editors check a TOML date as a string.
fn date() -> Value {
    json!({ "type": "string", "format": "date" })
}

fn text() -> Value {
    json!({ "$ref": "#/$defs/text" })
}

fn when() -> Value {
    json!({ "$ref": "#/$defs/condition" })
}

fn due() -> Value {
    json!({ "$ref": "#/$defs/due" })
}
