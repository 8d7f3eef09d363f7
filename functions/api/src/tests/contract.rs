//! The committed contract is the one that the handlers make.

use serde_json::Value;
use utoipa::openapi::{ContentBuilder, OpenApi, RefOr, Response, ResponseBuilder, schema::Ref};

use crate::{openapi, routes};

/// The contract that the handlers make.
fn generated() -> OpenApi {
    let (_, document) = routes::described().split_for_parts();
    with_problems(document)
}

/// Every operation may fail with a problem document: said once, here.
fn with_problems(mut document: OpenApi) -> OpenApi {
    let problem = || {
        ContentBuilder::new()
            .schema(Some(RefOr::Ref(Ref::from_schema_name("Problem"))))
            .build()
    };
    let any: RefOr<Response> = ResponseBuilder::new()
        .description("A problem document")
        .content("application/problem+json", problem())
        .build()
        .into();
    for item in document.paths.paths.values_mut() {
        let operations = [
            &mut item.get,
            &mut item.post,
            &mut item.put,
            &mut item.patch,
            &mut item.delete,
        ];
        for operation in operations.into_iter().flatten() {
            for (status, response) in &mut operation.responses.responses {
                if let (true, RefOr::T(response)) = (status.starts_with(['4', '5']), response) {
                    response
                        .content
                        .insert("application/problem+json".to_owned(), RefOr::T(problem()));
                }
            }
            operation
                .responses
                .responses
                .insert("default".to_owned(), any.clone());
        }
    }
    document
}

/// `cargo xtask openapi` writes the document anew.
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
fn every_operation_says_what_it_answers_and_that_it_may_fail() {
    let document: Value = serde_json::to_value(generated()).unwrap();
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
