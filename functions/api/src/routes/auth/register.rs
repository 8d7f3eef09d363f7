//! Handles `POST /v1/auth/register`.

use axum::{Extension, Json, extract::State, http::StatusCode};
use bootstrap::clock;
use domain::{
    accounts::{
        client_kind::ClientKind, email::TypedEmail, mail_code::PendingCode, password::Password,
        role::Role, user::User,
    },
    id::UserId,
    invalid::{Findings, Invalid},
    security::{rate_limit::Requests, throttle::Source},
    text::PersonName,
};
use secrecy::SecretString;
use serde::Deserialize;
use store::{Account, NewAccount};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    app::Shared,
    extract::{Body, FromClient},
    passwords,
    problem::ApiError,
    request::{From, RequestId},
    views::SessionView,
};

/// A new account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Register {
    /// Address of the new account: up to 254 characters, with only ASCII before the `@`. Two spellings of one domain are one
    /// address.
    #[schema(example = "ada@example.org")]
    email: String,
    /// Password: 10 to 128 characters after normalization (RFC 8265, `OpaqueString`), not a common password.
    #[schema(value_type = String, example = "correct horse battery")]
    password: SecretString,
    /// Name of the person: 1 to 100 characters.
    #[schema(example = "Ada Lovelace")]
    name: String,
}

impl Register {
    fn parse(self) -> Result<(TypedEmail, Password, PersonName), Vec<Invalid>> {
        let mut findings = Findings::default();
        let email = findings.check("/email", TypedEmail::parse_new(&self.email));
        let password = findings.check("/password", Password::parse(&self.password));
        let name = findings.check("/name", PersonName::parse(&self.name));
        findings.finish((|| Some((email?, password?, name?)))())
    }
}

/// Creates an account and signs it in. A code that verifies the account's address is mailed to that address.
#[utoipa::path(post, path = "/v1/auth/register", tag = "accounts", request_body = Register, responses(
    (status = 201, body = SessionView), (status = 409, description = "`email-taken`"), (status = 422, description = "`invalid`"),
    (status = 429, description = "`too-many-requests`: too many accounts were requested from one network address"),
))]
pub(crate) async fn register(
    State(app): State<Shared>,
    Extension(RequestId(request)): Extension<RequestId>,
    From(source): From,
    FromClient(client): FromClient,
    Body(body): Body<Register>,
) -> Result<(StatusCode, Json<SessionView>), ApiError> {
    let session = sign_up(&app, body, source, client.as_ref(), &request).await?;
    Ok((StatusCode::CREATED, Json(session)))
}

/// Creates an account from `body` and begins its first session. Counts the sign-up for `source`.
///
/// # Errors
/// The body is invalid, the address has an account, too many accounts were requested, or the table is unavailable.
pub(super) async fn sign_up(
    app: &Shared,
    body: Register,
    source: Source,
    client: Option<&ClientKind>,
    request: &str,
) -> Result<SessionView, ApiError> {
    let (email, password, name) = body.parse()?;
    app.limits
        .count_request(&app.store, [Requests::SignUpsFrom(source)])
        .await?;
    if app.is_first_admins(email.email()) {
        return Err(ApiError::EmailTaken);
    }
    let password_hash = passwords::hash(&password.into_secret()).await?;
    let now = clock::now();
    let user = User {
        id: UserId::from_uuid(Uuid::now_v7()),
        email: email.email().clone(),
        name,
        role: Role::User,
        email_verified: false,
        created_at: now,
    };
    let account = Account {
        verification: Some(PendingCode::issued(now)),
        ..Account::new(user, password_hash)
    };
    match app.store.create_account(&account, &email, request).await? {
        NewAccount::EmailTaken => Err(ApiError::EmailTaken),
        NewAccount::Created => {
            let tokens = app.begin_session(&account, client, now).await?;
            Ok(SessionView::new(&account.user, tokens))
        }
    }
}
