//! Handles `DELETE /v1/me/sessions/{id}`.

use axum::{extract::State, http::StatusCode};
use bootstrap::clock;
use domain::security::policy::Action;

use crate::{
    access,
    app::Shared,
    extract::{SessionPath, SignedIn},
    problem::ApiError,
};

/// Ends a session of the caller's account. It may be the session that makes the request. Its refresh token is not valid any
/// more. Its access tokens stay valid until they expire, within 15 minutes. Repeating the request changes nothing.
#[utoipa::path(delete, path = "/v1/me/sessions/{id}", tag = "accounts", security(("bearer" = [])), params(
    ("id" = String, Path, description = "Id of the session, as `GET /v1/me/sessions` lists it: `ses_` and 26 characters"),
), responses(
    (status = 204, description = "The session has ended"), (status = 401, description = "`unauthorized`"),
    (status = 404, description = "`not-found`: the account has no such session"),
))]
pub(crate) async fn end_session(
    State(app): State<Shared>,
    SignedIn(actor): SignedIn,
    path: SessionPath,
) -> Result<StatusCode, ApiError> {
    let session = access::own_session(&app, &actor, Action::ChangeAccount, path).await?;
    let ended = app.store.revoke_session(actor.id, session, clock::now());
    if ended.await? {
        Ok(StatusCode::NO_CONTENT)
    } else {
        Err(ApiError::NotFound)
    }
}
