//! Checks that the contract describes each answer of the service: the status for that operation, the kind of problem, and the
//! format of times.
//!
//! The suite checks every answer that it receives, except answers without `x-request-id`. Those come from the gateway or from
//! the emulated AWS, which the contract does not describe.

use std::collections::BTreeSet;
use std::fs;
use std::sync::OnceLock;

use reqwest::Method;
use serde_json::Value;

use crate::{Answer, project_folder, times::assert_three_digits};

static CONTRACT: OnceLock<Value> = OnceLock::new();

/// Panics if the contract does not describe this answer of an operation, or if it has a time in another format.
#[track_caller]
pub(crate) fn check(method: &Method, path: &str, answer: &Answer) {
    if answer.request_id().is_empty() {
        return;
    }
    // The contract itself contains examples of times that callers may send, and such times need not have three fraction digits.
    if path != "/openapi.json" {
        assert_three_digits(&answer.call, &answer.json);
    }
    let contract = CONTRACT.get_or_init(|| {
        let file = project_folder().join("openapi.json");
        let text = fs::read_to_string(&file).unwrap_or_default();
        match serde_json::from_str(&text) {
            Ok(contract) => contract,
            Err(error) => panic!("{}: {error}", file.display()),
        }
    });
    let kind = answer["type"].as_str();
    if let Err(missing) = look_up(contract, method.as_str(), path, answer.status, kind) {
        panic!(
            "openapi.json has no {missing}: name it in the `#[utoipa::path]` of the handler, then `cargo xtask openapi`\n{answer}"
        );
    }
}

/// Checks that the contract describes an answer. The error names the part that the contract lacks. If the method and path are
/// no operation of the contract, every answer is allowed.
fn look_up(
    contract: &Value,
    method: &str,
    path: &str,
    status: u16,
    kind: Option<&str>,
) -> Result<(), String> {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let paths = contract["paths"].as_object().into_iter().flatten();
    let matching =
        paths.filter_map(|(template, item)| Some((literals(template, path)?, template, item)));
    let Some((_, template, item)) = matching.max_by_key(|(literals, ..)| *literals) else {
        return Ok(());
    };
    // The contract describes only `GET`. The answers to `HEAD` are the same as those to `GET`.
    let method = match method {
        "HEAD" => "get".to_owned(),
        other => other.to_ascii_lowercase(),
    };
    let Some(operation) = item.get(&method) else {
        return Ok(());
    };
    let at = format!("{status} of {} {template}", method.to_ascii_uppercase());
    let answer = resolved(contract, &operation["responses"][status.to_string()]);
    if answer.is_null() {
        return Err(at);
    }
    let schema = &answer["content"]["application/problem+json"]["schema"];
    match kind.filter(|kind| kind.starts_with("/problems/")) {
        Some(kind) if !kinds_of(contract, schema).contains(kind) => Err(format!("{kind} in {at}")),
        _ => Ok(()),
    }
}

/// Returns how many parts of `path` are literally equal to those of `template`, or `None` if the path does not match.
fn literals(template: &str, path: &str) -> Option<usize> {
    let (templates, parts) = (template.split('/'), path.split('/'));
    let (templates, parts): (Vec<_>, Vec<_>) = (templates.collect(), parts.collect());
    if templates.len() != parts.len() {
        return None;
    }
    let pairs = || templates.iter().zip(&parts);
    let is_parameter = |template: &str| template.starts_with('{');
    pairs()
        .all(|(template, part)| template == part || (is_parameter(template) && !part.is_empty()))
        .then(|| pairs().filter(|(template, part)| template == part).count())
}

/// Returns the kinds of problems that a schema of the contract allows.
fn kinds_of(contract: &Value, schema: &Value) -> BTreeSet<String> {
    let schema = resolved(contract, schema);
    let mut kinds = BTreeSet::new();
    if let Some(values) = schema["properties"]["type"]["enum"].as_array() {
        kinds.extend(values.iter().filter_map(Value::as_str).map(str::to_owned));
    }
    for composition in ["oneOf", "allOf"] {
        for part in schema[composition].as_array().into_iter().flatten() {
            kinds.extend(kinds_of(contract, part));
        }
    }
    kinds
}

fn resolved<'a>(contract: &'a Value, value: &'a Value) -> &'a Value {
    let component = value["$ref"]
        .as_str()
        .and_then(|reference| contract.pointer(reference.strip_prefix('#')?));
    component.unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn contract() -> Value {
        let kind =
            |name: &str| json!({"properties": {"type": {"enum": [format!("/problems/{name}")]}}});
        let problem =
            |schema: Value| json!({"content": {"application/problem+json": {"schema": schema}}});
        json!({
            "paths": {
                "/things/{id}": {"get": {"responses": {
                    "200": {},
                    "404": {"$ref": "#/components/responses/NotFound"},
                    "409": problem(json!({"oneOf": [{"$ref": "#/components/schemas/Late"}, kind("full")]})),
                }}},
                "/things/me": {"get": {"responses": {"204": {}}}},
            },
            "components": {
                "responses": {"NotFound": problem(kind("not-found"))},
                "schemas": {"Late": {"allOf": [{}, kind("late")]}},
            },
        })
    }

    #[test]
    fn an_answer_that_the_contract_does_not_have_is_named() {
        let contract = contract();
        for (method, path, status, kind, expected) in [
            ("GET", "/things/1", 200, None, Ok(())),
            ("GET", "/things/1?a=b", 404, Some("not-found"), Ok(())),
            ("HEAD", "/things/1", 409, Some("late"), Ok(())),
            ("GET", "/things/1", 409, Some("full"), Ok(())),
            ("GET", "/things/me", 204, None, Ok(())),
            (
                "GET",
                "/things/1",
                204,
                None,
                Err("204 of GET /things/{id}"),
            ),
            ("GET", "/things/me", 200, None, Err("200 of GET /things/me")),
            (
                "GET",
                "/things/1",
                409,
                Some("not-found"),
                Err("/problems/not-found in 409 of GET /things/{id}"),
            ),
            // The contract has none of these three operations, so every answer is allowed.
            ("PUT", "/things/1", 405, Some("method-not-allowed"), Ok(())),
            ("GET", "/things/", 404, Some("not-found"), Ok(())),
            ("GET", "/others/1", 404, Some("not-found"), Ok(())),
        ] {
            let kind = kind.map(|kind| format!("/problems/{kind}"));
            let found = look_up(&contract, method, path, status, kind.as_deref());
            assert_eq!(found, expected.map_err(str::to_owned), "{method} {path}");
        }
    }
}
