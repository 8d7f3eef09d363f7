//! Handles `POST /v1/auth/browser/logout`.

use axum::{extract::State, http::StatusCode};

use super::{
    super::logout::log_out,
    cookie::{self, SessionCookie, SetCookie},
};
use crate::{app::Shared, extract::SameOrigin, problem::ApiError};

/// Ends the session of the refresh token in the cookie, and removes the cookie. Without a cookie, or with a token that is not
/// valid, no session ends, and the answer is the same.
#[utoipa::path(post, path = "/v1/auth/browser/logout", tag = "accounts", responses(
    (status = 204, description = "The session has ended", headers(("Set-Cookie" = String, description = "Removes the cookie"))),
    (status = 403, description = "`foreign-origin`"),
))]
pub(crate) async fn log_out_browser(
    State(app): State<Shared>,
    _: SameOrigin,
    token: Result<SessionCookie, ApiError>,
) -> Result<(StatusCode, SetCookie), ApiError> {
    if let Ok(SessionCookie(token)) = token {
        log_out(&app, &token).await?;
    }
    Ok((StatusCode::NO_CONTENT, cookie::removed()))
}
