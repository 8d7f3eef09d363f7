//! Handles `POST /v1/auth/browser/refresh`.

use axum::{
    Extension, Json,
    extract::State,
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

/// Exchanges the refresh token in the cookie for a new access token and a new cookie, like `refresh`. If the session has ended,
/// the answer removes the cookie.
#[utoipa::path(post, path = "/v1/auth/browser/refresh", tag = "accounts", responses(
    (status = 200, body = BrowserSessionView, headers(("Set-Cookie" = String, description = "Cookie with the next refresh token"))),
    (status = 401, description = "`token-reused` or `invalid-token`: also if there is no cookie"),
    (status = 403, description = "`foreign-origin`"),
))]
pub(crate) async fn refresh_browser(
    State(app): State<Shared>,
    Extension(RequestId(request)): Extension<RequestId>,
    _: SameOrigin,
    FromClient(client): FromClient,
    SessionCookie(token): SessionCookie,
) -> Result<(SetCookie, Json<BrowserSessionView>), Response> {
    match renew(&app, &token, client.as_ref(), &request).await {
        Ok(session) => Ok(cookie::split(session)),
        Err(ended @ (ApiError::InvalidRefreshToken | ApiError::TokenReused)) => {
            Err((cookie::removed(), ended).into_response())
        }
        Err(error) => Err(error.into_response()),
    }
}
