//! The committed contract is the one that the handlers make.

use serde_json::Value;

use crate::{openapi, routes};

/// `cargo xtask openapi` writes the document anew.
#[test]
fn the_committed_openapi_document_is_the_generated_one() {
    let generated = routes::document().to_pretty_json().unwrap() + "\n";
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi.json");
        std::fs::write(path, &generated).unwrap();
        return;
    }
    assert!(
        generated == openapi::COMMITTED,
        "openapi.json differs from what the handlers say: run `cargo xtask openapi` and commit it"
    );
}

#[test]
fn every_operation_says_what_it_answers_and_that_it_may_fail() {
    let document: Value = serde_json::to_value(routes::document()).unwrap();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let at = format!("{method} {path}");
            assert!(operation["summary"].is_string(), "{at} has no summary");
            let answers = operation["responses"].as_object().unwrap();
            assert!(
                answers.keys().any(|status| status.starts_with('2')),
                "{at} never succeeds"
            );
            assert!(
                answers["default"]["content"]["application/problem+json"].is_object(),
                "{at} never fails"
            );
        }
    }
}
