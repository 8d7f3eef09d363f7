//! Handles `POST /v1/auth/login`.

use axum::{Extension, Json, extract::State};
use bootstrap::clock;
use domain::{
    accounts::{client_kind::ClientKind, email::TypedEmail, password::TypedPassword},
    id::UserId,
    invalid::Findings,
    security::throttle::Source,
};
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
    passwords::{self, Verdict},
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
    (status = 422, description = "`invalid`: the body has another form, or the password contains the character U+FFFD"),
    (status = 429, description = "`too-many-requests`: too many attempts have failed. `Retry-After` says how long to wait"),
))]
pub(crate) async fn login(
    State(app): State<Shared>,
    Extension(RequestId(request)): Extension<RequestId>,
    From(source): From,
    FromClient(client): FromClient,
    Body(body): Body<Login>,
) -> Result<Json<SessionView>, ApiError> {
    let session = log_in(&app, body, source, client.as_ref(), &request).await?;
    Ok(Json(session))
}

/// Begins a session for the account with the address and the password in `body`, and counts the attempt for `source`.
///
/// # Errors
/// The address or the password is wrong, too many attempts have failed, or the table is unavailable.
pub(super) async fn log_in(
    app: &Shared,
    body: Login,
    source: Source,
    client: Option<&ClientKind>,
    request: &str,
) -> Result<SessionView, ApiError> {
    let now = clock::now();
    let mut findings = Findings::default();
    let password = findings.check("/password", TypedPassword::parse(body.password));
    let password = findings.finish(password)?;
    let email = TypedEmail::parse(&body.email).ok();
    let known_as = email.as_ref().map(|email| email.email().clone());
    let attempt = Attempt::allowed(app, known_as, source, now).await?;
    let account = match &email {
        Some(email) => find_account(app, email, now).await?,
        None => None,
    };
    let hash = account
        .as_ref()
        .map(|(account, _)| account.password_hash.as_str());
    let verdict = passwords::verify(&password, hash).await?;
    if verdict == Verdict::Wrong {
        attempt.failed(app).await?;
        return Err(ApiError::InvalidCredentials);
    }
    attempt.succeeded(app).await?;
    let (mut account, is_new) = account.ok_or(ApiError::InvalidCredentials)?;
    if let (true, Some(email)) = (is_new, &email) {
        app.store.create_account(&account, email, request).await?;
        // The first administrator may log in for the first time with two requests at once. Only one of them creates the
        // account, and both sign in to it.
        let made = app.store.account_by_email(email).await?;
        account = made.ok_or(ApiError::InvalidCredentials)?;
    }
    if let Some(hash) = passwords::renewed(&password, verdict).await? {
        app.store
            .renew_password_hash(account.user.id, &account.password_hash, &hash, request)
            .await?;
    }
    let tokens = app.begin_session(&account, client, now).await?;
    Ok(SessionView::new(&account.user, tokens))
}

/// Returns the account with this email address. The second value is `true` if the account is the first administrator's and is
/// not stored yet.
async fn find_account(
    app: &Shared,
    email: &TypedEmail,
    now: Timestamp,
) -> Result<Option<(Account, bool)>, ApiError> {
    if let Some(account) = app.store.account_by_email(email).await? {
        return Ok(Some((account, false)));
    }
    let admin = app
        .first_admin
        .as_ref()
        .filter(|admin| admin.email == *email.email());
    Ok(admin
        .and_then(|admin| admin.account(UserId::from_uuid(Uuid::now_v7()), now))
        .map(|account| (account, true)))
}
