//! Completes the answers of each operation in the contract. An operation names its own problems in backticks in its
//! `#[utoipa::path]`. This module adds the problems that follow from the parts of a request: a body, a cursor, an id or a
//! token.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{
    document::{each_operation, resolved},
    problems,
};

const PROBLEM: &str = "application/problem+json";

/// Adds to every operation in the document the problems that its answers can contain, and describes its successful answers.
pub(super) fn complete(document: &mut Value) {
    let components = document["components"].clone();
    let mut shared = Map::from_iter([("Problem".to_owned(), any_problem())]);
    let mut used = BTreeSet::new();
    each_operation(document, |path, operation| {
        describe_successes(&components, operation);
        for (status, kinds) in derived(path, operation) {
            let declared = operation["responses"][status.to_string()].take();
            let answer = problem(&declared, &kinds, &mut shared, &mut used);
            operation["responses"][status.to_string()] = answer;
        }
        operation["responses"]["default"] = json!({"$ref": "#/components/responses/Problem"});
    });
    if let Value::Object(schemas) = &mut document["components"]["schemas"] {
        problems::split(schemas);
        schemas.extend(problems::schemas(&used));
    }
    document["components"]["responses"] = Value::Object(shared);
}

/// Returns the kinds of problems with which an operation can answer, grouped by HTTP status. The operation names some kinds;
/// others follow from the parts of its request.
fn derived(path: &str, operation: &Value) -> BTreeMap<u16, BTreeSet<&'static str>> {
    let parameters = operation["parameters"].as_array();
    let takes = |place: &str, name: &str| {
        parameters.into_iter().flatten().any(|parameter| {
            parameter["in"] == place && (name.is_empty() || parameter["name"] == name)
        })
    };
    let has_body = !operation["requestBody"].is_null();
    let takes_json = !operation["requestBody"]["content"]["application/json"].is_null();
    let needs_token = !operation["security"].is_null();
    let rules: [(bool, &[&'static str]); 8] = [
        // Every operation can answer with these two kinds of problems. For example, every operation refuses an unknown
        // parameter.
        (true, &["invalid", "internal"]),
        (has_body, &["payload-too-large", "unsupported-media-type"]),
        (takes_json, &["malformed-json"]),
        (takes("query", "cursor"), &["invalid-cursor"]),
        (needs_token, &["unauthorized"]),
        (takes("path", ""), &["not-found"]),
        (
            takes("header", "If-Match"),
            &["precondition-failed", "precondition-required"],
        ),
        (path.starts_with("/v1/"), &["unavailable"]),
    ];
    let follows = rules
        .into_iter()
        .filter(|(holds, _)| *holds)
        .flat_map(|(_, kinds)| kinds.iter().copied());
    let mut all: BTreeSet<&'static str> = follows.collect();
    for (status, answer) in operation["responses"].as_object().into_iter().flatten() {
        if status.starts_with(['4', '5']) {
            all.extend(problems::named_in(text(answer)));
        }
    }
    let mut by_status: BTreeMap<u16, BTreeSet<_>> = BTreeMap::new();
    for kind in all.iter().filter_map(|name| problems::of_name(name)) {
        by_status.entry(kind.status).or_default().insert(kind.name);
    }
    by_status
}

fn text(answer: &Value) -> &str {
    answer["description"].as_str().unwrap_or_default()
}

/// Returns the description of the answers with one status. If the operation only names the problems and does not explain them,
/// the description refers to a component that several operations share.
fn problem(
    declared: &Value,
    kinds: &BTreeSet<&'static str>,
    shared: &mut Map<String, Value>,
    used: &mut BTreeSet<&'static str>,
) -> Value {
    used.extend(kinds);
    let said = text(declared);
    let said_kinds: BTreeSet<_> = problems::named_in(said).collect();
    let is_bare = said
        .split('`')
        .step_by(2)
        .all(|between| matches!(between.trim(), "" | "or" | "," | ", or"));
    let mut sentences = Vec::new();
    if !is_bare {
        sentences.push(sentence(said));
    }
    for kind in kinds.iter().filter_map(|name| problems::of_name(name)) {
        if is_bare || !said_kinds.contains(kind.name) {
            sentences.push(format!("`{}`: {}", kind.name, lowered(kind.meaning)));
        }
    }
    let content = json!({PROBLEM: {"schema": problems::schema_of(kinds)}});
    let mut answer = json!({"description": sentences.join(" "), "content": content});
    if kinds
        .iter()
        .any(|kind| matches!(*kind, "too-many-requests" | "busy" | "unavailable"))
    {
        answer["headers"] = json!({"Retry-After": retry_after()});
    }
    if !is_bare {
        return answer;
    }
    let names: Vec<String> = kinds.iter().map(|kind| problems::type_name(kind)).collect();
    let name = names.join("Or");
    let reference = json!({"$ref": format!("#/components/responses/{name}")});
    shared.insert(name, answer);
    reference
}

fn retry_after() -> Value {
    json!({
        "description": "Seconds to wait before the same request is made again.",
        "schema": {"type": "integer", "minimum": 1},
    })
}

fn any_problem() -> Value {
    json!({
        "description": "Any other problem. More kinds may be added: decide by `status` about a kind that you do not know.",
        "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    })
}

/// Describes each answer that the operation itself does not describe. The description comes from the answer's schema.
fn describe_successes(components: &Value, operation: &mut Value) {
    let Value::Object(answers) = &mut operation["responses"] else {
        return;
    };
    for (status, answer) in answers {
        let is_problem = status.starts_with(['4', '5']) && answer["content"].is_null();
        if is_problem || !answer["$ref"].is_null() {
            continue;
        }
        let schema = &answer["content"]["application/json"]["schema"];
        let of_schema = resolved(components, schema)["description"].as_str();
        let described = match (text(answer), of_schema) {
            ("", Some(text)) if status == "201" => format!("Created. {}", sentence(text)),
            ("", Some(text)) => sentence(text),
            ("", None) => continue,
            (said, _) => sentence(said),
        };
        answer["description"] = described.into();
        for header in answer
            .get_mut("headers")
            .and_then(Value::as_object_mut)
            .into_iter()
            .flatten()
        {
            let said = header.1["description"].as_str().unwrap_or_default();
            header.1["description"] = sentence(said).into();
        }
    }
}

/// Joins the lines of a text into one, and adds a full stop if the text does not end like a sentence.
pub(super) fn sentence(text: &str) -> String {
    let mut line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if !line.ends_with(['.', '?', '!']) {
        line.push('.');
    }
    line
}

fn lowered(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let first = letters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}
