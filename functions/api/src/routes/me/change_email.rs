//! Handles `PUT /v1/me/email` and `POST /v1/me/email/confirm`, which give the caller's account another address.

use axum::{Extension, Json, extract::State, http::StatusCode};
use bootstrap::clock;
use domain::{
    accounts::{
        email::Email,
        email_change::{FormerEmail, PendingEmail},
        mail_code::{CodeRefused, MailCode, Purpose},
        password::TypedPassword,
    },
    invalid::{Findings, Invalid, Reason},
    security::{audit::Deed, policy::Action, rate_limit::Requests},
};
use secrecy::SecretString;
use serde::Deserialize;
use store::EmailSwap;
use utoipa::ToSchema;

use crate::{
    access,
    app::Shared,
    extract::{AccountHolder, Acting, Body},
    passwords::{self, Verdict},
    problem::ApiError,
    request::{From, RequestId},
    views::UserView,
};

/// A new address for the caller's account, and the account's password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ChangeEmail {
    /// New address of the account: up to 254 characters, with only ASCII before the `@`. It must differ from the present
    /// address.
    #[schema(example = "ada.lovelace@example.org")]
    new_email: String,
    /// The password of the account.
    #[schema(value_type = String, example = "correct horse battery")]
    password: SecretString,
}

impl ChangeEmail {
    fn parse(self) -> Result<(Email, TypedPassword), Vec<Invalid>> {
        let mut findings = Findings::default();
        let email = findings.check("/newEmail", Email::parse(&self.new_email));
        let password = findings.check("/password", TypedPassword::parse(self.password));
        findings.finish(email.zip(password))
    }
}

/// Starts a change of the address of the caller's account. A code is mailed to the new address. A notice with a link to object
/// is mailed to the present address. Nothing changes until the code is confirmed. If another account has the new address, the
/// mail to that address says so; the answer is the same and takes as long. A further request replaces the earlier one. Nothing
/// is sent to the same new address again within a minute.
#[utoipa::path(put, path = "/v1/me/email", tag = "accounts", security(("bearer" = [])), request_body = ChangeEmail, responses(
    (status = 202, description = "A mail is on its way to the new address, unless one was sent there within the last minute"),
    (status = 401, description = "`invalid-credentials` if the password is wrong, or `unauthorized`"),
    (status = 422, description = "`invalid`: mail cannot be sent to the new address, or the account has that address already, or the deployment names the account's present address as the address of its first administrator"),
    (status = 429, description = "`too-many-requests`: too many changes were requested by this account, from one network address, or to this address"),
))]
pub(crate) async fn change_email(
    State(app): State<Shared>,
    AccountHolder(account): AccountHolder,
    Extension(RequestId(request)): Extension<RequestId>,
    From(source): From,
    Body(body): Body<ChangeEmail>,
) -> Result<StatusCode, ApiError> {
    let (to, password) = body.parse()?;
    let account = access::own_account(&account, Action::ChangeAccount)?;
    let user = account.user.id;
    // The request is first counted for its account. If it is refused for its account, it does not count for the source.
    let counted = [Requests::EmailChangesOf(user), Requests::CodesFrom(source)];
    app.limits.count_request(&app.store, counted).await?;
    if passwords::verify(&password, Some(&account.password_hash)).await? == Verdict::Wrong {
        return Err(ApiError::WrongPassword);
    }
    let mut findings = Findings::default();
    if account.user.email == to {
        findings.add(
            "/newEmail",
            Reason::SameEmail,
            "is the address of the account already",
        );
    }
    if app.is_first_admins(&account.user.email) {
        // The first administrator must keep the address that the deployment's settings name. Otherwise, signing in with the
        // address and password of the settings would make a second administrator.
        findings.add(
            "/newEmail",
            Reason::FixedEmail,
            "cannot replace an address that the deployment names as its first administrator's: change that first",
        );
    }
    findings.finish(Some(()))?;
    app.limits
        .count_request(&app.store, [Requests::EmailChangesTo(to.clone())])
        .await?;
    let now = clock::now();
    let pending = account.email_change.as_ref();
    if pending.is_none_or(|pending| pending.may_be_replaced(&to, now)) {
        let purpose = Purpose::EmailChange(&to);
        let pending = pending.map(PendingEmail::code);
        let issued = app
            .store
            .issue_code(user, purpose, pending, now, &request)
            .await?;
        // Another request has changed the account's pending code since this request read it. The new code may be for another
        // address.
        if !issued {
            return Err(ApiError::Contended);
        }
    }
    Ok(StatusCode::ACCEPTED)
}

/// The code from the mail that was sent to the new address.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ConfirmEmail {
    /// Code from the mail: 8 characters of Crockford base32; case, spaces and hyphens do not matter.
    #[schema(example = "04HM-ASW9")]
    code: String,
}

/// Gives the caller's account the address that the code was mailed to. The new address is verified, and mails go to it. The old
/// address is free for another account. Sessions, registrations and tickets stay. A code is valid for 60 minutes and five
/// tries, but not after a change of the password.
#[utoipa::path(post, path = "/v1/me/email/confirm", tag = "accounts", security(("bearer" = [])), request_body = ConfirmEmail, responses(
    (status = 200, description = "The account with its new address", body = UserView), (status = 400, description = "`invalid-code`"),
    (status = 401, description = "`unauthorized`"), (status = 409, description = "`email-taken`: another account has the address now"),
    (status = 422, description = "`invalid`"),
))]
pub(crate) async fn confirm_email(
    State(app): State<Shared>,
    acting: Acting,
    Body(body): Body<ConfirmEmail>,
) -> Result<Json<UserView>, ApiError> {
    let user = acting.actor.id;
    let account = access::own_account(&acting.account, Action::ChangeAccount)?;
    let typed: MailCode = body.code.parse().map_err(|_| ApiError::InvalidCode)?;
    let change = account.email_change.as_ref().ok_or(ApiError::InvalidCode)?;
    let now = clock::now();
    if let Err(refused) = change.check(&app.keyrings(), user, typed, now) {
        if refused == CodeRefused::Wrong {
            app.store
                .count_wrong_try(user, Purpose::EmailChange(&change.to), change.issued_at)
                .await?;
        }
        return Err(ApiError::InvalidCode);
    }
    if app.is_first_admins(&change.to) {
        return Err(ApiError::EmailTaken);
    }
    let before = &account.user;
    let former = FormerEmail::after(
        account.former_email.as_ref(),
        &before.email,
        before.email_verified,
        change,
        now,
    );
    let entry = acting.entry(&Deed::ChangeEmail(user));
    let swap = app.store.change_email(account, change, &former, &entry);
    match swap.await? {
        EmailSwap::Done => {
            let mut user = account.user.clone();
            user.email = change.to.clone();
            user.email_verified = true;
            Ok(Json((&user).into()))
        }
        EmailSwap::Taken => Err(ApiError::EmailTaken),
        EmailSwap::Gone => Err(ApiError::InvalidCode),
    }
}
