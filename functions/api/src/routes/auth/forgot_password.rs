//! Handles `POST /v1/auth/forgot-password`.

use axum::{Extension, extract::State, http::StatusCode};
use bootstrap::clock;
use domain::{
    accounts::{email::TypedEmail, mail_code::Purpose},
    invalid::Findings,
    security::rate_limit::Requests,
};
use serde::Deserialize;
use utoipa::ToSchema;

use super::nobody;
use crate::{
    app::Shared,
    extract::Body,
    problem::ApiError,
    request::{From, RequestId},
};

/// The address of an account.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ForgotPassword {
    #[schema(example = "ada@example.org")]
    email: String,
}

/// Mails a code with which the account of the address gets a new password. Earlier codes become invalid. If the address has no
/// account, or was sent a code within the last minute, nothing is sent; the answer is the same and takes as long.
#[utoipa::path(post, path = "/v1/auth/forgot-password", tag = "accounts", request_body = ForgotPassword, responses(
    (status = 202, description = "A code is on its way, if the address has an account and none was sent within the last minute"),
    (status = 422, description = "`invalid`: the text is not an address"),
    (status = 429, description = "`too-many-requests`: too many codes were requested for this address, whether it has an account or not, or from one network address"),
))]
pub(crate) async fn forgot_password(
    State(app): State<Shared>,
    Extension(RequestId(request)): Extension<RequestId>,
    From(source): From,
    Body(body): Body<ForgotPassword>,
) -> Result<StatusCode, ApiError> {
    let mut findings = Findings::default();
    let email = findings.check("/email", TypedEmail::parse(&body.email));
    let email = findings.finish(email)?;
    // The request is first counted for its source. If it is refused for its source, it does not count for the email address,
    // which may be somebody else's.
    let counted = [
        Requests::CodesFrom(source),
        Requests::ResetsOf(email.email().clone()),
    ];
    app.limits.count_request(&app.store, counted).await?;
    let now = clock::now();
    let due = app.store.account_by_email(&email).await?.filter(|account| {
        account
            .reset
            .is_none_or(|pending| pending.may_be_replaced(now))
    });
    let (user, pending) = due.map_or_else(
        || (nobody(), None),
        |account| (account.user.id, account.reset),
    );
    app.store
        .issue_code(user, Purpose::PasswordReset, pending, now, &request)
        .await?;
    Ok(StatusCode::ACCEPTED)
}
