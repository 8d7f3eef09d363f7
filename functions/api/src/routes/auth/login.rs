//! `POST /v1/auth/login`.

use axum::{Extension, Json, extract::State};
use bootstrap::clock;
use domain::{client_kind::ClientKind, email::Email, id::UserId};
use jiff::Timestamp;
use secrecy::SecretString;
use serde::Deserialize;
use store::Account;
use utoipa::ToSchema;
use uuid::Uuid;

use super::attempt::Attempt;
use crate::{
    app::Shared,
    extract::{Body, FromClient},
    passwords,
    problem::ApiError,
    request::{From, RequestId},
    views::SessionView,
};

/// Address and password of an account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Login {
    #[schema(example = "ada@example.org")]
    email: String,
    #[schema(value_type = String, example = "correct horse battery")]
    password: SecretString,
}

/// Signs an account in. An unknown address gets the same answer in the same time as a wrong password.
#[utoipa::path(post, path = "/v1/auth/login", tag = "accounts", request_body = Login, responses(
    (status = 200, body = SessionView), (status = 401, description = "`invalid-credentials`"),
    (status = 429, description = "`too-many-requests`, after repeated failures; `Retry-After` says for how long"),
))]
pub(crate) async fn login(
    State(app): State<Shared>,
    Extension(RequestId(request)): Extension<RequestId>,
    From(source): From,
    FromClient(client): FromClient,
    Body(body): Body<Login>,
) -> Result<Json<SessionView>, ApiError> {
    let now = clock::now();
    let email = Email::parse(&body.email).ok();
    let attempt = Attempt::allowed(&app, email.clone(), source, now).await?;
    let account = match email {
        Some(email) => find_account(&app, &email, now).await?,
        None => None,
    };
    let hash = account
        .as_ref()
        .map(|(account, _)| account.password_hash.as_str());
    if !passwords::verify(&body.password, hash)? {
        attempt.failed(&app).await?;
        return Err(ApiError::InvalidCredentials);
    }
    attempt.succeeded(&app).await?;
    let (account, is_new) = account.ok_or(ApiError::InvalidCredentials)?;
    if is_new {
        app.store.create_account(&account, &request).await?;
        // Of two first logins at once, one makes the account: both sign in to that one.
        let made = app
            .store
            .account_by_email(&account.user.email)
            .await?
            .ok_or(ApiError::InvalidCredentials)?;
        return sign_in(&app, &made, client.as_ref(), now).await;
    }
    sign_in(&app, &account, client.as_ref(), now).await
}

/// The account, and whether it is the first administrator's and still to be made.
async fn find_account(
    app: &Shared,
    email: &Email,
    now: Timestamp,
) -> Result<Option<(Account, bool)>, ApiError> {
    if let Some(account) = app.store.account_by_email(email).await? {
        return Ok(Some((account, false)));
    }
    let admin = app
        .first_admin
        .as_ref()
        .filter(|admin| admin.email == *email);
    Ok(admin
        .and_then(|admin| admin.account(UserId::from_uuid(Uuid::now_v7()), now))
        .map(|account| (account, true)))
}

async fn sign_in(
    app: &Shared,
    account: &Account,
    client: Option<&ClientKind>,
    now: Timestamp,
) -> Result<Json<SessionView>, ApiError> {
    let tokens = app.begin_session(account, client, now).await?;
    Ok(Json(SessionView::new(&account.user, tokens)))
}
