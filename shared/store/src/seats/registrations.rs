//! Registration items: the view of the guest list that users read. They follow the guest list by its revisions and never
//! decide who has a seat.

use domain::{
    id::{EventId, UserId},
    seats::{
        claim::SeatRev,
        registration::{Registration, RegistrationStatus},
        waitlist::EntryId,
    },
};
use jiff::Timestamp;
use table::{Condition, Query, Returned, Update, attr};

use crate::{
    Store, StoreError,
    attribute::{GSI1PK, GSI1SK, PK, REQUEST, REV, n, s},
    condition::old_item,
    key,
    lists::Range,
};

pub(crate) const EVENT_ID: &str = "eventId";
pub(crate) const USER_ID: &str = "userId";
pub(crate) const STATUS: &str = "status";
pub(crate) const REGISTERED_AT: &str = "registeredAt";
pub(crate) const GENERATION: &str = "generation";
pub(crate) const ENTRY_ID: &str = "entryId";
pub(crate) const CANCELLED_AT: &str = "cancelledAt";
pub(crate) const CANCELLED_BY: &str = "cancelledBy";
pub(crate) const PROMOTED: &str = "promoted";
pub(crate) const KEPT: &str = "kept";
const SEAT_LOST_AT: &str = "seatLostAt";

/// The outcome of a write of a registration item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Upsert {
    /// The registration was written.
    Written(Registration),
    /// A newer registration stood already, and nothing was written.
    Newer(Registration),
}

impl Upsert {
    /// Returns the registration as it stands.
    #[must_use]
    pub fn into_registration(self) -> Registration {
        match self {
            Self::Written(registration) | Self::Newer(registration) => registration,
        }
    }
}

/// The registration is waitlisted, and its place is `entry`.
pub(crate) fn waits_as(entry: EntryId) -> Condition {
    attr(STATUS)
        .equals(s(RegistrationStatus::Waitlisted.as_str()))
        .and(attr(ENTRY_ID).equals(s(entry.to_string())))
}

/// The registration stands, and its revision is below `rev`.
fn is_older(rev: SeatRev) -> Condition {
    attr(REV).less(n(rev.get()))
}

/// No registration stands, or one whose revision is below `rev`.
fn is_absent_or_older(rev: SeatRev) -> Condition {
    attr(PK).absent().or(is_older(rev))
}

/// Begins the write of a registration that has `status` at the revision `rev` of the guest list.
fn registration_update(
    event: EventId,
    user: UserId,
    rev: SeatRev,
    status: RegistrationStatus,
    request: &str,
) -> Update {
    Update::of(key::registration(user, event))
        .set(EVENT_ID, s(event.to_string()))
        .set(USER_ID, s(user.to_string()))
        .set(STATUS, s(status.as_str()))
        .set(REV, n(rev.get()))
        .set(REQUEST, s(request))
}

