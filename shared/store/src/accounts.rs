//! Accounts, the addresses they hold, and who is an admin.

mod addresses;
mod codes;
mod erasure;
mod password;
mod profile;

use std::collections::HashSet;

use aws_sdk_dynamodb::{
    operation::transact_write_items::TransactWriteItemsError,
    types::{AttributeValue, Put, TransactWriteItem, Update},
};
use domain::{
    audit::AuditEntry,
    email::TypedEmail,
    email_change::{FormerEmail, PendingEmail},
    id::UserId,
    mail_code::PendingCode,
    policy::Actor,
    role::Role,
    user::User,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    Page, Store, StoreError,
    attribute::{GSI1, GSI1PK, Item, PK, REQUEST, n, s, text},
    audit::Sent,
    key,
};

pub use addresses::EmailSwap;
pub use codes::CodeUse;
pub use erasure::Erasure;
pub use password::PasswordChange;

/// Counts the events that were handed over to the account.
pub(crate) const HAND_OVERS: &str = "handOvers";
const PASSWORD_HASH: &str = "passwordHash";
const PASSWORD_CHANGED_AT: &str = "passwordChangedAt";
const RESET: &str = "reset";
const VERIFICATION: &str = "verification";
pub(crate) const EMAIL: &str = "email";
const EMAIL_VERIFIED: &str = "emailVerified";
const EMAIL_CHANGE: &str = "emailChange";
const FORMER_EMAIL: &str = "formerEmail";
pub(crate) const MAIL_BLOCK: &str = "mailBlock";

/// An account with what only the service may know of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// The account as others may see it.
    #[serde(flatten)]
    pub user: User,
    /// argon2id hash as a PHC string.
    pub password_hash: String,
    /// When the password was changed last. Sessions that began under another password are over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_changed_at: Option<Timestamp>,
    /// The code that verifies the address, while it is not verified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification: Option<PendingCode>,
    /// The code that resets the password, once somebody has asked for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reset: Option<PendingCode>,
    /// Why the address gets no more mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail_block: Option<MailBlock>,
    /// Counts the events that were handed over to it, so that an erasure that began before the last of them is noticed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub hand_overs: u64,
    /// The address that the account is to get, once somebody has asked for another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_change: Option<PendingEmail>,
    /// The address that the account had before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former_email: Option<FormerEmail>,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference"
)]
fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl Account {
    /// Returns a new account with no code, block or change of address.
    #[must_use]
    pub fn new(user: User, password_hash: String) -> Self {
        Self {
            user,
            password_hash,
            password_changed_at: None,
            verification: None,
            reset: None,
            mail_block: None,
            hand_overs: 0,
            email_change: None,
            former_email: None,
        }
    }

    /// The account as somebody who acts, in the role that it has now.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor {
            id: self.user.id,
            role: self.user.role,
        }
    }
}

/// Why an address gets no more mail: another one would harm the sender's reputation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MailBlock {
    /// Its server refused a mail for good.
    Bounced,
    /// Its owner called a mail spam.
    Complained,
}

/// What became of a new account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewAccount {
    /// It was made.
    Created,
    /// Another account holds its address.
    EmailTaken,
}

/// What became of a change of role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoleChange {
    /// The account, with its role as asked for.
    Changed(User),
    /// There is no such account.
    NoSuchUser,
    /// Nobody would be left to administer the system.
    LastAdmin,
}

