//! Assertions on problem documents (RFC 9457).

use serde_json::Value;

use crate::Answer;

/// Asserts that the answer is a problem document with this status and kind.
#[track_caller]
pub fn assert_problem(answer: &Answer, status: u16, kind: &str) {
    assert_refused(answer, status);
    assert!(
        answer["type"] == format!("/problems/{kind}"),
        "expected the problem {kind}, got {answer}"
    );
}

/// Asserts that the answer is a problem document with this status and any kind.
#[track_caller]
pub fn assert_refused(answer: &Answer, status: u16) {
    if let Err(wrong) = check_refused(answer, status) {
        panic!("{wrong}");
    }
}

/// Asserts that the answer is a 422 with an error for the member at `pointer` or for a part of that member. Each error must
/// have a code and a detail.
#[track_caller]
pub fn assert_invalid(answer: &Answer, pointer: &str) {
    if let Err(wrong) = check_invalid(answer, pointer) {
        panic!("{wrong}");
    }
}

/// Checks the same as [`assert_refused`], but does not panic. Tests with a list of cases use it to report all failed cases
/// together.
///
/// # Errors
///
/// The answer is not a problem document with this status. The error is a text that says why.
pub fn check_refused(answer: &Answer, status: u16) -> Result<(), String> {
    let content_type = answer.header("content-type");
    let kind = answer["type"].as_str().unwrap_or_default();
    let has_text = |member: &str| answer[member].as_str().is_some_and(|text| !text.is_empty());
    let wrong = if answer.status != status {
        format!("the status {status}")
    } else if !content_type.starts_with("application/problem+json") {
        format!("a problem document instead of {content_type:?}")
    } else if kind.len() <= "/problems/".len() || !kind.starts_with("/problems/") {
        "a type below /problems/".to_owned()
    } else if !has_text("title") || !has_text("detail") {
        "a title and a detail".to_owned()
    } else if answer["status"] != status {
        "the status in the body, too".to_owned()
    } else if answer.request_id().is_empty() {
        "an x-request-id".to_owned()
    } else {
        return Ok(());
    };
    Err(format!("expected {wrong}, got {answer}"))
}

/// Checks the same as [`assert_invalid`], but does not panic. Tests with a list of cases use it to report all failed cases
/// together.
///
/// # Errors
///
/// The answer is not a 422 with an error for the member at `pointer`. The error is a text that says why.
pub fn check_invalid(answer: &Answer, pointer: &str) -> Result<(), String> {
    check_refused(answer, 422)?;
    let none = Vec::new();
    let errors = answer["errors"].as_array().unwrap_or(&none);
    if errors.is_empty() || !errors.iter().all(is_complete) {
        return Err(format!(
            "expected errors, each with a pointer, a code and a detail, in {answer}"
        ));
    }
    if errors.iter().any(|error| is_within(error, pointer)) {
        Ok(())
    } else {
        Err(format!("expected an error at {pointer} in {answer}"))
    }
}

fn is_complete(error: &Value) -> bool {
    let has_text = |member: &str| error[member].as_str().is_some_and(|text| !text.is_empty());
    error["pointer"].is_string() && has_text("code") && has_text("detail")
}

fn is_within(error: &Value, pointer: &str) -> bool {
    let found = error["pointer"].as_str().unwrap_or_default();
    found
        .strip_prefix(pointer)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
