//! Ids in the paths of requests. If the text in a path is not a valid id, the answer is 404, because no object has such an id.
//!
//! Only the functions of [`super`] return the object that has the id. They check the policy first.

use axum::{
    extract::{FromRequestParts, RawPathParams},
    http::request::Parts,
};
use domain::{
    events::Event,
    id::{EventId, SessionId, UserId},
    tickets::code::TicketCode,
};

use crate::{app::Shared, problem::ApiError};

/// The id of the event in a path `/v1/events/{id}…`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EventPath(pub(super) EventId);

/// The id of the user in a path `…/{userId}` or `/v1/users/{id}…`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct UserPath(pub(super) UserId);

/// The id of the session in the path `/v1/me/sessions/{id}`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SessionPath(pub(super) SessionId);

/// The code of the ticket in a path `…/{code}…`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TicketPath(pub(super) TicketCode);

/// Every event id can be the id in a path, so this conversion cannot fail. An id that another deployment made is still a valid
/// id.
impl From<EventId> for EventPath {
    fn from(id: EventId) -> Self {
        Self(id)
    }
}

impl UserPath {
    /// Returns the id of the user in a path `/v1/events/{id}/…/{userId}`. The argument proves that the policy was checked for
    /// this event.
    pub(crate) fn at(self, _: &Event) -> UserId {
        self.0
    }
}

impl TicketPath {
    /// Returns the ticket code in a path `/v1/events/{id}/…/{code}`. The argument proves that the policy was checked for this
    /// event. The ticket may belong to another event.
    pub(crate) fn at(self, _: &Event) -> TicketCode {
        self.0
    }
}

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

impl FromRequestParts<Shared> for SessionPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, ApiError> {
        last_of(parts, app, &["id"]).await.map(Self)
    }
}

impl FromRequestParts<Shared> for TicketPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, ApiError> {
        last_of(parts, app, &["code"]).await.map(Self)
    }
}
