//! Repairs registrations that are older than the guest list.

use std::collections::HashMap;

use bootstrap::metrics::Metric;
use domain::{
    id::{EventId, UserId},
    seats::claim::SeatRev,
};
use store::StoreError;

use crate::{
    batch::WrittenSeatChange,
    effect::SeatChange,
    relay::{Relay, RelayError},
};

impl Relay {
    /// Writes the registrations that are older than the guest list, because the process that changed the seat crashed before it
    /// wrote them. Usually there are no such registrations. Returns the number of repaired registrations.
    ///
    /// # Errors
    /// The batch must be retried.
    pub(super) async fn repair_registrations(
        &self,
        changes: &[WrittenSeatChange],
    ) -> Result<usize, RelayError> {
        let wanted = changes.iter().map(|written| written.change);
        let mut wanted: Vec<(EventId, UserId)> =
            wanted.map(|change| (change.event, change.user)).collect();
        wanted.sort();
        wanted.dedup();
        let standing = match self.store.registrations(wanted).await {
            Ok(standing) => standing,
            Err(error) if error.is_transient() => return Err(RelayError::Store(error)),
            // One of the registrations cannot be read. In that case, the registrations of all changed seats are written, and
            // the results of these writes show which registration cannot be read.
            Err(_) => Vec::new(),
        };
        let standing: HashMap<_, _> = standing
            .into_iter()
            .map(|item| ((item.event_id, item.user_id), item))
            .collect();
        let mut repairs = 0;
        for written in changes {
            let SeatChange {
                event, user, rev, ..
            } = written.change;
            let repaired = match standing.get(&(event, user)) {
                Some(registration) if registration.rev >= rev => {
                    match registration.obsolete_entry() {
                        Some(entry) => self.store.strike_entry(event, entry).await,
                        None => continue,
                    }
                }
                Some(_) | None => self.repair(written).await,
            };
            repairs += 1;
            self.metrics.note(Metric::RegistrationsRepaired, 1);
            self.settle(repaired, &written.source).await?;
        }
        Ok(repairs)
    }

    async fn repair(&self, written: &WrittenSeatChange) -> Result<(), StoreError> {
        let WrittenSeatChange { change, at, source } = written;
        let SeatChange {
            event,
            user,
            seated,
            rev,
        } = *change;
        let request = &source.request;
        let rev = SeatRev::Written(rev);
        if seated {
            self.store
                .record_seat(event, user, rev, *at, request)
                .await?;
        } else {
            // The guest cancelled the registration. If another user had removed the guest, the same transaction would have
            // written the registration, and no repair would be necessary.
            self.store
                .record_removal(event, user, rev, user, *at, request)
                .await?;
        }
        Ok(())
    }
}
