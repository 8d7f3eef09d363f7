//! The end of an account.

use aws_sdk_dynamodb::types::{Delete, TransactWriteItem};
use domain::{audit::AuditEntry, id::UserId, role::Role};
use serde::Deserialize;

use super::{Account, HAND_OVERS, cancelled_by_condition};
use crate::{
    Store, StoreError,
    attribute::{Item, PK, SK, n, s},
    audit::Sent,
    key,
};

/// What became of an erasure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Erasure {
    /// The account is gone, and its address free.
    Erased,
    /// The account has changed since it was read, or is gone.
    Changed,
    /// Nobody would be left to administer the system.
    LastAdmin,
}

impl Store {
    /// Deletes an account and the hold on its address, with `entry` in the same transaction; the last admin stays. An
    /// account that was handed an event since it was read has changed.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn erase_account(
        &self,
        account: &Account,
        entry: &AuditEntry,
    ) -> Result<Erasure, StoreError> {
        let user = &account.user;
        let mut values = Item::from([(":role".to_owned(), s(user.role.as_str()))]);
        let same_events = if account.hand_overs == 0 {
            "attribute_not_exists(#handOvers)"
        } else {
            values.insert(":handOvers".to_owned(), n(account.hand_overs));
            "#handOvers = :handOvers"
        };
        let profile = Delete::builder()
            .table_name(&self.table)
            .set_key(Some(key::account(user.id)))
            .condition_expression(format!("#role = :role AND {same_events}"))
            .expression_attribute_names("#role", "role")
            .expression_attribute_names("#handOvers", HAND_OVERS)
            .set_expression_attribute_values(Some(values))
            .build()?;
        let address = Delete::builder()
            .table_name(&self.table)
            .set_key(Some(key::email(&user.email)))
            .condition_expression("#user = :user")
            .expression_attribute_names("#user", "userId")
            .expression_attribute_values(":user", s(user.id.to_string()))
            .build()?;
        let mut writes = self
            .client
            .transact_write_items()
            .transact_items(TransactWriteItem::builder().delete(profile).build())
            .transact_items(TransactWriteItem::builder().delete(address).build());
        if user.role == Role::Admin {
            let count = self.count_admin(user.id, false)?;
            writes = writes.transact_items(TransactWriteItem::builder().update(count).build());
        }
        Ok(match self.send_noting(writes, entry).await? {
            Sent::Written => Erasure::Erased,
            Sent::Refused(error)
                if user.role == Role::Admin
                    && cancelled_by_condition(error.as_service_error(), 2) =>
            {
                Erasure::LastAdmin
            }
            Sent::Refused(_) => Erasure::Changed,
        })
    }

    /// Whether there is no other admin.
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
            self.client
                .delete_item()
                .table_name(&self.table)
                .set_key(Some(key))
                .send()
                .await?;
        }
        Ok(())
    }
}
