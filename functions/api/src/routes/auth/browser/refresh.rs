//! Handles `POST /v1/auth/browser/refresh`.

use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};

use super::{
    super::refresh::renew,
    cookie::{self, SessionCookie, SetCookie},
};
use crate::{
    app::Shared,
    extract::{FromClient, SameOrigin},
    problem::ApiError,
    request::RequestId,
    views::BrowserSessionView,
};

/// The request header with which a page says that it may have no session. Other values than `true` have no effect.
const OPTIONAL: &str = "session-optional";

/// Exchanges the refresh token in the cookie for a new access token and a new cookie, like `refresh`. If the session has ended,
/// the answer removes the cookie.
#[utoipa::path(post, path = "/v1/auth/browser/refresh", tag = "accounts", params(
    ("Session-Optional" = Option<String>, Header, description = "`true`: the answer is 204 instead of 401 if there is no cookie"),
), responses(
    (status = 200, body = BrowserSessionView, headers(("Set-Cookie" = String, description = "Cookie with the next refresh token"))),
    (status = 204, description = "There is no cookie, and the request has the header `Session-Optional`"),
    (status = 401, description = "`token-reused` or `invalid-token`: also if there is no cookie"),
    (status = 403, description = "`foreign-origin`"),
))]
pub(crate) async fn refresh_browser(
    State(app): State<Shared>,
    Extension(RequestId(request)): Extension<RequestId>,
    _: SameOrigin,
    FromClient(client): FromClient,
    headers: HeaderMap,
    token: Result<SessionCookie, ApiError>,
) -> Result<(SetCookie, Json<BrowserSessionView>), Response> {
    let SessionCookie(token) = match token {
        Ok(token) => token,
        // Browsers log a 401 as an error, but a page without a session is no error.
        Err(_) if headers.get(OPTIONAL).is_some_and(|value| value == "true") => {
            return Err(StatusCode::NO_CONTENT.into_response());
        }
        Err(error) => return Err(error.into_response()),
    };
    match renew(&app, &token, client.as_ref(), &request).await {
        Ok(session) => Ok(cookie::split(session)),
        Err(ended @ (ApiError::InvalidRefreshToken | ApiError::TokenReused)) => {
            Err((cookie::removed(), ended).into_response())
        }
        Err(error) => Err(error.into_response()),
    }
}
