//! Who is asking.

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use bootstrap::clock;
use domain::policy::Actor;

use crate::{app::Shared, problem::ApiError};

/// A caller with a valid access token.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SignedIn(pub(crate) Actor);

/// A caller with a valid access token, or none at all. An invalid one is refused: its holder believes to be
/// signed in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MaybeActor(pub(crate) Option<Actor>);

impl FromRequestParts<Shared> for MaybeActor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, ApiError> {
        let Some(value) = parts.headers.get(header::AUTHORIZATION) else {
            return Ok(Self(None));
        };
        let text = value.to_str().map_err(|_| ApiError::Unauthorized)?;
        let (scheme, token) = text.split_once(' ').ok_or(ApiError::Unauthorized)?;
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(ApiError::Unauthorized);
        }
        let claims = app
            .access_tokens
            .verify(&app.verifying(), token.trim(), clock::now())
            .map_err(|_| ApiError::Unauthorized)?;
        Ok(Self(Some(claims.actor)))
    }
}

impl FromRequestParts<Shared> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, ApiError> {
        let MaybeActor(actor) = MaybeActor::from_request_parts(parts, app).await?;
        actor.map(Self).ok_or(ApiError::Unauthorized)
    }
}
