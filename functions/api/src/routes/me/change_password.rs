//! Handles `PUT /v1/me/password`.

use axum::{Extension, extract::State, http::StatusCode};
use bootstrap::clock;
use domain::{
    accounts::password::{Password, TypedPassword},
    invalid::Findings,
    security::policy::Action,
};
use secrecy::SecretString;
use serde::Deserialize;
use store::PasswordChange;
use utoipa::ToSchema;

use crate::{
    access,
    app::Shared,
    extract::{AccountHolder, Body},
    passwords::{self, Verdict},
    problem::ApiError,
    request::RequestId,
};

/// The caller's present password, and the new password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ChangePassword {
    #[schema(value_type = String, example = "correct horse battery")]
    current_password: SecretString,
    /// Password: 10 to 128 characters after normalization (RFC 8265, `OpaqueString`), not a common password.
    #[schema(value_type = String, example = "battery staple correct")]
    new_password: SecretString,
}

/// Changes the caller's password, and ends all sessions of the account, including the caller's. Their refresh tokens are not
/// valid any more. Their access tokens stay valid until they expire, within 15 minutes.
#[utoipa::path(put, path = "/v1/me/password", tag = "accounts", security(("bearer" = [])), request_body = ChangePassword, responses(
    (status = 204, description = "The account has the new password, and no sessions"),
    (status = 401, description = "`invalid-credentials` if the current password is wrong, or `unauthorized`"), (status = 422, description = "`invalid`"),
))]
pub(crate) async fn change_password(
    State(app): State<Shared>,
    AccountHolder(account): AccountHolder,
    Extension(RequestId(request)): Extension<RequestId>,
    Body(body): Body<ChangePassword>,
) -> Result<StatusCode, ApiError> {
    let mut findings = Findings::default();
    let typed = TypedPassword::parse(body.current_password);
    let typed = findings.check("/currentPassword", typed);
    let new = findings.check("/newPassword", Password::parse(&body.new_password));
    let (typed, new) = findings.finish(typed.zip(new))?;
    let account = access::own_account(&account, Action::ChangeAccount)?;
    let current = &account.password_hash;
    if passwords::verify(&typed, Some(current)).await? == Verdict::Wrong {
        return Err(ApiError::WrongPassword);
    }
    let hash = passwords::hash(&new.into_secret()).await?;
    let change = app
        .store
        .change_password(account.user.id, current, &hash, clock::now(), &request)
        .await?;
    match change {
        PasswordChange::Changed => Ok(StatusCode::NO_CONTENT),
        PasswordChange::Outdated => Err(ApiError::WrongPassword),
    }
}
