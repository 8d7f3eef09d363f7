//! Handles `DELETE /v1/me/sessions`.

use axum::{extract::State, http::StatusCode};
use bootstrap::clock;
use domain::security::policy::Action;

use crate::{
    access,
    app::Shared,
    extract::{AccountHolder, CurrentSession},
    problem::ApiError,
};

/// Ends all sessions of the caller's account, except the session that makes the request. Their refresh tokens are not valid any
/// more. Their access tokens stay valid until they expire, within 15 minutes. Repeating the request changes nothing. If the
/// request fails half-way, repeat it.
#[utoipa::path(delete, path = "/v1/me/sessions", tag = "accounts", security(("bearer" = [])), responses(
    (status = 204, description = "The caller's session is the only one of the account"), (status = 401, description = "`unauthorized`"),
))]
pub(crate) async fn end_other_sessions(
    State(app): State<Shared>,
    AccountHolder(account): AccountHolder,
    CurrentSession(current): CurrentSession,
) -> Result<StatusCode, ApiError> {
    let account = access::own_account(&account, Action::ChangeAccount)?;
    // An access token of an earlier release contains no session. In that case all sessions end, and the caller has to sign in
    // again.
    app.store
        .revoke_other_sessions(
            account.user.id,
            account.password_changed_at,
            current,
            clock::now(),
        )
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
