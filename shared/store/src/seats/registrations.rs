//! Registration items. They show users which seats and places they have. A registration stores the revision of the home bucket
//! on which it is based. A registration never decides who has a seat; the buckets do.

mod write;

use domain::{
    id::{EventId, UserId},
    seats::{
        claim::SeatRev,
        registration::{Registration, RegistrationStatus},
        writes::RegistrationWrite,
    },
};
use jiff::Timestamp;
use table::{Query, Returned, attr};

use crate::{Store, StoreError, attribute::s, condition::old_item, key, lists::Range};

use write::STATUS;
pub(crate) use write::{KEPT, REMOVAL_REASON, registration_update};

/// The outcome of a write of a registration item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Upsert {
    /// The registration was written.
    Written(Registration),
    /// A newer registration exists, so nothing was written.
    Newer(Registration),
}

impl Upsert {
    /// Returns the registration that is stored now.
    #[must_use]
    pub fn into_registration(self) -> Registration {
        match self {
            Self::Written(registration) | Self::Newer(registration) => registration,
        }
    }
}

impl Store {
    /// Writes a confirmed registration of `user` for `event`, unless a newer registration exists. If the user was on the
    /// waitlist and got a free seat, the place on the waitlist is also deleted.
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
        let write = RegistrationWrite::seat(event, user, rev, at);
        let upsert = self.upsert(&write, request).await?;
        if let Upsert::Written(registration) = &upsert
            && let Some(entry) = registration.obsolete_entry()
        {
            self.strike_entry(event, entry).await?;
        }
        Ok(upsert)
    }

    /// Writes a cancelled registration of `user` for `event`, which the account `by` cancelled, unless a newer registration
    /// exists.
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
        let write = RegistrationWrite::removal(event, user, rev, at, by);
        self.upsert(&write, request).await
    }

    async fn upsert(&self, write: &RegistrationWrite, request: &str) -> Result<Upsert, StoreError> {
        let update = registration_update(write, request)
            .returning(Returned::New)
            .explained();
        match self.write(update).await {
            Ok(item) => Ok(Upsert::Written(serde_dynamo::from_item(item)?)),
            Err(error) => {
                let item = old_item(error)?
                    .ok_or(StoreError::corrupt("a registration that should be there"))?;
                Ok(Upsert::Newer(serde_dynamo::from_item(item)?))
            }
        }
    }

    /// Returns the registration of a user for an event, by a strongly consistent read.
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

    /// Returns those registrations in `wanted` that exist, in any order. The reads are strongly consistent.
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

    /// Counts the cancelled registrations of an event. The number may be about a second old. Costs about one read unit for
    /// every 40 registrations.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn count_cancelled(&self, event: EventId) -> Result<u32, StoreError> {
        self.count(Query::gsi1(key::cancelled_pk(event))).await
    }

    /// Lists the registrations of a user, in the order in which their events were created. The list begins after the
    /// registration for the event `after`.
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
