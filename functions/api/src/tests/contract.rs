//! Tests that the committed contract equals the contract that the handlers generate.

use std::collections::BTreeSet;

use serde_json::Value;
use utoipa::openapi::OpenApi;

use self::document::operations;
use crate::{openapi, routes};

mod answers;
mod breaks;
mod complete;
mod document;
mod forms;
mod problems;
mod prose;
mod refine;
mod vocabulary;

/// Generates the contract from the handlers, and adds the parts that no handler states for itself.
fn generated() -> OpenApi {
    let (_, document) = routes::described().split_for_parts();
    let mut document = serde_json::to_value(refine::refined(document)).unwrap();
    document::say_that_any_member_is_allowed(&mut document);
    answers::complete(&mut document);
    prose::complete(&mut document);
    forms::complete(&mut document);
    let typed: OpenApi = serde_json::from_value(document.clone()).unwrap();
    assert_eq!(
        serde_json::to_value(&typed).unwrap(),
        document,
        "utoipa cannot say all of this"
    );
    typed
}

/// Checks that the committed document is the generated one. `cargo xtask openapi` replaces the committed document with the
/// generated one.
#[test]
fn the_committed_openapi_document_is_the_generated_one() {
    let document = generated().to_pretty_json().unwrap() + "\n";
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi.json");
        std::fs::write(path, &document).unwrap();
        return;
    }
    assert!(
        document == openapi::COMMITTED,
        "openapi.json differs from what the handlers say: run `cargo xtask openapi` and commit it"
    );
}

#[test]
fn the_served_document_is_the_committed_one() {
    let served: Value = serde_json::from_str(&openapi::served().unwrap()).unwrap();
    let committed: Value = serde_json::from_str(openapi::COMMITTED).unwrap();
    assert_eq!(served, committed);
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    let document: Value = serde_json::to_value(generated()).unwrap();
    let mut seen = BTreeSet::new();
    for (at, operation) in operations(&document) {
        let id = operation["operationId"].as_str().unwrap();
        let begins_low = id.starts_with(|c: char| c.is_ascii_lowercase());
        let is_camel_case = begins_low && id.chars().all(|c| c.is_ascii_alphanumeric());
        assert!(is_camel_case, "{id} of {at}");
        assert!(seen.insert(id), "{id} twice, the second time at {at}");
    }
}

/// Checks that every object in the contract has properties. For an object without any, generators of clients make the type
/// `Record<string, never>`.
#[test]
fn no_object_is_left_undescribed() {
    fn check(at: &str, value: &Value) {
        match value {
            Value::Object(object) => {
                let says_something = ["properties", "additionalProperties"];
                assert!(
                    object.get("type") != Some(&Value::from("object"))
                        || says_something.iter().any(|key| object.contains_key(*key)),
                    "nothing is said of the object at {at}"
                );
                for (key, value) in object {
                    check(&format!("{at}/{key}"), value);
                }
            }
            Value::Array(array) => array.iter().for_each(|value| check(at, value)),
            _ => {}
        }
    }
    check("", &serde_json::to_value(generated()).unwrap());
}

#[test]
fn lists_refer_to_their_items_by_name() {
    let document: Value = serde_json::to_value(generated()).unwrap();
    let schemas = document["components"]["schemas"].as_object().unwrap();
    let pages: Vec<_> = schemas
        .iter()
        .filter(|(_, schema)| schema["properties"]["nextCursor"].is_object())
        .filter(|(_, schema)| schema["properties"]["items"].is_object())
        .collect();
    assert!(pages.len() > 3, "{pages:?}");
    for (name, page) in pages {
        let item = format!("#/components/schemas/{}", name.trim_end_matches("Page"));
        assert_eq!(page["properties"]["items"]["items"]["$ref"], item, "{name}");
    }
}
