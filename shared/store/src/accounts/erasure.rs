//! The end of an account, and a look at what an erased one has left.

use std::collections::HashSet;

use aws_sdk_dynamodb::types::{AttributeValue, ConditionCheck, Delete, TransactWriteItem};
use domain::{
    audit::AuditEntry,
    id::{EventId, UserId},
    role::Role,
};
use serde::Deserialize;

use super::{Account, HAND_OVERS, cancelled_by_condition};
use crate::{
    Store, StoreError,
    attribute::{Item, PK, SK, n, s, text},
    audit::Sent,
    condition::old_item,
    key,
    registrations::KEPT,
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
        let mut writes = self
            .client
            .transact_write_items()
            .transact_items(TransactWriteItem::builder().delete(profile).build())
            .transact_items(self.release_address(&user.email, user.id)?);
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

    /// Those of the accounts that exist, read consistently, at the cost of a read unit each. Ids of accounts are never given
    /// twice, so an account that is missing is missing for good.
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

    /// Whether an account exists, read consistently.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn has_account(&self, id: UserId) -> Result<bool, StoreError> {
        let found = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(key::account(id)))
            .projection_expression("#pk")
            .expression_attribute_names("#pk", PK)
            .consistent_read(true)
            .send()
            .await?;
        Ok(found.item.is_some())
    }

    /// The account exists: a part of a transaction that writes something which an erased account must not have.
    pub(crate) fn account_exists(&self, id: UserId) -> Result<TransactWriteItem, StoreError> {
        let check = ConditionCheck::builder()
            .table_name(&self.table)
            .set_key(Some(key::account(id)))
            .condition_expression("attribute_exists(#pk)")
            .expression_attribute_names("#pk", PK)
            .build()?;
        Ok(TransactWriteItem::builder().condition_check(check).build())
    }

    /// Marks the registration of a person who has come in: the seat is theirs after the account is erased, too.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn keep_seat(&self, event: EventId, user: UserId) -> Result<(), StoreError> {
        let written = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key::registration(user, event)))
            .update_expression("SET #kept = :true")
            .condition_expression("attribute_exists(#pk)")
            .expression_attribute_names("#kept", KEPT)
            .expression_attribute_names("#pk", PK)
            .expression_attribute_values(":true", AttributeValue::Bool(true))
            .send()
            .await;
        match written {
            Ok(_) => Ok(()),
            Err(error) => old_item(error).map(|_| ()),
        }
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
