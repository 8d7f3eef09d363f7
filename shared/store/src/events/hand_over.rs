//! The handover of an event to another organizer.

use domain::{accounts::user::User, events::Event, id::UserId, security::audit::AuditEntry};
use table::{Delete, Put, Update, attr};

use super::{owned, put_event};
use crate::{
    Store, StoreError,
    accounts::{HAND_OVERS, ROLE},
    attribute::{REQUEST, n, s},
    key,
    security::audit::Sent,
    transaction::cancelled_by_condition,
};

/// The outcome of handing over an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HandOver {
    /// The event has the new organizer.
    Done,
    /// The role of the new organizer's account has changed since the account was read, or the account does not exist any more.
    AccountChanged,
    /// Another process has written the event since it was read, or the event does not exist any more.
    Stale,
}

impl Store {
    /// Writes `event`, whose organizer is now `to`, and replaces the version whose organizer was `from`. The same transaction
    /// lists the event under `to` and no longer under `from`, and writes the audit entry `entry`. The transaction is refused if
    /// the stored account of the new organizer does not have the same role as `to`. The transaction also increases a counter in
    /// this account. So an erasure that read this account before the handover is refused.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn hand_over(
        &self,
        event: &Event,
        from: UserId,
        to: &User,
        request: &str,
        entry: &AuditEntry,
    ) -> Result<HandOver, StoreError> {
        let account = Update::of(key::account(to.id))
            .set(REQUEST, s(request))
            .add(HAND_OVERS, n(1))
            .when(attr(ROLE).equals(s(to.role.as_str())));
        let writes = vec![
            put_event(event, request)?.into(),
            account.into(),
            Put::of(owned(event)).into(),
            Delete::of(key::owns(from, event.id)).into(),
        ];
        Ok(match self.send_noting(writes, entry).await? {
            Sent::Written => HandOver::Done,
            Sent::Refused(error) if cancelled_by_condition(&error, 1) => HandOver::AccountChanged,
            Sent::Refused(_) => HandOver::Stale,
        })
    }
}