impl Store {
    /// Makes an account, unless its address, which is the `typed` one, is taken under any of its spellings.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn create_account(
        &self,
        account: &Account,
        typed: &TypedEmail,
        request: &str,
    ) -> Result<NewAccount, StoreError> {
        let user = &account.user;
        let mut item: Item = serde_dynamo::to_item(account)?;
        item.insert(REQUEST.to_owned(), s(request));
        item.extend(key::account(user.id));
        item.extend(key::listed_account(user.created_at, user.id));
        let holds = self.take_address(typed, user.id)?;
        let held = holds.len();
        let account = TransactWriteItem::builder()
            .put(self.put_new(item)?)
            .build();
        let mut transaction = self
            .client
            .transact_write_items()
            .set_transact_items(Some(holds))
            .transact_items(account);
        if user.role == Role::Admin {
            transaction = transaction.transact_items(
                TransactWriteItem::builder()
                    .update(self.count_admin(user.id, true)?)
                    .build(),
            );
        }
        match transaction.send().await {
            Ok(_) => Ok(NewAccount::Created),
            Err(error)
                if (0..held).any(|at| cancelled_by_condition(error.as_service_error(), at)) =>
            {
                Ok(NewAccount::EmailTaken)
            }
            Err(error) => Err(transaction_error(error)),
        }
    }

    /// An account.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn account(&self, id: UserId) -> Result<Option<Account>, StoreError> {
        self.get(key::account(id)).await
    }

    /// Those of the accounts that exist, in any order: half a read unit each, and one more for each account that seems to be
    /// missing, because an account that was just made must not be taken for an erased one.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn users(&self, ids: &[UserId]) -> Result<Vec<User>, StoreError> {
        let mut users = self.users_read(ids, false).await?;
        if users.len() < ids.len() {
            let found: HashSet<UserId> = users.iter().map(|user| user.id).collect();
            let missing = ids.iter().filter(|id| !found.contains(id));
            let missing: Vec<UserId> = missing.copied().collect();
            users.extend(self.users_read(&missing, true).await?);
        }
        Ok(users)
    }

    async fn users_read(&self, ids: &[UserId], consistent: bool) -> Result<Vec<User>, StoreError> {
        let keys = ids.iter().map(|id| key::account(*id)).collect();
        let items = self.get_all(keys, consistent).await?;
        items
            .into_iter()
            .map(|item| Ok(serde_dynamo::from_item(item)?))
            .collect()
    }

    /// Accounts in the order of their making, after the one at `after`.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn list_users(
        &self,
        limit: usize,
        after: Option<(Timestamp, UserId)>,
    ) -> Result<Page<User>, StoreError> {
        let start = after.map(|(created_at, id)| {
            let mut start = key::account(id);
            start.extend(key::listed_account(created_at, id));
            start
        });
        let found = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(GSI1)
            .key_condition_expression("#gsi1pk = :users")
            .expression_attribute_names("#gsi1pk", GSI1PK)
            .expression_attribute_values(":users", s(key::USERS))
            .limit(i32::try_from(limit).unwrap_or(i32::MAX))
            .set_exclusive_start_key(start)
            .send()
            .await?;
        let more = found.last_evaluated_key.is_some();
        let items = found
            .items
            .unwrap_or_default()
            .into_iter()
            .map(serde_dynamo::from_item)
            .collect::<Result<_, _>>()?;
        Ok(Page { items, more })
    }

    /// Gives an account a role; the last admin stays one. `entry` gives the entry of a change from the role that it is
    /// told, which is written in the same transaction.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn set_role(
        &self,
        id: UserId,
        role: Role,
        entry: impl Fn(Role) -> AuditEntry,
    ) -> Result<RoleChange, StoreError> {
        for attempt in 1..=5 {
            let Some(Account { mut user, .. }) = self.account(id).await? else {
                return Ok(RoleChange::NoSuchUser);
            };
            let from = std::mem::replace(&mut user.role, role);
            if from == role {
                return Ok(RoleChange::Changed(user));
            }
            let profile = Update::builder()
                .table_name(&self.table)
                .set_key(Some(key::account(id)))
                .update_expression("SET #role = :role")
                .condition_expression("#role = :from")
                .expression_attribute_names("#role", "role")
                .expression_attribute_values(":role", s(role.as_str()))
                .expression_attribute_values(":from", s(from.as_str()))
                .build()?;
            let mut transaction = self
                .client
                .transact_write_items()
                .transact_items(TransactWriteItem::builder().update(profile).build());
            let counted = from == Role::Admin || role == Role::Admin;
            if counted {
                let count = self.count_admin(id, role == Role::Admin)?;
                transaction =
                    transaction.transact_items(TransactWriteItem::builder().update(count).build());
            }
            match self.send_noting(transaction, &entry(from)).await? {
                Sent::Written => return Ok(RoleChange::Changed(user)),
                Sent::Refused(error)
                    if counted
                        && cancelled_by_condition(error.as_service_error(), 1)
                        && !cancelled_by_condition(error.as_service_error(), 0) =>
                {
                    return Ok(RoleChange::LastAdmin);
                }
                // Another change of the same account came first: look again.
                Sent::Refused(_) => crate::batch::back_off(attempt).await,
            }
        }
        Err(StoreError::Contended("an account's role"))
    }

    /// Adds an admin to the set of all, or takes one out, never the last.
    fn count_admin(&self, id: UserId, admin: bool) -> Result<Update, StoreError> {
        let update = Update::builder()
            .table_name(&self.table)
            .set_key(Some(key::admins()))
            .expression_attribute_names("#ids", "ids")
            .expression_attribute_values(":id", AttributeValue::Ss(vec![id.to_string()]));
        let update = if admin {
            update.update_expression("ADD #ids :id")
        } else {
            update
                .update_expression("DELETE #ids :id")
                .condition_expression("size(#ids) > :one")
                .expression_attribute_values(":one", n(1))
        };
        Ok(update.build()?)
    }

    pub(crate) fn put_new(&self, item: Item) -> Result<Put, StoreError> {
        Ok(Put::builder()
            .table_name(&self.table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(#pk)")
            .expression_attribute_names("#pk", PK)
            .build()?)
    }
}

/// Whether the account has this hash: having a salt of its own, it was written by this very call, whose answer was
/// lost on its way.
fn has_hash(item: Option<Item>, hash: &str) -> bool {
    item.is_some_and(|item| text(&item, PASSWORD_HASH).is_ok_and(|known| known == hash))
}

/// A transaction failed: cancelled for a conflict, or otherwise.
pub(crate) fn transaction_error(
    error: aws_sdk_dynamodb::error::SdkError<
        TransactWriteItemsError,
        aws_sdk_dynamodb::config::http::HttpResponse,
    >,
) -> StoreError {
    match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled))
            if cancelled.cancellation_reasons().iter().any(|reason| {
                matches!(
                    reason.code(),
                    Some(
                        "TransactionConflict" | "ThrottlingError" | "ProvisionedThroughputExceeded"
                    )
                )
            }) =>
        {
            StoreError::Contended("the items of a transaction")
        }
        _ => error.into(),
    }
}

/// Whether the condition of item `at` of the transaction failed.
pub(crate) fn cancelled_by_condition(error: Option<&TransactWriteItemsError>, at: usize) -> bool {
    let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error else {
        return false;
    };
    cancelled
        .cancellation_reasons()
        .get(at)
        .and_then(|reason| reason.code())
        == Some("ConditionalCheckFailed")
}
