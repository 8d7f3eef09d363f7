//! Reads and writes accounts, their e-mail addresses, the set of all admins, and sessions.

mod addresses;
mod codes;
mod erasure;
mod password;
mod profile;
pub(crate) mod sessions;

use std::collections::HashSet;

use domain::{
    accounts::{
        email::TypedEmail,
        email_change::{FormerEmail, PendingEmail},
        mail_code::PendingCode,
        role::Role,
        user::User,
    },
    id::UserId,
    mail::kind::AccountMail,
    security::{audit::AuditEntry, policy::Actor},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use table::{Comparison, Query, Update, Write, attr};

use crate::{
    Page, Store, StoreError,
    attribute::{Item, REQUEST, Value, s, text},
    key,
    security::audit::Sent,
    transaction::{cancelled_by_condition, transaction_error},
    versioned::put_new,
};

use addresses::take_address;

pub use addresses::EmailSwap;
pub use codes::CodeUse;
pub use erasure::Erasure;
pub(crate) use erasure::account_exists;
pub use password::PasswordChange;
pub use sessions::{Rotation, Session};

/// Name of the attribute with the number of events that were handed over to an account.
pub(crate) const HAND_OVERS: &str = "handOvers";
pub(crate) const ROLE: &str = "role";
const PASSWORD_HASH: &str = "passwordHash";
const PASSWORD_CHANGED_AT: &str = "passwordChangedAt";
const RESET: &str = "reset";
const VERIFICATION: &str = "verification";
pub(crate) const EMAIL: &str = "email";
const EMAIL_VERIFIED: &str = "emailVerified";
const EMAIL_CHANGE: &str = "emailChange";
const FORMER_EMAIL: &str = "formerEmail";
pub(crate) const MAIL_BLOCK: &str = "mailBlock";

/// An account with its private data, which only the service may see.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Account {
    /// The part of the account that other users may see.
    #[serde(flatten)]
    pub user: User,
    /// The argon2id hash of the password, as a PHC string.
    pub password_hash: String,
    /// The time at which the account's password was last changed. Sessions that began before this change have ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_changed_at: Option<Timestamp>,
    /// The code that verifies the account's e-mail address; `None` after the address was verified.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verification: Option<PendingCode>,
    /// The code that resets the password, if one was requested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reset: Option<PendingCode>,
    /// The reason why the account's address gets no more mail; `None` if it gets mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail_block: Option<MailBlock>,
    /// The number of events that were handed over to the account. An erasure reads this number together with the account, and
    /// fails if the number has changed when the account is deleted.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub hand_overs: u64,
    /// The new address that the holder of the account has requested, if a change of address is pending.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email_change: Option<PendingEmail>,
    /// The address that the account had before its last change of address.
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
    /// Returns the time of the change that causes a mail of the kind `about`: the time at which the latest code was issued, or
    /// at which the password or the address was changed. Returns `None` if there was no such change.
    #[must_use]
    pub fn happened_at(&self, about: AccountMail) -> Option<Timestamp> {
        match about {
            AccountMail::Welcome => self.verification.map(|code| code.issued_at),
            AccountMail::PasswordReset => self.reset.map(|code| code.issued_at),
            AccountMail::PasswordChanged => self.password_changed_at,
            AccountMail::EmailChange | AccountMail::EmailChangeNotice => {
                self.email_change.as_ref().map(|change| change.issued_at)
            }
        }
    }

    /// Returns a new account without any code, mail block or change of address.
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

    /// Returns the account as the actor of an action, with its present role.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor {
            id: self.user.id,
            role: self.user.role,
        }
    }
}

/// The reason why an address gets no more mail. Another mail to it would harm the sender's reputation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MailBlock {
    /// The mail server of the address refused a mail permanently.
    Bounced,
    /// The owner of the address reported a mail as spam.
    Complained,
}

/// The outcome of creating an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewAccount {
    /// The account was created.
    Created,
    /// Another account has the address already.
    EmailTaken,
}

/// The outcome of changing an account's role.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RoleChange {
    /// The account has the requested role now.
    Changed(User),
    /// The account does not exist.
    NoSuchUser,
    /// The role was not changed, because the account is the last admin.
    LastAdmin,
}

impl Store {
    /// Creates an account with the address `typed`. Creates nothing if another account holds this address in any of its
    /// spellings.
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
        let mut writes = take_address(typed, user.id);
        let holds = writes.len();
        writes.push(put_new(item).into());
        if user.role == Role::Admin {
            writes.push(count_admin(user.id, true).into());
        }
        match self.transact(writes).await {
            Ok(()) => Ok(NewAccount::Created),
            Err(error) if (0..holds).any(|at| cancelled_by_condition(&error, at)) => {
                Ok(NewAccount::EmailTaken)
            }
            Err(error) => Err(transaction_error(error)),
        }
    }

    /// Reads an account.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn account(&self, id: UserId) -> Result<Option<Account>, StoreError> {
        self.get(key::account(id)).await
    }

    /// Returns the accounts that exist among the given ids, in any order. Each id costs half a read unit. An account that was
    /// not found is read a second time, with a strongly consistent read for one more read unit, because a new account must not
    /// be mistaken for an erased one.
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

    /// Lists accounts in the order in which they were created. The list begins after the account `after`.
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
        let query = Query::gsi1(key::USERS).limit(limit).start(start);
        let found = self.query_page(query).await?;
        let more = found.last_key.is_some();
        let items = found
            .items
            .into_iter()
            .map(serde_dynamo::from_item)
            .collect::<Result<_, _>>()?;
        Ok(Page { items, more })
    }

    /// Changes the role of an account, unless the account is the last admin. The function `entry` gets the former role and
    /// returns the audit entry. The transaction that changes the role also writes this entry.
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
            let profile = Update::of(key::account(id))
                .set(ROLE, s(role.as_str()))
                .when(attr(ROLE).equals(s(from.as_str())));
            let mut writes: Vec<Write> = vec![profile.into()];
            let counted = from == Role::Admin || role == Role::Admin;
            if counted {
                writes.push(count_admin(id, role == Role::Admin).into());
            }
            match self.send_noting(writes, &entry(from)).await? {
                Sent::Written => return Ok(RoleChange::Changed(user)),
                Sent::Refused(error)
                    if counted
                        && cancelled_by_condition(&error, 1)
                        && !cancelled_by_condition(&error, 0) =>
                {
                    return Ok(RoleChange::LastAdmin);
                }
                // Another process has changed the role since the account was read, so the loop reads the account once more.
                Sent::Refused(_) => crate::batch::back_off(attempt).await,
            }
        }
        Err(StoreError::Contended("an account's role"))
    }
}

/// Returns the update that adds an account to the set of all admins, or removes it from the set. The last admin cannot be
/// removed.
fn count_admin(id: UserId, admin: bool) -> Update {
    const IDS: &str = "ids";
    let update = Update::of(key::admins());
    let one = Value::Ss(vec![id.to_string()]);
    if admin {
        update.add(IDS, one)
    } else {
        update
            .discard(IDS, one)
            .when(attr(IDS).size(Comparison::Greater, 1))
    }
}

/// Whether the account has this password hash. Each hash has its own salt. So if the account has this hash, an earlier try of
/// the same call has written the account, and only the reply to that try was lost.
fn has_hash(item: Option<Item>, hash: &str) -> bool {
    item.is_some_and(|item| text(&item, PASSWORD_HASH).is_ok_and(|known| known == hash))
}
