//! Handles `POST /v1/auth/logout`.

use axum::{extract::State, http::StatusCode};
use bootstrap::clock;
use domain::security::refresh_token::RefreshToken;

use super::refresh::Refresh;
use crate::{app::Shared, extract::Body, problem::ApiError};

/// Ends the session of a refresh token. A token that is not valid ends no session, and the answer is the same.
#[utoipa::path(post, path = "/v1/auth/logout", tag = "accounts", request_body = Refresh, responses((status = 204, description = "The session has ended")))]
pub(crate) async fn logout(
    State(app): State<Shared>,
    Body(body): Body<Refresh>,
) -> Result<StatusCode, ApiError> {
    log_out(&app, &body.refresh_token).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends the session of the refresh token in the text `sealed`. Does nothing if the token is not valid.
///
/// # Errors
/// The table is unavailable.
pub(super) async fn log_out(app: &Shared, sealed: &str) -> Result<(), ApiError> {
    if let Some(token) = RefreshToken::open(sealed, &app.verifying()) {
        app.store
            .revoke_session(token.user, token.session(), clock::now())
            .await?;
    }
    Ok(())
}
