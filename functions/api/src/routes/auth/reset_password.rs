//! Handles `POST /v1/auth/reset-password`.

use axum::{Extension, extract::State, http::StatusCode};
use bootstrap::clock;
use domain::{
    accounts::{
        email::TypedEmail,
        mail_code::{CodeRefused, MailCode, Purpose},
        password::Password,
    },
    id::UserId,
    invalid::{Findings, Invalid},
    security::throttle::Subject,
};
use jiff::Timestamp;
use secrecy::SecretString;
use serde::Deserialize;
use store::CodeUse;
use utoipa::ToSchema;

use super::nobody;
use crate::{
    app::{App, Shared},
    extract::Body,
    passwords,
    problem::ApiError,
    request::RequestId,
};

/// A new password for the account of an address, and the code that was mailed there.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ResetPassword {
    #[schema(example = "ada@example.org")]
    email: String,
    /// Code from the mail: 8 characters of Crockford base32; case, spaces and hyphens do not matter.
    #[schema(example = "04HM-ASW9")]
    code: String,
    /// Password: 10 to 128 characters after normalization (RFC 8265, `OpaqueString`), not a common password.
    #[schema(value_type = String, example = "correct horse battery")]
    new_password: SecretString,
}

impl ResetPassword {
    fn parse(self) -> Result<(TypedEmail, Password), Vec<Invalid>> {
        let mut findings = Findings::default();
        let email = findings.check("/email", TypedEmail::parse(&self.email));
        let password = findings.check("/newPassword", Password::parse(&self.new_password));
        findings.finish((|| Some((email?, password?)))())
    }
}

/// Gives an account a new password, and ends all its sessions. Their refresh tokens are not valid any more. Their access tokens
/// stay valid until they expire, within 15 minutes. The account's address becomes verified, because the code was mailed to it.
/// A code is valid for 60 minutes, five tries and one reset.
#[utoipa::path(post, path = "/v1/auth/reset-password", tag = "accounts", request_body = ResetPassword, responses(
    (status = 204, description = "The account has the new password, and no sessions"), (status = 400, description = "`invalid-code`: the code is not valid, or the address has no account"),
    (status = 422, description = "`invalid`"),
))]
pub(crate) async fn reset_password(
    State(app): State<Shared>,
    Extension(RequestId(request)): Extension<RequestId>,
    Body(body): Body<ResetPassword>,
) -> Result<StatusCode, ApiError> {
    let code = body.code.parse();
    let (email, password) = body.parse()?;
    let code = code.map_err(|_| ApiError::InvalidCode)?;
    let (user, issued_at) = whose(&app, &email, code, clock::now()).await?;
    // Deletes the number of failed logins for the email address. Failures of other people must not make the owner of the
    // address wait.
    let subject = Subject::Account(email.into_email());
    app.store.forget_failures(&subject).await?;
    let hash = passwords::hash(&password.into_secret()).await?;
    let outcome = app
        .store
        .reset_password(user, issued_at, &hash, clock::now(), &request)
        .await?;
    match outcome {
        CodeUse::Spent => Ok(StatusCode::NO_CONTENT),
        CodeUse::Gone => Err(ApiError::InvalidCode),
    }
}

/// Returns the account for which the code was issued, and the time at which the code was issued.
///
/// Every refusal makes the same table calls. So the response time does not reveal which addresses have accounts.
async fn whose(
    app: &App,
    email: &TypedEmail,
    code: MailCode,
    now: Timestamp,
) -> Result<(UserId, Timestamp), ApiError> {
    let keyrings = app.keyrings();
    let account = app.store.account_by_email(email).await?;
    let issued = account.and_then(|account| Some((account.user.id, account.reset?)));
    let checked = issued.map(|(user, reset)| {
        let checked = reset.check(&keyrings, Purpose::PasswordReset, user, code, now);
        (user, reset.issued_at, checked)
    });
    let (user, issued_at) = match checked {
        Some((user, issued_at, Ok(()))) => return Ok((user, issued_at)),
        Some((user, issued_at, Err(CodeRefused::Wrong))) => (user, issued_at),
        Some((_, _, Err(CodeRefused::Dead | CodeRefused::Expired))) | None => (nobody(), now),
    };
    app.store
        .count_wrong_try(user, Purpose::PasswordReset, issued_at)
        .await?;
    Err(ApiError::InvalidCode)
}
