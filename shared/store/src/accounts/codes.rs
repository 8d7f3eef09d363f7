//! Codes that are mailed to the owner of an address. This module issues codes, counts wrong tries, and spends codes.
//!
//! Every try of a code ends in a write. A code can be spent only while fewer wrong tries were counted than the code allows. So
//! even concurrent callers cannot try a code more often than allowed.

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

/// The outcome of spending a code that was valid when it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeUse {
    /// The code was spent, and its effect was written.
    Spent,
    /// The code could not be spent: another call has spent it since it was read, a new code has replaced it, or wrong tries
    /// have made it invalid.
    Gone,
}

fn attribute(purpose: Purpose<'_>) -> &'static str {
    match purpose {
        Purpose::Verification => VERIFICATION,
        Purpose::PasswordReset => RESET,
        Purpose::EmailChange(_) => EMAIL_CHANGE,
    }
}

/// Returns the condition that the code or the change of address in the attribute `name` was issued at `issued_at`.
pub(super) fn is_code_of(name: &'static str, issued_at: Timestamp) -> Condition {
    attr(name).field(ISSUED_AT).equals(s(issued_at.to_string()))
}

/// Returns the condition that the code in the attribute `name` was issued at `issued_at`, and that fewer wrong tries of this
/// code were counted than a code allows.
pub(super) fn is_living_code(name: &'static str, issued_at: Timestamp) -> Condition {
    is_code_of(name, issued_at).and(attr(name).field(WRONG_TRIES).less(n(MAX_WRONG_TRIES)))
}

/// Returns an update of the account `user`, without changes. Its condition is that the code in the attribute `name` is still
/// valid.
fn with_living_code(user: UserId, name: &'static str, issued_at: Timestamp) -> Update {
    Update::of(key::account(user))
        .when(is_living_code(name, issued_at))
        .explained()
}

impl Store {
    /// Issues a code to an account. The new code replaces `instead_of`, which is the account's present code, or `None` if the
    /// account has no code. Returns whether the code was issued. If two callers issue a code at the same time, only one of them
    /// succeeds. If the account does not exist, no caller succeeds.
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

    /// Counts one wrong try of the code that was issued at `issued_at`: somebody entered a code that differs from it. Does
    /// nothing if the account does not have the issued code any more.
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

    /// Spends the code that was issued at `issued_at`, and marks the account's address as verified.
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
        // If the address is verified although this write was refused, then another call has verified it, or an earlier try of
        // this call has, whose reply was lost.
        let is_verified = old_item(error)?
            .is_some_and(|item| item.get(EMAIL_VERIFIED) == Some(&Value::Bool(true)));
        Ok(if is_verified {
            CodeUse::Spent
        } else {
            CodeUse::Gone
        })
    }

    /// Spends the code that was issued at `issued_at`. The account gets a new password, and its sessions end. The address
    /// counts as verified, because the code was mailed to this address. A pending change of address is cancelled, because it
    /// was requested with the old password.
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
