//! `POST /v1/auth/register`.

use axum::{Extension, Json, extract::State, http::StatusCode};
use bootstrap::clock;
use domain::{
    email::Email,
    id::UserId,
    invalid::{Findings, Invalid},
    mail_code::PendingCode,
    password::Password,
    rate_limit::Requests,
    role::Role,
    text::PersonName,
    user::User,
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
    #[schema(example = "ada@example.org")]
    email: String,
    /// 10 to 128 characters, not a common password.
    #[schema(value_type = String, example = "correct horse battery")]
    password: SecretString,
    /// 1 to 100 characters.
    #[schema(example = "Ada Lovelace")]
    name: String,
}

impl Register {
    fn parse(self) -> Result<(Email, Password, PersonName), Vec<Invalid>> {
        let mut findings = Findings::default();
        let email = findings.check("/email", Email::parse(&self.email));
        let password = findings.check("/password", Password::parse(self.password));
        let name = findings.check("/name", PersonName::parse(&self.name));
        findings.finish((|| Some((email?, password?, name?)))())
    }
}

/// Makes an account and signs it in. A code that verifies its address is mailed there.
#[utoipa::path(post, path = "/v1/auth/register", tag = "accounts", request_body = Register, responses(
    (status = 201, body = SessionView), (status = 409, description = "`email-taken`"), (status = 422, description = "`invalid`"),
    (status = 429, description = "`too-many-requests`: too many accounts were asked for from one network address"),
))]
pub(crate) async fn register(
    State(app): State<Shared>,
    Extension(RequestId(request)): Extension<RequestId>,
    From(source): From,
    FromClient(client): FromClient,
    Body(body): Body<Register>,
) -> Result<(StatusCode, Json<SessionView>), ApiError> {
    let (email, password, name) = body.parse()?;
    app.count_request([Requests::SignUpsFrom(source)]).await?;
    if app
        .first_admin
        .as_ref()
        .is_some_and(|admin| admin.email == email)
    {
        return Err(ApiError::EmailTaken);
    }
    let password_hash = passwords::hash(&password.into_secret())?;
    let now = clock::now();
    let user = User {
        id: UserId::from_uuid(Uuid::now_v7()),
        email,
        name,
        role: Role::User,
        email_verified: false,
        created_at: now,
    };
    let account = Account {
        user,
        password_hash,
        password_changed_at: None,
        verification: Some(PendingCode::issued(now)),
        reset: None,
        mail_block: None,
        hand_overs: 0,
    };
    match app.store.create_account(&account, &request).await? {
        NewAccount::EmailTaken => Err(ApiError::EmailTaken),
        NewAccount::Created => {
            let tokens = app.begin_session(&account, client.as_ref(), now).await?;
            Ok((
                StatusCode::CREATED,
                Json(SessionView::new(&account.user, tokens)),
            ))
        }
    }
}
