//! Erases accounts, and checks which accounts still exist.

use std::collections::HashSet;

use domain::{accounts::role::Role, id::UserId, security::audit::AuditEntry};
use serde::Deserialize;
use table::{Delete, Write, attr};

use super::{Account, HAND_OVERS, ROLE, addresses::release_address, count_admin};
use crate::{
    Store, StoreError,
    attribute::{Item, PK, SK, n, s, text},
    key,
    security::audit::Sent,
    transaction::cancelled_by_condition,
};

/// The outcome of erasing an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erasure {
    /// The account is deleted, and its address is free.
    Erased,
    /// The account has changed since it was read, or does not exist any more.
    Changed,
    /// The account was not erased, because it is the last admin.
    LastAdmin,
}

impl Store {
    /// Deletes an account and releases its address, unless the account is the last admin. The same transaction writes the audit
    /// entry `entry`. If an event was handed over to the account after the caller had read the account, the result is
    /// [`Erasure::Changed`].
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn erase_account(
        &self,
        account: &Account,
        entry: &AuditEntry,
    ) -> Result<Erasure, StoreError> {
        let user = &account.user;
        let same_events = if account.hand_overs == 0 {
            attr(HAND_OVERS).absent()
        } else {
            attr(HAND_OVERS).equals(n(account.hand_overs))
        };
        let profile = Delete::of(key::account(user.id))
            .when(attr(ROLE).equals(s(user.role.as_str())).and(same_events));
        let mut writes: Vec<Write> = vec![profile.into(), release_address(&user.email, user.id)];
        if user.role == Role::Admin {
            writes.push(count_admin(user.id, false).into());
        }
        Ok(match self.send_noting(writes, entry).await? {
            Sent::Written => Erasure::Erased,
            Sent::Refused(error)
                if user.role == Role::Admin && cancelled_by_condition(&error, 2) =>
            {
                Erasure::LastAdmin
            }
            Sent::Refused(_) => Erasure::Changed,
        })
    }

    /// Whether `user` is the only admin.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn is_last_admin(&self, user: UserId) -> Result<bool, StoreError> {
        #[derive(Deserialize)]
        struct Admins {
            ids: Vec<UserId>,
        }
        let admins: Option<Admins> = self.get(key::admins()).await?;
        Ok(admins.is_some_and(|admins| admins.ids == [user]))
    }

    /// Whether the system has an admin. Once the result is true, it stays true, because the last admin cannot lose the role.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn has_admin(&self) -> Result<bool, StoreError> {
        Ok(self.get_item(key::admins()).await?.is_some())
    }

    /// Returns those of `ids` that belong to an existing account. The reads are strongly consistent. Costs one read unit for
    /// each id. Ids are never reused, so an account that is missing will never exist.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn existing_accounts(
        &self,
        ids: impl IntoIterator<Item = UserId>,
    ) -> Result<HashSet<UserId>, StoreError> {
        let keys = ids.into_iter().map(key::account).collect();
        let items = self.get_all(keys, true).await?;
        let id = |item| {
            key::parse_user_pk(text(item, PK)?).ok_or(StoreError::corrupt("the key of an account"))
        };
        items.iter().map(id).collect()
    }

    /// Whether an account exists, according to a strongly consistent read.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn has_account(&self, id: UserId) -> Result<bool, StoreError> {
        Ok(self.get_item(key::account(id)).await?.is_some())
    }

    /// Deletes all sessions of a user.
    ///
    /// # Errors
    /// The table could not be read or written.
    pub async fn forget_sessions(&self, user: UserId) -> Result<(), StoreError> {
        let sessions = self
            .query_all(key::user_pk(user), key::SESSION.to_owned(), None)
            .await?;
        for mut session in sessions {
            let key = [PK, SK].into_iter();
            let key: Item = key.filter_map(|name| session.remove_entry(name)).collect();
            self.write(Delete::of(key)).await?;
        }
        Ok(())
    }
}

/// Returns a check that the account exists. A transaction includes this check if it writes an item that an erased account must
/// not have.
pub(crate) fn account_exists(id: UserId) -> Write {
    Write::Check {
        key: key::account(id),
        condition: attr(PK).exists(),
    }
}
