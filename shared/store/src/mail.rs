//! Mails. Each mail has its own item, so that the mail is sent only once. Another item stores whether the last mails could be
//! sent.

mod sender;

use std::{collections::HashMap, time::Duration};

use domain::{
    accounts::email::Email,
    id::{EventId, UserId},
    mail::{key::MailKey, state::MailState},
};
use jiff::Timestamp;
use table::{Condition, Update, attr};

use crate::{
    Account, MailBlock, Store, StoreError,
    accounts::{EMAIL, MAIL_BLOCK},
    attribute::{EXPIRES_AT, Item, PK, Value, n, s, text},
    condition::old_item,
    key,
};

pub(crate) const STATE: &str = "state";
const LEASE: &str = "lease";
const AT: &str = "at";
/// Name of the attribute that marks a registration whose user does not want announcements and reminders of the event.
const MUTED: &str = "muted";

/// The time for which the item of a mail is kept. This is longer than a message can stay on a queue, and longer than the time
/// for which reminders are scheduled in advance.
const KEPT: Duration = Duration::from_hours(24 * 400);

/// The outcome of claiming a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailClaim {
    /// The caller has claimed the mail, and may send it until the lease of the claim expires.
    Yours,
    /// The mail must not be sent, because an earlier attempt has already led to this state.
    Settled(MailState),
    /// Another process has claimed the mail. The lease of that claim has not expired.
    Busy,
}

/// Reads the state of a mail from its item.
pub(crate) fn state(item: &Item) -> Result<MailState, StoreError> {
    text(item, STATE)?
        .parse()
        .map_err(|_| StoreError::corrupt("the state of a mail"))
}

/// Returns the condition that a process is sending the mail, or crashed while it was sending it.
fn is_sending() -> Condition {
    attr(STATE).equals(s(MailState::Sending.as_str()))
}

impl Store {
    /// Claims a mail with one conditional write. The caller may send the mail until `now + lease`. If the caller crashes before
    /// it has written the outcome, another process may claim and send the mail after that time. Then the mail may be sent
    /// twice.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn claim_mail(
        &self,
        mail: &MailKey,
        now: Timestamp,
        lease: Duration,
    ) -> Result<MailClaim, StoreError> {
        let until = now.as_millisecond() + i64::try_from(lease.as_millis()).unwrap_or(i64::MAX);
        let expires = now.as_second() + i64::try_from(KEPT.as_secs()).unwrap_or(0);
        let lease_ended = is_sending().and(attr(LEASE).at_most(n(now.as_millisecond())));
        let claim = Update::of(key::mail(mail))
            .set(STATE, s(MailState::Sending.as_str()))
            .set(LEASE, n(until))
            .set(AT, s(now.to_string()))
            .set(EXPIRES_AT, n(expires))
            .when(attr(PK).absent().or(lease_ended))
            .explained();
        match self.write(claim).await {
            Ok(_) => Ok(MailClaim::Yours),
            Err(error) => {
                let item = old_item(error)?.ok_or(StoreError::corrupt("a mail"))?;
                Ok(match state(&item)? {
                    MailState::Sending => MailClaim::Busy,
                    state => MailClaim::Settled(state),
                })
            }
        }
    }

    /// Releases the caller's claim of a mail that was not sent. After that, any process can claim the mail immediately.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn release_mail(&self, mail: &MailKey) -> Result<(), StoreError> {
        let release = Update::of(key::mail(mail))
            .set(LEASE, n(0))
            .when(is_sending());
        self.try_write(release).await.map(|_| ())
    }

    /// Writes the new state of a mail, if this state can follow the stored one. Returns whether the new state was written.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn settle_mail(
        &self,
        mail: &MailKey,
        state: MailState,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let before = state.may_follow().iter();
        let before = before.map(|before| s(before.as_str())).collect();
        let settle = Update::of(key::mail(mail))
            .set(STATE, s(state.as_str()))
            .set(AT, s(at.to_string()))
            .remove(LEASE)
            .when(attr(STATE).is_in(before));
        self.try_write(settle).await
    }

    /// Returns the accounts of the users, in any order. Users whose account does not exist are skipped.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn accounts(&self, users: &[UserId]) -> Result<Vec<Account>, StoreError> {
        let items = self
            .get_all(users.iter().map(|user| key::account(*user)).collect(), true)
            .await?;
        items
            .into_iter()
            .map(|item| Ok(serde_dynamo::from_item(item)?))
            .collect()
    }

    /// Stops all mail to a user, if the user's account still has the address `address`. If mail was already blocked because of
    /// a bounce, a complaint replaces this reason.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn block_mail(
        &self,
        user: UserId,
        address: &Email,
        block: MailBlock,
    ) -> Result<(), StoreError> {
        let has_address = attr(EMAIL).equals(s(address.held_as()));
        let (name, condition) = match block {
            MailBlock::Bounced => ("bounced", has_address.and(attr(MAIL_BLOCK).absent())),
            MailBlock::Complained => ("complained", has_address),
        };
        let update = Update::of(key::account(user))
            .set(MAIL_BLOCK, s(name))
            .when(condition);
        self.try_write(update).await.map(|_| ())
    }

    /// Stops announcements and reminders of an event for one user. Returns whether the user has a registration for the event.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn mute(&self, user: UserId, event: EventId) -> Result<bool, StoreError> {
        let update = Update::of(key::registration(user, event))
            .set(MUTED, Value::Bool(true))
            .when(attr(PK).exists());
        self.try_write(update).await
    }

    /// Returns the states of the mails, and the times at which they got these states. A mail that was never claimed is not in
    /// the map.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn mail_states(
        &self,
        mails: &[MailKey],
    ) -> Result<HashMap<MailKey, (MailState, Timestamp)>, StoreError> {
        let items = self
            .get_all(mails.iter().map(key::mail).collect(), false)
            .await?;
        items
            .iter()
            .map(|item| {
                let key = key::parse_mail_pk(text(item, PK)?)
                    .ok_or(StoreError::corrupt("the key of a mail"))?;
                let at = text(item, AT)?.parse();
                let at = at.map_err(|_| StoreError::corrupt("the time of a mail"))?;
                Ok((key, (state(item)?, at)))
            })
            .collect()
    }
}
