//! Ids in paths. A text that is no id names nothing: 404.

use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::request::Parts,
};
use domain::{
    id::{EventId, UserId},
    ticket::code::TicketCode,
};

use crate::{app::Shared, problem::ApiError};

/// The event of `/v1/events/{id}…`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EventPath(pub(crate) EventId);

/// The user of `…/{userId}`, or of `/v1/users/{id}…`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct UserPath(pub(crate) UserId);

/// The ticket of `…/{code}…`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TicketPath(pub(crate) TicketCode);

async fn last_of<T: std::str::FromStr>(
    parts: &mut Parts,
    app: &Shared,
    names: &[&str],
) -> Result<T, ApiError> {
    let params = RawPathParams::from_request_parts(parts, app)
        .await
        .map_err(|_| ApiError::NotFound)?;
    let found = params
        .iter()
        .filter(|(name, _)| names.contains(name))
        .last();
    found
        .and_then(|(_, value)| value.parse().ok())
        .ok_or(ApiError::NotFound)
}

impl FromRequestParts<Shared> for EventPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, ApiError> {
        last_of(parts, app, &["id"]).await.map(Self)
    }
}

impl FromRequestParts<Shared> for UserPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, ApiError> {
        last_of(parts, app, &["id", "userId"]).await.map(Self)
    }
}

impl FromRequestParts<Shared> for TicketPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, ApiError> {
        last_of(parts, app, &["code"]).await.map(Self)
    }
}