impl Store {
    /// Records that `user` got a seat of `event`, if no registration stands or an older one does. If the user was on the
    /// waitlist and found a free seat, this also deletes the place on the waitlist.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn record_seat(
        &self,
        event: EventId,
        user: UserId,
        rev: SeatRev,
        at: Timestamp,
        request: &str,
    ) -> Result<Upsert, StoreError> {
        let confirmed = RegistrationStatus::Confirmed;
        let update = registration_update(event, user, rev, confirmed, request)
            .set(REGISTERED_AT, s(at.to_string()))
            .increase_from(GENERATION, 0, 1)
            .remove(CANCELLED_AT)
            .remove(CANCELLED_BY)
            .remove(PROMOTED)
            .remove(KEPT)
            .remove(GSI1PK)
            .remove(GSI1SK);
        let condition = match rev {
            SeatRev::Written(_) => is_absent_or_older(rev),
            // The standing registration may already be the one of a seat that was only seen.
            SeatRev::Seen(_) => {
                let differs = attr(STATUS).differs(s(confirmed.as_str()));
                attr(PK).absent().or(is_older(rev).and(differs))
            }
        };
        let upsert = self.upsert(update.when(condition)).await?;
        if let Upsert::Written(registration) = &upsert
            && let Some(entry) = registration.obsolete_entry()
        {
            self.strike_entry(event, entry).await?;
        }
        Ok(upsert)
    }

    /// Records that `user` lost the seat of `event` because `by` wished it, if no registration stands or an older one does.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn record_removal(
        &self,
        event: EventId,
        user: UserId,
        rev: SeatRev,
        by: UserId,
        at: Timestamp,
        request: &str,
    ) -> Result<Upsert, StoreError> {
        self.upsert(removal_update(event, user, rev, by, at, request))
            .await
    }

    async fn upsert(&self, update: Update) -> Result<Upsert, StoreError> {
        let update = update.returning(Returned::New).explained();
        match self.write(update).await {
            Ok(item) => Ok(Upsert::Written(serde_dynamo::from_item(item)?)),
            Err(error) => {
                let item = old_item(error)?
                    .ok_or(StoreError::corrupt("a registration that should be there"))?;
                Ok(Upsert::Newer(serde_dynamo::from_item(item)?))
            }
        }
    }

    /// Returns the registration of a user, read consistently.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn registration(
        &self,
        event: EventId,
        user: UserId,
    ) -> Result<Option<Registration>, StoreError> {
        self.get(key::registration(user, event)).await
    }

    /// Returns those of the registrations that exist, in any order, read consistently.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn registrations(
        &self,
        wanted: impl IntoIterator<Item = (EventId, UserId)>,
    ) -> Result<Vec<Registration>, StoreError> {
        let keys = wanted
            .into_iter()
            .map(|(event, user)| key::registration(user, event))
            .collect();
        let items = self.get_all(keys, true).await?;
        items
            .into_iter()
            .map(|item| Ok(serde_dynamo::from_item(item)?))
            .collect()
    }

    /// Counts the cancelled registrations for an event, as they were a second or so ago. Costs a read unit for about 40 of
    /// them.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn count_cancelled(&self, event: EventId) -> Result<u32, StoreError> {
        self.count(Query::gsi1(key::cancelled_pk(event))).await
    }

    /// Lists registrations of a user in the order in which their events were made, after the one for the event `after`.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn list_registrations(
        &self,
        user: UserId,
        status: Option<RegistrationStatus>,
        limit: usize,
        after: Option<EventId>,
    ) -> Result<crate::Page<Registration>, StoreError> {
        let filter = status.map(|status| attr(STATUS).equals(s(status.as_str())));
        let after = after.map(|event| key::registration(user, event));
        self.query_partition(
            Range::oldest_first(key::user_pk(user), key::REG),
            filter,
            limit,
            after,
        )
        .await
    }
}

/// Returns the write of [`Store::record_removal`].
pub(crate) fn removal_update(
    event: EventId,
    user: UserId,
    rev: SeatRev,
    by: UserId,
    at: Timestamp,
    request: &str,
) -> Update {
    let update = registration_update(event, user, rev, RegistrationStatus::Cancelled, request)
        .set(CANCELLED_AT, s(at.to_string()))
        .set(GSI1PK, s(key::cancelled_pk(event)))
        .set(GSI1SK, s(user.to_string()))
        .set_if_absent(REGISTERED_AT, s(at.to_string()))
        .set_if_absent(GENERATION, n(1))
        .set(CANCELLED_BY, s(by.to_string()))
        .set(SEAT_LOST_AT, s(at.to_string()));
    update.when(match rev {
        SeatRev::Written(_) => is_absent_or_older(rev),
        SeatRev::Seen(_) => attr(PK)
            .exists()
            .and(is_older(rev))
            .and(attr(STATUS).equals(s(RegistrationStatus::Confirmed.as_str()))),
    })
}
