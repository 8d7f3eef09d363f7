//! Tests that the contract describes every operation, parameter, answer, header, schema and field.

mod forms;

use serde_json::Value;

use super::{
    document::{each_object, operations, resolved},
    generated, problems,
};

fn document() -> Value {
    serde_json::to_value(generated()).unwrap()
}

fn fail_on(faults: &[String], what_to_do: &str) {
    assert!(faults.is_empty(), "{what_to_do}\n{}", faults.join("\n"));
}

/// Returns whether the description is a sentence in one line. It begins with a capital letter, a digit or a code span, and ends
/// with `.`, `?` or `!`.
fn is_sentence(description: &Value) -> bool {
    description.as_str().is_some_and(|text| {
        let begins = text
            .chars()
            .next()
            .is_some_and(|first| first.is_uppercase() || first == '`' || first.is_ascii_digit());
        begins && text.ends_with(['.', '?', '!']) && !text.contains('\n')
    })
}

#[test]
fn every_operation_is_explained() {
    let document = document();
    let tags = document["tags"].as_array().unwrap();
    let mut faults = Vec::new();
    for (at, operation) in operations(&document) {
        let summary = operation["summary"].as_str().unwrap_or_default();
        let mut check = |holds: bool, what: &str| {
            if !holds {
                faults.push(format!("{at}: {what}"));
            }
        };
        check(
            (3..=160).contains(&summary.len()) && !summary.contains('\n'),
            "a summary of 3 to 160 bytes in one line",
        );
        let verb = summary.split(' ').next().unwrap_or_default();
        check(
            verb.ends_with('s') && verb != "This",
            "a summary that begins with a verb, such as `Returns`",
        );
        check(is_sentence(&operation["description"]), "a description");
        check(operation["security"].is_array(), "whether it needs a token");
        let of_operation = operation["tags"].as_array().unwrap();
        check(of_operation.len() == 1, "one tag");
        for tag in of_operation {
            let described = tags.iter().find(|known| known["name"] == *tag);
            check(
                described.is_some_and(|tag| is_sentence(&tag["description"])),
                "a tag that `openapi/document.rs` describes",
            );
        }
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let name = &parameter["name"];
            check(
                is_sentence(&parameter["description"]),
                &format!("a description of the parameter {name}"),
            );
        }
        if operation["requestBody"].is_object() {
            check(
                is_sentence(&operation["requestBody"]["description"]),
                "a description of the body",
            );
        }
    }
    fail_on(
        &faults,
        "these operations lack something: write it as the handler's documentation, or into contract/vocabulary.rs",
    );
}

#[test]
fn every_answer_is_explained_and_every_problem_has_its_kinds() {
    let document = document();
    let components = &document["components"];
    let mut faults = Vec::new();
    for (at, operation) in operations(&document) {
        let answers = operation["responses"].as_object().unwrap();
        let mut check = |status: &str, holds: bool, what: &str| {
            if !holds {
                faults.push(format!("{status} of {at}: {what}"));
            }
        };
        check(
            "2xx",
            answers.keys().any(|status| status.starts_with('2')),
            "an answer to a request that succeeds",
        );
        check("default", answers.contains_key("default"), "an answer");
        for (status, answer) in answers {
            let answer = resolved(components, answer);
            check(
                status,
                is_sentence(&answer["description"]),
                "a description of one line",
            );
            for (name, header) in answer["headers"].as_object().into_iter().flatten() {
                check(
                    status,
                    is_sentence(&header["description"]),
                    &format!("a description of the header {name}"),
                );
            }
            // `/health/ready` answers 503 with the health report, which is not a problem document.
            let is_problem = answer["content"]["application/json"].is_null();
            if !status.starts_with(['4', '5']) || !is_problem {
                continue;
            }
            let schema = &answer["content"]["application/problem+json"]["schema"];
            let kinds = kinds_of(components, schema);
            check(status, !kinds.is_empty(), "the kinds of the problem");
            for kind in kinds {
                let expected = problems::of_name(&kind).map(|kind| kind.status.to_string());
                check(
                    status,
                    expected.as_deref() == Some(status),
                    &format!("`{kind}` has another status"),
                );
            }
            if let "429" | "503" = status.as_str() {
                check(
                    status,
                    answer["headers"]["Retry-After"].is_object(),
                    "the header Retry-After",
                );
            }
        }
    }
    fail_on(
        &faults,
        "name the kinds in backticks in the description of `#[utoipa::path]`",
    );
}

/// Returns the kinds of problems that the schema of a problem allows.
fn kinds_of(components: &Value, schema: &Value) -> Vec<String> {
    let mut kinds = Vec::new();
    let alternatives = schema["oneOf"].as_array().cloned();
    for alternative in alternatives.unwrap_or_else(|| vec![schema.clone()]) {
        let kind = resolved(components, &alternative);
        let only = &kind["allOf"][1]["properties"]["type"]["enum"][0];
        let name = only
            .as_str()
            .and_then(|only| only.strip_prefix("/problems/"));
        kinds.extend(name.map(str::to_owned));
    }
    kinds
}

#[test]
fn every_kind_of_problem_has_its_meaning() {
    let document = document();
    let kinds = document["components"]["schemas"]["ProblemType"]["enum"].as_array();
    let names = kinds.unwrap().iter().map(|kind| kind.as_str().unwrap());
    let faults: Vec<String> = names
        .filter(|name| problems::of_name(name.trim_start_matches("/problems/")).is_none())
        .map(str::to_owned)
        .collect();
    fail_on(&faults, "these kinds need a row in contract/problems.rs");
}

#[test]
fn every_parameter_and_every_header_says_unit_and_format() {
    let document = document();
    let mut faults = Vec::new();
    each_object("", &document, &mut |at, object| {
        let schema = &object["schema"];
        let is_header = at.contains("/headers/");
        if schema.is_null() || object["in"].is_null() && !is_header {
            return;
        }
        let name = object["name"].as_str().unwrap_or_default();
        let text = object["description"].as_str().unwrap_or_default();
        let fault = if is_header || object["in"] == "header" {
            forms::missing_number_format(schema)
        } else {
            forms::missing(name, schema, text)
        };
        faults.extend(fault.map(|fault| format!("{at} {name}: {fault}; it says {text:?}")));
    });
    fail_on(
        &faults,
        "these parameters lack something: see contract/vocabulary.rs and contract/forms.rs",
    );
}

#[test]
fn every_schema_and_every_field_says_unit_and_format() {
    let document = document();
    let mut faults = Vec::new();
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        if !is_sentence(&schema["description"]) {
            faults.push(format!("{name}: a description of one line"));
        }
    }
    each_object("", &document, &mut |at, object| {
        for (name, property) in object["properties"].as_object().into_iter().flatten() {
            if at.ends_with("/example") || at.ends_with("/properties") {
                continue;
            }
            let text = property["description"].as_str().unwrap_or_default();
            let fault = if is_sentence(&property["description"]) {
                forms::missing(name, property, text)
            } else {
                Some("a description of one line")
            };
            faults.extend(fault.map(|fault| format!("{at}/{name}: {fault}; it says {text:?}")));
        }
    });
    fail_on(
        &faults,
        "these fields lack something: document the field of the struct, or its name in contract/vocabulary.rs",
    );
}
