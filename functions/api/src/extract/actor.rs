//! The caller of a request.
//!
//! A token contains the id of its account, and the role that the account had when the token was made. The account itself is
//! read for each request. So a caller whose account is erased is refused, and the role is always the present one. An [`Actor`]
//! of [`SignedIn`], [`AccountHolder`], [`MaybeActor`] or [`Acting`](super::Acting) is therefore a person who has an account.

use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};
use bootstrap::clock;
use domain::{
    id::SessionId,
    security::{access_token::Claims, policy::Actor},
};
use store::Account;

use crate::{app::Shared, problem::ApiError};

/// A caller who has a valid access token and an account. The actor has the role that the account has now.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SignedIn(pub(crate) Actor);

/// The account of a caller who has a valid access token, for operations that need more than the actor. The account is read only
/// once.
#[derive(Debug, Clone)]
pub(crate) struct AccountHolder(pub(crate) Account);

/// The actor of [`SignedIn`], or `None` if the request has no token. An invalid token is refused, because the caller expects to
/// be signed in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MaybeActor(pub(crate) Option<Actor>);

/// The session for which the caller's access token was issued; `None` if the token contains no session id.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CurrentSession(pub(crate) Option<SessionId>);

/// A caller who has a valid access token. The account may have been erased since the token was made, and the role is that of
/// the token.
///
/// Only the operations that register for an event or join a waitlist accept a [`TokenBearer`], because many people call these
/// operations at the same time. A registration is two writes and no read; a check of the account would add a read. The relay
/// gives back seats and places that an erased account takes with its token. In these two operations, the role only decides
/// whether a draft is hidden.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TokenBearer(pub(crate) Actor);

/// Returns the content of the request's access token; `None` if the request has no token.
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

/// Reads the caller's account from the table; `None` if the request has no token.
async fn account_of(parts: &Parts, app: &Shared) -> Result<Option<Account>, ApiError> {
    match claims(parts, app)? {
        None => Ok(None),
        Some(Claims { actor, .. }) => match app.store.account(actor.id).await? {
            Some(account) => Ok(Some(account)),
            None => Err(ApiError::Unauthorized),
        },
    }
}

impl FromRequestParts<Shared> for MaybeActor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, ApiError> {
        let account = account_of(parts, app).await?;
        Ok(Self(account.as_ref().map(Account::actor)))
    }
}

impl FromRequestParts<Shared> for CurrentSession {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, ApiError> {
        let session = claims(parts, app)?.and_then(|claims| claims.session);
        Ok(Self(session.map(SessionId::from_uuid)))
    }
}

impl FromRequestParts<Shared> for AccountHolder {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, ApiError> {
        let account = account_of(parts, app).await?;
        account.map(Self).ok_or(ApiError::Unauthorized)
    }
}

impl FromRequestParts<Shared> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, ApiError> {
        let AccountHolder(account) = AccountHolder::from_request_parts(parts, app).await?;
        Ok(Self(account.actor()))
    }
}

impl FromRequestParts<Shared> for TokenBearer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Result<Self, ApiError> {
        claims(parts, app)?
            .map(|claims| Self(claims.actor))
            .ok_or(ApiError::Unauthorized)
    }
}
