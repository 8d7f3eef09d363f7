//! Codes that are mailed to the owner of an address: issuing them, counting tries, and using them.
//!
//! Every guess ends in a write, and a code can be spent only while the count of wrong tries is below the limit. So even
//! concurrent guesses cannot exceed the limit of one code.

use domain::{
    accounts::{
        email_change::PendingEmail,
        mail_code::{MAX_WRONG_TRIES, PendingCode, Purpose},
    },
    id::UserId,
};
use jiff::Timestamp;
use table::{Condition, Update, attr};

use super::{
    EMAIL_CHANGE, EMAIL_VERIFIED, PASSWORD_CHANGED_AT, PASSWORD_HASH, RESET, VERIFICATION,
};
use crate::{
    Store, StoreError,
    attribute::{PK, REQUEST, Value, n, s},
    condition::old_item,
    key,
};

const ISSUED_AT: &str = "issuedAt";
const WRONG_TRIES: &str = "wrongTries";

/// The outcome of using a code that was right when it was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeUse {
    /// The code was spent, and its effect is written.
    Spent,
    /// Meanwhile another call spent the code, another code replaced it, or wrong tries invalidated it.
    Gone,
}

fn attribute(purpose: Purpose<'_>) -> &'static str {
    match purpose {
        Purpose::Verification => VERIFICATION,
        Purpose::PasswordReset => RESET,
        Purpose::EmailChange(_) => EMAIL_CHANGE,
    }
}

/// The map in the attribute `name` was issued at `issued_at`.
pub(super) fn is_code_of(name: &'static str, issued_at: Timestamp) -> Condition {
    attr(name).field(ISSUED_AT).equals(s(issued_at.to_string()))
}

/// The code in the attribute `name` was issued at `issued_at`, and wrong tries have not invalidated it.
pub(super) fn is_living_code(name: &'static str, issued_at: Timestamp) -> Condition {
    is_code_of(name, issued_at).and(attr(name).field(WRONG_TRIES).less(n(MAX_WRONG_TRIES)))
}

/// Returns an update of an account on the condition that its code in the attribute `name` is still valid.
fn with_living_code(user: UserId, name: &'static str, issued_at: Timestamp) -> Update {
    Update::of(key::account(user))
        .when(is_living_code(name, issued_at))
        .explained()
}

impl Store {
    /// Issues a code, which replaces the account's present one, if any. Returns whether it was issued: if two callers do so
    /// at once, one of them succeeds; if there is no such account, none does.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn issue_code(
        &self,
        user: UserId,
        purpose: Purpose<'_>,
        instead_of: Option<PendingCode>,
        now: Timestamp,
        request: &str,
    ) -> Result<bool, StoreError> {
        let issued = match purpose {
            Purpose::Verification | Purpose::PasswordReset => {
                serde_dynamo::to_attribute_value(PendingCode::issued(now))
            }
            Purpose::EmailChange(to) => {
                serde_dynamo::to_attribute_value(PendingEmail::asked(to.clone(), now))
            }
        }?;
        let code = attribute(purpose);
        let expected = match instead_of {
            None => attr(PK).exists().and(attr(code).absent()),
            Some(old) => is_code_of(code, old.issued_at),
        };
        let update = Update::of(key::account(user))
            .set(code, issued)
            .set(REQUEST, s(request))
            .when(expected);
        self.try_write(update).await
    }

    /// Counts a wrong try of the code that was issued at `issued_at`. If there is no such code, it counts nothing.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn count_wrong_try(
        &self,
        user: UserId,
        purpose: Purpose<'_>,
        issued_at: Timestamp,
    ) -> Result<(), StoreError> {
        let code = attribute(purpose);
        let update =
            with_living_code(user, code, issued_at).increase(attr(code).field(WRONG_TRIES), 1);
        self.try_write(update).await.map(|_| ())
    }

    /// Spends the code that was issued at `issued_at`: the account's address is verified.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn verify_email(
        &self,
        user: UserId,
        issued_at: Timestamp,
    ) -> Result<CodeUse, StoreError> {
        let update = with_living_code(user, VERIFICATION, issued_at)
            .set(EMAIL_VERIFIED, Value::Bool(true))
            .remove(VERIFICATION);
        let Err(error) = self.write(update).await else {
            return Ok(CodeUse::Spent);
        };
        // Another call verified it, or this one did and its answer was lost. The address is verified in both cases.
        let is_verified = old_item(error)?
            .is_some_and(|item| item.get(EMAIL_VERIFIED) == Some(&Value::Bool(true)));
        Ok(if is_verified {
            CodeUse::Spent
        } else {
            CodeUse::Gone
        })
    }

    /// Spends the code that was issued at `issued_at`. The account gets another password, its sessions end, and its address
    /// is verified, because the code was mailed there. A change of address that was requested with the old password is
    /// cancelled.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn reset_password(
        &self,
        user: UserId,
        issued_at: Timestamp,
        password_hash: &str,
        now: Timestamp,
        request: &str,
    ) -> Result<CodeUse, StoreError> {
        let update = with_living_code(user, RESET, issued_at)
            .set(PASSWORD_HASH, s(password_hash))
            .set(PASSWORD_CHANGED_AT, s(now.to_string()))
            .set(EMAIL_VERIFIED, Value::Bool(true))
            .set(REQUEST, s(request))
            .remove(RESET)
            .remove(VERIFICATION)
            .remove(EMAIL_CHANGE);
        let Err(error) = self.write(update).await else {
            return Ok(CodeUse::Spent);
        };
        Ok(if super::has_hash(old_item(error)?, password_hash) {
            CodeUse::Spent
        } else {
            CodeUse::Gone
        })
    }
}
