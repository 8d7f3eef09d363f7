//! Finds values in the contract without a unit or a form.

use serde_json::Value;

use super::super::forms::{CODE, PREFIXES, is_of};

/// The units of numbers, as descriptions of fields spell them.
const UNITS: [&str; 34] = [
    "accounts",
    "admissions",
    "bytes",
    "changes",
    "characters",
    "connections",
    "days",
    "devices",
    "entries",
    "events",
    "guests",
    "hours",
    "http status",
    "items",
    "keys",
    "letters",
    "mails",
    "messages",
    "milliseconds",
    "minutes",
    "people",
    "percent",
    "pixels",
    "places",
    "from 0 to 1",
    "registrations",
    "requests",
    "scans",
    "seats",
    "seconds",
    "sessions",
    "the place",
    "tickets",
    "users",
];

/// Returns the part that is missing from the schema or the description (`text`) of the value `name`; `None` if nothing is
/// missing.
pub(super) fn missing(name: &str, schema: &Value, text: &str) -> Option<&'static str> {
    let lower = text.to_lowercase();
    if is_of(schema, "integer") || is_of(schema, "number") {
        let says_unit = UNITS.iter().any(|unit| lower.contains(unit));
        let unit = (!says_unit).then_some("the unit of the number");
        return missing_number_format(schema).or(unit);
    }
    if is_of(schema, "array") {
        // The items of an array have no name and no description of their own.
        return missing_text_form("", &schema["items"], text);
    }
    missing_text_form(name, schema, text)
}

/// Returns the part that is missing from the schema of a number; `None` if nothing is missing.
pub(super) fn missing_number_format(schema: &Value) -> Option<&'static str> {
    let is_number = is_of(schema, "integer") || is_of(schema, "number");
    (is_number && schema["format"].is_null()).then_some("a format, such as `int32`")
}

fn missing_text_form(name: &str, schema: &Value, text: &str) -> Option<&'static str> {
    if !is_of(schema, "string") {
        return None;
    }
    let has = |key: &str| !schema[key].is_null();
    let lower = text.to_lowercase();
    let is_time =
        name.ends_with("At") || matches!(name, "at" | "from") || lower.contains("rfc 3339");
    let is_address = name.to_lowercase().ends_with("email") || lower.contains("address of");
    let names_id = PREFIXES
        .iter()
        .any(|prefix| text.contains(&format!("{prefix}_")))
        || lower.starts_with("id of the")
            && !text.contains("characters")
            && !text.contains("as the queue");
    let is_exact = has("pattern") || has("enum");
    let checks = [
        (
            is_time && schema["format"] != "date-time",
            "the format `date-time`",
        ),
        (
            is_address && !has("format") && !is_exact,
            "the format `idn-email`",
        ),
        (
            names_id && !is_exact,
            "the pattern of the id: say its prefix, as in \"`evt_` and 26 characters\"",
        ),
        (text.contains(CODE) && !is_exact, "the pattern of the code"),
        (
            name.ends_with("assword") && !has("format"),
            "the format `password`",
        ),
        (
            lists_values(text) && !is_exact,
            "its values as an enumeration",
        ),
        (
            lower.contains("always `") && !is_exact,
            "its value as an enumeration",
        ),
    ];
    if let Some((_, what)) = checks.iter().find(|(lacks, _)| *lacks) {
        return Some(what);
    }
    let says_form = is_exact
        || has("format")
        || has("example")
        || FORMS.iter().any(|word| lower.contains(word));
    (!says_form).then_some("the form of the text in words, or an example")
}

/// If a description contains one of these words, it states the form of a text.
const FORMS: [&str; 14] = [
    "base32",
    "characters",
    "content of its qr code",
    "content of the qr code",
    "few words",
    "iana",
    "id of",
    "json pointer",
    "name of",
    "opaque",
    "sentence",
    "token",
    "words",
    "x-request-id",
];

/// Returns whether a description lists all values of a field, for example "`event`, `user` or `queue`".
fn lists_values(text: &str) -> bool {
    let parts: Vec<&str> = text.split('`').collect();
    let mut before = None;
    for (at, word) in parts.iter().enumerate().skip(1).step_by(2) {
        let is_value = !word.is_empty()
            && !matches!(*word, "null" | "true" | "false")
            && word.chars().all(|c| c.is_ascii_lowercase() || c == '-');
        let joins = before.is_some_and(|_: usize| matches!(parts[at - 1], " or "));
        if is_value && joins {
            return true;
        }
        before = is_value.then_some(at);
    }
    false
}

#[test]
fn lists_of_values_are_found() {
    assert!(lists_values("`event`, `user` or `queue`."));
    assert!(lists_values("`bounced` or `complained`: why."));
    assert!(!lists_values("`ses_` and 26 characters; `null` or `true`."));
    assert!(!lists_values("`zurich` and `zuerich` find `Zürich`."));
}

#[test]
fn what_an_audit_found_would_be_found() {
    use serde_json::json;

    let text = json!({"type": "string"});
    let number = json!({"type": "integer", "minimum": 0});
    for (name, schema, says) in [
        ("admitted", &number, "Number of people inside."),
        ("from", &text, "Earliest time: RFC 3339, with any offset."),
        ("to", &text, "Time before: RFC 3339, with any offset."),
        ("email", &text, "At most 254 characters."),
        ("id", &text, "Id of the event: `evt_` and 26 characters."),
        ("userId", &text, "Id of the account."),
        (
            "role",
            &text,
            "`user`, `organizer` or `admin`, as it was then.",
        ),
        ("type", &text, "`event`, `user` or `queue`."),
        ("status", &text, "Always `ok`."),
        (
            "code",
            &text,
            "12 characters of Crockford base32 in groups of four.",
        ),
        ("newPassword", &text, "10 to 128 characters."),
    ] {
        assert!(missing(name, schema, says).is_some(), "{name}: {says}");
    }
}
