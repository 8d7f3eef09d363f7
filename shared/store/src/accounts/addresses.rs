//! The e-mail addresses that accounts hold, and changes of an account's address.
//!
//! Each address has its own item, so if several accounts want an address at the same time, only one of them gets it. The key of
//! the item is the identity of the address. For an account from before decision 17 (`docs/decisions`), the key is the address
//! as it was typed.

use domain::{
    accounts::{
        email::{Email, TypedEmail},
        email_change::{FormerEmail, PendingEmail},
    },
    id::UserId,
    security::audit::AuditEntry,
};
use serde::Deserialize;
use table::{Condition, Delete, Update, Write, attr};

use super::{
    Account, EMAIL, EMAIL_CHANGE, EMAIL_VERIFIED, FORMER_EMAIL, MAIL_BLOCK, RESET, VERIFICATION,
    codes::{is_code_of, is_living_code},
};
use crate::{
    Store, StoreError,
    attribute::{Item, PK, REQUEST, Value, s},
    key,
    security::audit::Sent,
    transaction::cancelled_by_condition,
    versioned::put_new,
};

const USER_ID: &str = "userId";

/// The outcome of changing an account's address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmailSwap {
    /// The account has the new address, and the old address is free.
    Done,
    /// Another account has the address.
    Taken,
    /// The account has changed since it was read: its pending change of address was cancelled or completed, or the account was
    /// erased.
    Gone,
}

/// The item that holds an address for an account.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Hold {
    pk: String,
    user_id: UserId,
}

impl Store {
    /// Returns the account that holds an address, under any spelling of the address. The function makes the same number of
    /// calls whether or not an account holds the address. So the duration of a login does not show which addresses have
    /// accounts.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn account_by_email(
        &self,
        typed: &TypedEmail,
    ) -> Result<Option<Account>, StoreError> {
        let keys: Vec<Item> = typed
            .spellings()
            .iter()
            .map(|one| key::email(one))
            .collect();
        let holds: Vec<Hold> = if let [key] = &keys[..] {
            self.get(key.clone()).await?.into_iter().collect()
        } else {
            let items = self.get_all(keys.clone(), true).await?;
            let holds = items.into_iter().map(serde_dynamo::from_item);
            holds.collect::<Result<_, _>>()?
        };
        let under = |key: &Item| holds.iter().find(|hold| key.get(PK) == Some(&s(&hold.pk)));
        let id = match keys.iter().find_map(under) {
            Some(hold) => hold.user_id,
            None => UserId::from_uuid(uuid::Uuid::nil()),
        };
        self.account(id).await
    }

    /// Gives `account` the address that `change` requests, and stores `former` in the account. The new address counts as
    /// verified, and another account may now take the old address. The codes that were mailed to the old address are removed
    /// from the account. If mail to the old address was blocked, this block is removed too.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn change_email(
        &self,
        account: &Account,
        change: &PendingEmail,
        former: &FormerEmail,
        entry: &AuditEntry,
    ) -> Result<EmailSwap, StoreError> {
        let update = Update::of(key::account(account.user.id))
            .set(FORMER_EMAIL, serde_dynamo::to_attribute_value(former)?)
            .remove(EMAIL_CHANGE)
            .when(has_email(account).and(is_living_code(EMAIL_CHANGE, change.issued_at)));
        self.swap_email(account, &change.to, update, entry).await
    }

    /// Gives `account` its earlier, verified address `former` back. A change of address that is still pending is cancelled.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn restore_email(
        &self,
        account: &Account,
        former: &FormerEmail,
        entry: &AuditEntry,
    ) -> Result<EmailSwap, StoreError> {
        let update = Update::of(key::account(account.user.id))
            .remove(FORMER_EMAIL)
            .remove(EMAIL_CHANGE)
            .when(has_email(account).and(is_code_of(FORMER_EMAIL, former.issued_at)));
        self.swap_email(account, &former.email, update, entry).await
    }

    /// Sends the transaction that replaces an account's address. The transaction applies `update` to the account, sets the new
    /// address `to`, releases the old address, gives the new address to the account, and writes the audit entry.
    async fn swap_email(
        &self,
        account: &Account,
        to: &Email,
        update: Update,
        entry: &AuditEntry,
    ) -> Result<EmailSwap, StoreError> {
        let user = &account.user;
        // The account already has the address `to`, so another call has already made this change.
        if user.email == *to {
            return Ok(EmailSwap::Gone);
        }
        let to = TypedEmail::from(to);
        let update = update
            .set(EMAIL, s(to.email().held_as()))
            .set(EMAIL_VERIFIED, Value::Bool(true))
            .set(REQUEST, s(&entry.request_id))
            .remove(RESET)
            .remove(VERIFICATION)
            .remove(MAIL_BLOCK);
        let mut writes = vec![update.into(), release_address(&user.email, user.id)];
        let mut own = 0..writes.len();
        writes.extend(take_address(&to, user.id));
        Ok(match self.send_noting(writes, entry).await? {
            Sent::Written => EmailSwap::Done,
            Sent::Refused(error) if own.any(|at| cancelled_by_condition(&error, at)) => {
                EmailSwap::Gone
            }
            Sent::Refused(_) => EmailSwap::Taken,
        })
    }

    /// Cancels the change of address that was pending when `account` was read. Returns whether the change was still pending.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn call_off_email_change(
        &self,
        account: &Account,
        change: &PendingEmail,
        request: &str,
    ) -> Result<bool, StoreError> {
        let update = Update::of(key::account(account.user.id))
            .set(REQUEST, s(request))
            .remove(EMAIL_CHANGE)
            .when(has_email(account).and(is_code_of(EMAIL_CHANGE, change.issued_at)));
        self.try_write(update).await
    }
}

/// Returns the condition that the account still has the address that it had when it was read.
fn has_email(account: &Account) -> Condition {
    attr(EMAIL).equals(s(account.user.email.held_as()))
}

/// Returns the writes that give the address `typed` to `user`. They fail if an account holds one of the spellings of this
/// address.
pub(super) fn take_address(typed: &TypedEmail, user: UserId) -> Vec<Write> {
    let spelling = typed.email().held_as();
    let mut hold = key::email(spelling);
    hold.insert(USER_ID.to_owned(), s(user.to_string()));
    let mut writes = vec![put_new(hold).into()];
    let spellings = typed.spellings();
    let others = spellings.iter().filter(|other| *other != spelling);
    writes.extend(others.map(|other| Write::Check {
        key: key::email(other),
        condition: attr(PK).absent(),
    }));
    writes
}

/// Returns the write that releases the address that `user` holds.
pub(super) fn release_address(address: &Email, user: UserId) -> Write {
    Delete::of(key::email(address.held_as()))
        .when(attr(USER_ID).equals(s(user.to_string())))
        .into()
}
