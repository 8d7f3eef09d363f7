//! Handles `POST /v1/auth/refresh`.

use axum::{Extension, Json, extract::State};
use bootstrap::clock;
use domain::{
    accounts::client_kind::ClientKind,
    security::{access_token::Claims, refresh_token::RefreshToken},
};
use serde::Deserialize;
use store::Rotation;
use utoipa::ToSchema;

use crate::{
    app::Shared,
    extract::{Body, FromClient},
    problem::ApiError,
    request::RequestId,
    views::SessionView,
};

/// A refresh token.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Refresh {
    pub(super) refresh_token: String,
}

/// Exchanges a refresh token for a new pair of tokens. If no answer arrives, repeat the request. It returns the same new
/// refresh token for 30 seconds after the first exchange, unless the new refresh token was itself exchanged. After that, a
/// spent refresh token ends its whole session, because somebody else may have copied it. The new access token has the account's
/// present role.
#[utoipa::path(post, path = "/v1/auth/refresh", tag = "accounts", request_body = Refresh, responses(
    (status = 200, body = SessionView), (status = 401, description = "`token-reused` or `invalid-token`"),
))]
pub(crate) async fn refresh(
    State(app): State<Shared>,
    Extension(RequestId(request)): Extension<RequestId>,
    FromClient(client): FromClient,
    Body(body): Body<Refresh>,
) -> Result<Json<SessionView>, ApiError> {
    let session = renew(&app, &body.refresh_token, client.as_ref(), &request).await?;
    Ok(Json(session))
}

/// Exchanges the refresh token in the text `sealed` for a new pair of tokens.
///
/// # Errors
/// The token is not valid or was used before, or the table is unavailable.
pub(super) async fn renew(
    app: &Shared,
    sealed: &str,
    client: Option<&ClientKind>,
    request: &str,
) -> Result<SessionView, ApiError> {
    let token =
        RefreshToken::open(sealed, &app.verifying()).ok_or(ApiError::InvalidRefreshToken)?;
    let now = clock::now();
    // The account is read before the refresh token is spent. So if reading the account fails, the token is still valid, and the
    // session continues.
    let account = app
        .store
        .account(token.user)
        .await?
        .ok_or(ApiError::InvalidRefreshToken)?;
    let rotation = app
        .store
        .rotate_session(token, account.password_changed_at, client, now, request)
        .await?;
    match rotation {
        Rotation::Ended => Err(ApiError::InvalidRefreshToken),
        Rotation::Spent => {
            app.store
                .revoke_session(token.user, token.session(), now)
                .await?;
            Err(ApiError::TokenReused)
        }
        Rotation::Next(next) => {
            let claims = Claims {
                actor: account.actor(),
                session: Some(token.family),
            };
            let keyring = app.signing();
            let access = app.access_tokens.issue(&keyring, &claims, now)?;
            let tokens = (access, next.seal(&keyring));
            Ok(SessionView::new(&account.user, tokens))
        }
    }
}
