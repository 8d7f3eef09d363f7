//! Extracts JSON bodies.

use axum::{
    body::{Bytes, to_bytes},
    extract::{FromRequest, Request},
    http::{HeaderMap, header},
};
use domain::{
    invalid::{Invalid, Reason, pointer_token},
    text::json,
};
use mediatype::{
    MediaType,
    names::{APPLICATION, CHARSET, JSON},
};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_path_to_error::{Path, Segment};

use crate::{app::Shared, problem::ApiError};

/// The largest request body that is read, in bytes.
pub(super) const MAX_BODY_BYTES: usize = 64 * 1024;

/// A request body that must be a JSON object.
#[derive(Debug)]
pub(crate) struct Body<T>(pub(crate) T);

/// A request body that may be missing; otherwise it is a JSON object.
#[derive(Debug)]
pub(crate) struct OptionalBody<T>(pub(crate) T);

/// A field in the body of a request that changes an object. The field may be absent (`None`), `null` (`Some(None)`), or a
/// value.
pub(crate) type Patch<T> = Option<Option<T>>;

/// Deserializes a [`Patch`], so that a field that is `null` differs from a field that is absent.
pub(crate) fn patch<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    field: D,
) -> Result<Patch<T>, D::Error> {
    Option::deserialize(field).map(Some)
}

impl<T: DeserializeOwned> FromRequest<Shared> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &Shared) -> Result<Self, ApiError> {
        let (headers, bytes) = read(request).await?;
        of(&headers, &bytes).map(Self)
    }
}

impl<T: DeserializeOwned + Default> FromRequest<Shared> for OptionalBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &Shared) -> Result<Self, ApiError> {
        let (headers, bytes) = read(request).await?;
        if bytes.is_empty() {
            return Ok(Self(T::default()));
        }
        of(&headers, &bytes).map(Self)
    }
}

async fn read(request: Request) -> Result<(HeaderMap, Bytes), ApiError> {
    let (parts, body) = request.into_parts();
    // The request's body is in memory already. Reading it can only fail because it is too large.
    let bytes = to_bytes(body, MAX_BODY_BYTES)
        .await
        .map_err(|_| ApiError::PayloadTooLarge)?;
    Ok((parts.headers, bytes))
}

fn of<T: DeserializeOwned>(headers: &HeaderMap, bytes: &[u8]) -> Result<T, ApiError> {
    if !is_json(headers) {
        return Err(ApiError::UnsupportedMediaType);
    }
    if was_altered(headers, bytes) {
        return Err(ApiError::MalformedJson);
    }
    parse(bytes)
}

/// Returns whether the `Content-Type` is JSON, and its charset, if it has one, is UTF-8.
fn is_json(headers: &HeaderMap) -> bool {
    let said = headers.get(header::CONTENT_TYPE);
    let Some(said) = said.and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let said = without_empty_parameters(said);
    let Ok(said) = MediaType::parse(&said) else {
        return false;
    };
    let is_json = said.ty == APPLICATION && said.suffix.unwrap_or(said.subty) == JSON;
    let mut charsets = said.params.iter().filter(|(name, _)| *name == CHARSET);
    let is_utf_8 = |charset: &str| {
        let names = ["utf-8", "utf8"];
        names.iter().any(|name| charset.eq_ignore_ascii_case(name))
    };
    is_json && charsets.all(|(_, charset)| is_utf_8(&charset.unquoted_str()))
}

/// Removes empty parameters from a media type, for example from `a/b;;c=d; `, which becomes `a/b;c=d`. RFC 9110, 5.6.6, allows
/// empty parameters anywhere.
fn without_empty_parameters(media_type: &str) -> String {
    let (mut is_quoted, mut is_escaped) = (false, false);
    let parts = media_type.split(|c| {
        let ends_part = c == ';' && !is_quoted;
        is_quoted ^= c == '"' && !is_escaped;
        is_escaped = c == '\\' && is_quoted && !is_escaped;
        ends_part
    });
    let parts = parts.map(str::trim).enumerate();
    let parts = parts.filter(|(at, part)| *at == 0 || !part.is_empty());
    let parts: Vec<&str> = parts.map(|(_, part)| part).collect();
    parts.join(";")
}

