//! Handles `POST /v1/auth/verify-email` and `POST /v1/auth/verify-email/resend`.

use axum::{Extension, extract::State, http::StatusCode};
use bootstrap::clock;
use domain::{
    accounts::mail_code::{CodeRefused, MailCode, Purpose},
    security::{policy::Action, rate_limit::Requests},
};
use serde::Deserialize;
use store::CodeUse;
use utoipa::ToSchema;

use crate::{
    access,
    app::Shared,
    extract::{AccountHolder, Body},
    problem::ApiError,
    request::{From, RequestId},
};

/// The code from the mail that verifies an address.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VerifyEmail {
    /// Code from the mail: 8 characters of Crockford base32; case, spaces and hyphens do not matter.
    #[schema(example = "04HM-ASW9")]
    code: String,
}

/// Verifies the caller's address with the code that was mailed to it. A code is valid for 24 hours and five tries.
/// Once the address is verified, every code is answered with 204.
#[utoipa::path(post, path = "/v1/auth/verify-email", tag = "accounts", security(("bearer" = [])), request_body = VerifyEmail, responses(
    (status = 204, description = "The address is verified"), (status = 400, description = "`invalid-code`"), (status = 401, description = "`unauthorized`"),
))]
pub(crate) async fn verify_email(
    State(app): State<Shared>,
    AccountHolder(account): AccountHolder,
    Body(body): Body<VerifyEmail>,
) -> Result<StatusCode, ApiError> {
    let account = access::own_account(&account, Action::ChangeAccount)?;
    let id = account.user.id;
    if account.user.email_verified {
        return Ok(StatusCode::NO_CONTENT);
    }
    let typed: MailCode = body.code.parse().map_err(|_| ApiError::InvalidCode)?;
    let pending = account.verification.ok_or(ApiError::InvalidCode)?;
    let keyrings = app.keyrings();
    let now = clock::now();
    let checked = pending.check(&keyrings, Purpose::Verification, id, typed, now);
    if let Err(refused) = checked {
        if refused == CodeRefused::Wrong {
            app.store
                .count_wrong_try(id, Purpose::Verification, pending.issued_at)
                .await?;
        }
        return Err(ApiError::InvalidCode);
    }
    match app.store.verify_email(id, pending.issued_at).await? {
        CodeUse::Spent => Ok(StatusCode::NO_CONTENT),
        CodeUse::Gone => Err(ApiError::InvalidCode),
    }
}

/// Mails another code to the caller's address. Earlier codes become invalid. If a code was sent within the last minute, or the
/// address is verified, nothing is sent; the answer is the same.
#[utoipa::path(post, path = "/v1/auth/verify-email/resend", tag = "accounts", security(("bearer" = [])), responses(
    (status = 202, description = "A code is on its way, unless one was sent within the last minute or the address is verified"), (status = 401, description = "`unauthorized`"),
    (status = 429, description = "`too-many-requests`: too many codes were requested by this account or from one network address"),
))]
pub(crate) async fn resend_verification(
    State(app): State<Shared>,
    AccountHolder(account): AccountHolder,
    Extension(RequestId(request)): Extension<RequestId>,
    From(source): From,
) -> Result<StatusCode, ApiError> {
    let account = access::own_account(&account, Action::ChangeAccount)?;
    let id = account.user.id;
    // The request is first counted for its account. If it is refused for its account, it does not count for the source.
    let counted = [Requests::VerificationsOf(id), Requests::CodesFrom(source)];
    app.limits.count_request(&app.store, counted).await?;
    let now = clock::now();
    let pending = account.verification;
    let is_due = pending.is_none_or(|pending| pending.may_be_replaced(now));
    if is_due && !account.user.email_verified {
        app.store
            .issue_code(id, Purpose::Verification, pending, now, &request)
            .await?;
    }
    Ok(StatusCode::ACCEPTED)
}
