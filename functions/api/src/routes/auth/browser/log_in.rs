//! Handles `POST /v1/auth/browser/login`.

use axum::{Extension, Json, extract::State};

use super::{
    super::login::{Login, log_in},
    cookie::{self, SetCookie},
};
use crate::{
    app::Shared,
    extract::{Body, FromClient, SameOrigin},
    problem::ApiError,
    request::{From, RequestId},
    views::BrowserSessionView,
};

/// Signs an account in, like `login`. The refresh token is not in the body, but in a cookie that no script can read.
#[utoipa::path(post, path = "/v1/auth/browser/login", tag = "accounts", request_body = Login, responses(
    (status = 200, body = BrowserSessionView, headers(("Set-Cookie" = String, description = "Cookie with the refresh token"))),
    (status = 401, description = "`invalid-credentials`"), (status = 403, description = "`foreign-origin`"),
    (status = 422, description = "`invalid`: the body has another form, or the password contains the character U+FFFD"),
    (status = 429, description = "`too-many-requests`: too many attempts have failed. `Retry-After` says how long to wait"),
))]
pub(crate) async fn log_in_browser(
    State(app): State<Shared>,
    Extension(RequestId(request)): Extension<RequestId>,
    _: SameOrigin,
    From(source): From,
    FromClient(client): FromClient,
    Body(body): Body<Login>,
) -> Result<(SetCookie, Json<BrowserSessionView>), ApiError> {
    let session = log_in(&app, body, source, client.as_ref(), &request).await?;
    Ok(cookie::split(session))
}