/// Returns whether the body was invalid UTF-8 when the caller sent it. API Gateway passes a JSON body on as text, and replaces
/// invalid bytes with U+FFFD. The text is then longer than `Content-Length` states.
fn was_altered(headers: &HeaderMap, bytes: &[u8]) -> bool {
    let sent = headers.get(header::CONTENT_LENGTH);
    let sent = sent.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    sent.is_some_and(|sent| sent != bytes.len())
        && String::from_utf8_lossy(bytes).contains(char::REPLACEMENT_CHARACTER)
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    let value = json::read(bytes).map_err(|_| ApiError::MalformedJson)?;
    if !value.is_object() {
        let refused = Invalid::new("", Reason::WrongType, "must be a JSON object");
        return Err(ApiError::Invalid(vec![refused]));
    }
    serde_path_to_error::deserialize(value)
        .map_err(|error| ApiError::Invalid(vec![explain(error.path(), &error.inner().to_string())]))
}

/// Returns the field at which deserialization failed, and the reason. The deserializer's own
/// text is not used, because it contains names of Rust types.
fn explain(path: &Path, found: &str) -> Invalid {
    let quoted = found.split('`').nth(1).unwrap_or_default();
    let at = pointer(path);
    if found.starts_with("missing field") {
        let field = format!("{at}/{}", pointer_token(quoted));
        Invalid::new(field, Reason::Required, "is required")
    } else if found.starts_with("unknown field") {
        let field = format!("/{}", pointer_token(quoted));
        let at = if at.ends_with(&field) {
            at
        } else {
            format!("{at}{field}")
        };
        Invalid::new(at, Reason::Unknown, "is not a field of this request")
    } else {
        let expected = found
            .rsplit_once("expected ")
            .map_or("of another form", |(_, expected)| expected);
        let expected = match expected {
            "i64" | "u32" | "u64" => "a whole number",
            "a boolean" | "bool" => "true or false",
            "a sequence" => "an array",
            other => other,
        };
        Invalid::new(at, Reason::WrongType, format!("must be {expected}"))
    }
}

fn pointer(path: &Path) -> String {
    path.iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(format!("/{index}")),
            Segment::Map { key } => Some(format!("/{}", pointer_token(key))),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only what refuses them matters")]
    struct Sample {
        title: String,
        capacity: i64,
        tags: Option<Vec<String>>,
    }

    #[test]
    fn a_media_type_may_have_empty_parameters() {
        let is_json = |said: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, said.parse().unwrap());
            super::is_json(&headers)
        };
        for json in [
            "application/json",
            "application/json;",
            "application/json; ;",
            "application/json;;charset=utf-8",
            "application/json; ; charset=\"UTF-8\" ;;",
            "application/json ;\tcharset=utf-8",
            "application/problem+json;;;x=\";\\\";\";",
        ] {
            assert!(is_json(json), "{json}");
        }
        for other in [
            "",
            ";;",
            ";application/json",
            "application/json;;charset=latin1",
            "application/json;x=\";;charset=utf-8",
            "application/json;;charset",
            "text/plain;;",
        ] {
            assert!(!is_json(other), "{other}");
        }
    }

    #[test]
    fn the_field_and_the_fault_are_named() {
        for (body, pointer, detail) in [
            (r#"{"capacity": 1}"#, "/title", "is required"),
            (
                r#"{"title": 1, "capacity": 1}"#,
                "/title",
                "must be a string",
            ),
            (
                r#"{"title": "a", "capacity": "1"}"#,
                "/capacity",
                "must be a whole number",
            ),
            (
                r#"{"title": "a", "capacity": 1.5}"#,
                "/capacity",
                "must be a whole number",
            ),
            (
                r#"{"title": "a", "capacity": 1, "tags": "x"}"#,
                "/tags",
                "must be an array",
            ),
            (
                r#"{"title": "a", "capacity": 1, "tags": ["x", 2]}"#,
                "/tags/1",
                "must be a string",
            ),
            (
                r#"{"title": "a", "capacity": 1, "a/b": 2}"#,
                "/a~1b",
                "is not a field of this request",
            ),
            ("[]", "", "must be a JSON object"),
            ("null", "", "must be a JSON object"),
        ] {
            let Err(ApiError::Invalid(errors)) = parse::<Sample>(body.as_bytes()) else {
                panic!("{body} was accepted")
            };
            assert_eq!(
                (errors[0].pointer.as_str(), errors[0].detail.as_str()),
                (pointer, detail),
                "{body}"
            );
        }
    }

    #[test]
    fn what_is_no_json_is_malformed() {
        let deep = "[".repeat(10_000);
        for body in [
            "",
            "{",
            "{'a': 1}",
            "{\"a\": \"\\ud800\"}",
            r#"{"title": "a", "title": "a", "capacity": 1}"#,
            r#"{"capacity": 1, "x": {"y": [{"z": 1, "z": 2}]}}"#,
            deep.as_str(),
        ] {
            assert!(
                matches!(
                    parse::<Sample>(body.as_bytes()),
                    Err(ApiError::MalformedJson)
                ),
                "{body:.20}"
            );
        }
    }
}
