//! Who is asking.

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use bootstrap::clock;
use domain::{access_token::Claims, id::SessionId, policy::Actor};

use crate::{app::Shared, problem::ApiError};

/// A caller with a valid access token.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SignedIn(pub(crate) Actor);

/// A caller with a valid access token, or none at all. An invalid one is refused: its holder believes to be
/// signed in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MaybeActor(pub(crate) Option<Actor>);

/// The session in which the caller's access token was issued; `None` if the token names none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CurrentSession(pub(crate) Option<SessionId>);

/// What the request's access token says; `None` if it has none.
fn claims(parts: &Parts, app: &Shared) -> Result<Option<Claims>, ApiError> {
    let Some(value) = parts.headers.get(header::AUTHORIZATION) else {
        return Ok(None);
    };
    let text = value.to_str().map_err(|_| ApiError::Unauthorized)?;
    let (scheme, token) = text.split_once(' ').ok_or(ApiError::Unauthorized)?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(ApiError::Unauthorized);
    }
    app.access_tokens
        .verify(&app.verifying(), token.trim(), clock::now())
        .map(Some)
        .map_err(|_| ApiError::Unauthorized)
}

impl FromRequestParts<Shared> for MaybeActor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, ApiError> {
        Ok(Self(claims(parts, app)?.map(|claims| claims.actor)))
    }
}

impl FromRequestParts<Shared> for CurrentSession {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, ApiError> {
        let session = claims(parts, app)?.and_then(|claims| claims.session);
        Ok(Self(session.map(SessionId::from_uuid)))
    }
}

impl FromRequestParts<Shared> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, ApiError> {
        let MaybeActor(actor) = MaybeActor::from_request_parts(parts, app).await?;
        actor.map(Self).ok_or(ApiError::Unauthorized)
    }
}
