//! Optimistic locking by `ETag` and `If-Match` (RFC 9110, 13.1.1).

use axum::{
    extract::FromRequestParts,
    http::{HeaderValue, header, request::Parts},
};
use domain::event::Event;

use crate::{app::Shared, problem::ApiError};

/// The `ETag` of an event: its version.
pub(crate) fn etag(event: &Event) -> HeaderValue {
    // Digits in quotation marks are a valid header.
    HeaderValue::from_str(&format!("\"{}\"", event.version))
        .unwrap_or(HeaderValue::from_static("\"\""))
}

/// Which version a change is meant for; it must be said.
#[derive(Debug, Clone)]
pub(crate) struct IfMatch(String);

impl IfMatch {
    /// Whether `event` is of a version that was named.
    pub(crate) fn check(&self, event: &Event) -> Result<(), ApiError> {
        let current = format!("\"{}\"", event.version);
        let named = self
            .0
            .split(',')
            .map(str::trim)
            .any(|tag| tag == "*" || tag == current);
        if named {
            Ok(())
        } else {
            Err(ApiError::PreconditionFailed)
        }
    }
}

impl FromRequestParts<Shared> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &Shared) -> Result<Self, ApiError> {
        let value = parts
            .headers
            .get(header::IF_MATCH)
            .ok_or(ApiError::PreconditionRequired)?;
        value
            .to_str()
            .map(|text| Self(text.to_owned()))
            .map_err(|_| ApiError::PreconditionFailed)
    }
}
