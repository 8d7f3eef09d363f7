//! The password of an account.

use domain::id::UserId;
use jiff::Timestamp;
use table::{Condition, Update, attr};

use super::{EMAIL_CHANGE, PASSWORD_CHANGED_AT, PASSWORD_HASH, RESET};
use crate::{
    Store, StoreError,
    attribute::{REQUEST, s},
    condition::old_item,
    key,
};

/// The outcome of changing an account's password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordChange {
    /// The account has the new password.
    Changed,
    /// The password of the account has changed since it was read, or the account does not exist any more.
    Outdated,
}

/// Returns the condition that an account's item contains the password hash `hash`.
fn is_password(hash: &str) -> Condition {
    attr(PASSWORD_HASH).equals(s(hash))
}

impl Store {
    /// Gives an account a new password, if its present password still has the hash `from`. All sessions of the account end. The
    /// codes that reset the password or change the address are removed, because somebody who knew the old password may have
    /// requested them.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn change_password(
        &self,
        user: UserId,
        from: &str,
        to: &str,
        now: Timestamp,
        request: &str,
    ) -> Result<PasswordChange, StoreError> {
        let update = Update::of(key::account(user))
            .set(PASSWORD_HASH, s(to))
            .set(PASSWORD_CHANGED_AT, s(now.to_string()))
            .set(REQUEST, s(request))
            .remove(RESET)
            .remove(EMAIL_CHANGE)
            .when(is_password(from))
            .explained();
        let Err(error) = self.write(update).await else {
            return Ok(PasswordChange::Changed);
        };
        Ok(if super::has_hash(old_item(error)?, to) {
            PasswordChange::Changed
        } else {
            PasswordChange::Outdated
        })
    }

    /// Replaces the password hash `from` of an account by another hash of the same password. Sessions stay valid, and no mail
    /// is sent. If the hash has changed since it was read, nothing is written.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn renew_password_hash(
        &self,
        user: UserId,
        from: &str,
        to: &str,
        request: &str,
    ) -> Result<(), StoreError> {
        let update = Update::of(key::account(user))
            .set(PASSWORD_HASH, s(to))
            .set(REQUEST, s(request))
            .when(is_password(from));
        self.try_write(update).await.map(|_| ())
    }
}
