//! Gives back everything that erased accounts still hold.
//!
//! A registration does not read the account, and other operations read the account before they write. So a seat, a place on a
//! waitlist or a session may be written for an account that is already erased, or is being erased. Two kinds of records cause
//! this step: a record of an erased account, and a record of a new seat, place or session. In the second case, the account is
//! read *after* the seat, place or session was written. So whichever was written first, one of the two records causes the seat,
//! place or session to be given back (`docs/decisions/0023-erased-accounts-hold-nothing.md`).

use std::{collections::BTreeMap, sync::Arc};

use bootstrap::clock;
use domain::{
    accounts::erasure::{Remains, gives_up},
    id::{EventId, UserId},
    seats::registration::Registration,
};
use store::{EventWrite, Leaving, StoreError, Withdrawal};

use crate::{
    record::Source,
    relay::{Relay, RelayError},
};

/// The largest number of items of one kind that are read for an account. Every account has fewer items. The table returns the
/// items in pages of one megabyte.
const MOST: usize = 100_000;

impl Relay {
    /// Gives back everything that is held by those of the `users` who have no account. Returns the number of these users.
    ///
    /// # Errors
    /// The batch must be retried.
    pub(super) async fn give_back(
        &self,
        users: &BTreeMap<UserId, Arc<Source>>,
    ) -> Result<usize, RelayError> {
        if users.is_empty() {
            return Ok(0);
        }
        let existing = self.store.existing_accounts(users.keys().copied()).await;
        let existing = existing.map_err(RelayError::Store)?;
        let mut erased = 0;
        for (user, source) in users {
            if existing.contains(user) {
                continue;
            }
            erased += 1;
            let cleared = self.clear(*user, &source.request).await;
            self.settle(cleared, source).await?;
        }
        Ok(erased)
    }

    /// Gives back everything that the erased account `user` holds. A repetition changes nothing.
    async fn clear(&self, user: UserId, request: &str) -> Result<(), StoreError> {
        let registrations = self.store.list_registrations(user, None, MOST, None);
        let mut places = 0;
        for registration in registrations.await?.items {
            places += u32::from(self.withdraw(&registration, request).await?);
            if registration.removal_reason.is_some() {
                let event = registration.event_id;
                self.store.forget_removal_reason(event, user).await?;
            }
        }
        for event in self
            .store
            .list_staffed_events(user, MOST, None)
            .await?
            .items
        {
            self.store.remove_staff(event, user, None).await?;
        }
        for event in self.store.list_owned_events(user, MOST, None).await?.items {
            self.forget_organizer(event, request).await?;
        }
        self.store.forget_sessions(user).await?;
        tracing::info!(request_id = request, places, "erased_account_cleared");
        Ok(())
    }

    /// Gives up the registration's seat or place on the waitlist, in the same way as when its holder cancels. Returns whether
    /// there was a seat or place to give up.
    async fn withdraw(
        &self,
        registration: &Registration,
        request: &str,
    ) -> Result<bool, StoreError> {
        let now = clock::now();
        let event = self.store.event(registration.event_id).await?;
        let Some(event) = event.filter(|event| gives_up(registration, event, now)) else {
            return Ok(false);
        };
        let noted = Leaving {
            by: registration.user_id,
            at: now,
            request,
            entry: None,
            reason: None,
        };
        match self
            .store
            .withdraw(&event, registration.user_id, noted)
            .await?
        {
            Withdrawal::Done(_) | Withdrawal::NeverRegistered => Ok(true),
            Withdrawal::Contended => Err(StoreError::Contended("a guest list and its waitlist")),
        }
    }

    /// Deletes the event if it is a draft. Otherwise removes the organizer's name from the event.
    async fn forget_organizer(&self, id: EventId, request: &str) -> Result<(), StoreError> {
        let Some(event) = self.store.event(id).await? else {
            return Ok(());
        };
        let written = match Remains::of(event, clock::now()) {
            Remains::Deleted(draft) => self.store.delete_draft(&draft, None).await?,
            Remains::Nameless(event) => self.store.update_event(&event, request, None).await?,
            Remains::Unchanged => return Ok(()),
        };
        match written {
            EventWrite::Written => Ok(()),
            EventWrite::Stale => Err(StoreError::Contended("an event")),
        }
    }
}
