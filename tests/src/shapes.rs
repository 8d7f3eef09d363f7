//! Answers for snapshots, in which each value that differs from run to run is replaced by its shape.

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::{is_qr_content, is_ticket_code, times::is_in_milliseconds};

/// Characters of a `TypeID`'s suffix, which is Crockford base32 in lower case.
const TYPE_ID_ALPHABET: &str = "0123456789abcdefghjkmnpqrstvwxyz";
/// Length of a `TypeID`'s suffix, which is a UUID in base32.
const TYPE_ID_SUFFIX_LENGTH: usize = 26;

/// Returns the same JSON with sorted keys. Each id, UTC time, token, ticket, email address and request id is replaced by its
/// shape. Texts that have none of these shapes stay unchanged, so a snapshot shows a value that has a wrong shape.
pub fn shape_of(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(shape_of_text(text)),
        Value::Array(items) => items.iter().map(shape_of).collect(),
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_by_key(|(name, _)| *name);
            let shapes = sorted.into_iter().map(|(name, value)| {
                let shape = match (name.as_str(), value) {
                    ("refreshToken", Value::String(token)) => Value::String(opaque(token)),
                    ("requestId", Value::String(_)) => Value::String("[request id]".to_owned()),
                    ("qr", Value::String(qr)) if is_qr_content(qr) => Value::from("[qr]"),
                    ("scanId" | "kid" | "publicKey" | "nextCursor", Value::String(_)) => {
                        Value::String(format!("[{name}]"))
                    }
                    (_, value) => shape_of(value),
                };
                (name.clone(), shape)
            });
            Value::Object(shapes.collect::<Map<_, _>>())
        }
        plain => plain.clone(),
    }
}

/// Returns whether the text is a `TypeID` with this prefix.
pub fn is_type_id(text: &str, prefix: &str) -> bool {
    let suffix = text
        .strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('_'));
    suffix.is_some_and(|suffix| {
        suffix.len() == TYPE_ID_SUFFIX_LENGTH
            && suffix.chars().all(|c| TYPE_ID_ALPHABET.contains(c))
            && suffix.starts_with(|first: char| first <= '7')
    })
}

fn shape_of_text(text: &str) -> String {
    for prefix in ["usr", "evt", "ann", "aud", "ses"] {
        if is_type_id(text, prefix) {
            return format!("{prefix}_[id]");
        }
    }
    if is_in_milliseconds(text) && text.parse::<Timestamp>().is_ok() {
        "[time]".to_owned()
    } else if is_ticket_code(text) {
        "[code]".to_owned()
    } else if text.len() > 100 && text.matches('.').count() == 2 && !text.contains(' ') {
        "[access token]".to_owned()
    } else if text.ends_with("@example.com") && !text.contains(' ') {
        "[email]".to_owned()
    } else {
        text.to_owned()
    }
}

/// Returns the shape of an opaque token, or the token itself if it is short enough to guess.
fn opaque(token: &str) -> String {
    if token.len() >= 32 && token.chars().all(|c| c.is_ascii_graphic()) {
        "[refresh token]".to_owned()
    } else {
        token.to_owned()
    }
}
