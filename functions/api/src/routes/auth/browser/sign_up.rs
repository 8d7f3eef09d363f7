//! Handles `POST /v1/auth/browser/register`.

use axum::{Extension, Json, extract::State, http::StatusCode};

use super::{
    super::register::{Register, sign_up},
    cookie::{self, SetCookie},
};
use crate::{
    app::Shared,
    extract::{Body, FromClient, SameOrigin},
    problem::ApiError,
    request::{From, RequestId},
    views::BrowserSessionView,
};

/// Creates an account and signs it in, like `register`. The refresh token is not in the body, but in a cookie that no script can
/// read.
#[utoipa::path(post, path = "/v1/auth/browser/register", tag = "accounts", request_body = Register, responses(
    (status = 201, body = BrowserSessionView, headers(("Set-Cookie" = String, description = "Cookie with the refresh token"))),
    (status = 403, description = "`foreign-origin`"), (status = 409, description = "`email-taken`"),
    (status = 422, description = "`invalid`"),
    (status = 429, description = "`too-many-requests`: too many accounts were requested from one network address"),
))]
pub(crate) async fn sign_up_in_browser(
    State(app): State<Shared>,
    Extension(RequestId(request)): Extension<RequestId>,
    _: SameOrigin,
    From(source): From,
    FromClient(client): FromClient,
    Body(body): Body<Register>,
) -> Result<(StatusCode, SetCookie, Json<BrowserSessionView>), ApiError> {
    let session = sign_up(&app, body, source, client.as_ref(), &request).await?;
    let (cookie, session) = cookie::split(session);
    Ok((StatusCode::CREATED, cookie, session))
}
