//! Optimistic locking by `ETag` and `If-Match` (RFC 9110, 13.1.1).

use answers::entity_tag;
use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use domain::events::Event;

use crate::{app::Shared, problem::ApiError};

/// The `If-Match` header, which names the version of the event that the caller wants to change. The header is required.
#[derive(Debug, Clone)]
pub(crate) struct IfMatch(String);

impl IfMatch {
    /// Checks that the header names the present version of `event`.
    pub(crate) fn check(&self, event: &Event) -> Result<(), ApiError> {
        if entity_tag::names_version(&self.0, event.version) {
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
