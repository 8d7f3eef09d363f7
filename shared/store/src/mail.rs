//! Mails: one item for each, so that each mail is sent once, and one item for the state of the sender.

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
/// Attribute of a registration whose user wants no announcements and reminders of the event.
const MUTED: &str = "muted";

/// Lifetime of a mail's item: longer than that of messages, and longer than reminders are planned ahead.
const KEPT: Duration = Duration::from_hours(24 * 400);

/// The answer to a claim of a mail: the process that may send it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailClaim {
    /// The caller, until the lease expires.
    Yours,
    /// Nobody: the mail has this state already.
    Settled(MailState),
    /// Another process, whose lease has not expired.
    Busy,
}

/// Reads the state of a mail.
pub(crate) fn state(item: &Item) -> Result<MailState, StoreError> {
    text(item, STATE)?
        .parse()
        .map_err(|_| StoreError::corrupt("the state of a mail"))
}

/// A process is sending the mail, or crashed while it did.
fn is_sending() -> Condition {
    attr(STATE).equals(s(MailState::Sending.as_str()))
}

impl Store {
    /// Claims a mail for the caller, who may send it until `now + lease`, in one conditional write. If the caller crashes
    /// before the mail is settled, another process may send the mail after the lease, perhaps a second time.
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

    /// Gives a claim back: the mail was not sent, and may be claimed again immediately.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn release_mail(&self, mail: &MailKey) -> Result<(), StoreError> {
        let release = Update::of(key::mail(mail))
            .set(LEASE, n(0))
            .when(is_sending());
        self.try_write(release).await.map(|_| ())
    }

    /// Writes the state of a mail. Ignores a state that cannot follow the standing one. Returns whether it was written.
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

    /// Returns the accounts of the users, in any order; a user without one is left out.
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

    /// Stops mail to a user at `address`, if the account still has this address. A complaint replaces a bounce.
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

    /// Stops announcements and reminders of an event to a registrant. Returns whether there is such a registration.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn mute(&self, user: UserId, event: EventId) -> Result<bool, StoreError> {
        let update = Update::of(key::registration(user, event))
            .set(MUTED, Value::Bool(true))
            .when(attr(PK).exists());
        self.try_write(update).await
    }

    /// Returns the states of these mails. A mail that was never claimed has no state.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn mail_states(
        &self,
        mails: &[MailKey],
    ) -> Result<HashMap<MailKey, MailState>, StoreError> {
        let items = self
            .get_all(mails.iter().map(key::mail).collect(), false)
            .await?;
        items
            .iter()
            .map(|item| {
                let key = key::parse_mail_pk(text(item, PK)?)
                    .ok_or(StoreError::corrupt("the key of a mail"))?;
                Ok((key, state(item)?))
            })
            .collect()
    }
}
