//! Registration items: what users read of the guest list. They follow it, by revision; they never decide.

use aws_sdk_dynamodb::{
    operation::update_item::builders::UpdateItemFluentBuilder,
    types::{ReturnValue, ReturnValuesOnConditionCheckFailure},
};
use domain::{
    guest_list::claim::SeatRev,
    id::{EventId, UserId},
    registration::{Registration, RegistrationStatus},
};
use jiff::Timestamp;

use crate::{
    Store, StoreError,
    attribute::{GSI1, GSI1PK, GSI1SK, PK, REQUEST, n, s},
    condition::old_item,
    key,
    lists::Range,
};

pub(crate) const CANCELLED_BY: &str = "cancelledBy";
pub(crate) const PROMOTED: &str = "promoted";
pub(crate) const KEPT: &str = "kept";

/// What became of a write of a registration item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Upsert {
    /// It stands as written.
    Written(Registration),
    /// A newer one stood already.
    Newer(Registration),
}

impl Upsert {
    /// The registration as it stands.
    #[must_use]
    pub fn into_registration(self) -> Registration {
        match self {
            Self::Written(registration) | Self::Newer(registration) => registration,
        }
    }
}

impl Store {
    /// Records that `user` got a seat of `event`, where no registration or an older one stands. Whoever was waiting and
    /// found a free seat gives the place on the waitlist up.
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
        let update = self
            .registration_update(event, user, rev, RegistrationStatus::Confirmed, request)
            .update_expression(
                "SET #eventId = :event, #userId = :user, #status = :status, #rev = :rev, #request = :request, #registeredAt = :at, \
                 #generation = if_not_exists(#generation, :zero) + :one REMOVE #cancelledAt, #cancelledBy, #promoted, #kept, #gsi1pk, #gsi1sk",
            )
            .expression_attribute_names("#gsi1pk", GSI1PK)
            .expression_attribute_names("#gsi1sk", GSI1SK)
            .expression_attribute_names("#cancelledAt", "cancelledAt")
            .expression_attribute_names("#cancelledBy", CANCELLED_BY)
            .expression_attribute_names("#promoted", PROMOTED)
            .expression_attribute_names("#kept", KEPT)
            .expression_attribute_values(":at", s(at.to_string()))
            .expression_attribute_values(":zero", n(0));
        // A seat that was merely seen may be the one that a standing registration tells of.
        let update = match rev {
            SeatRev::Written(_) => {
                update.condition_expression("attribute_not_exists(#pk) OR #rev < :rev")
            }
            SeatRev::Seen(_) => update.condition_expression(
                "attribute_not_exists(#pk) OR (#rev < :rev AND #status <> :status)",
            ),
        };
        let upsert = upsert(update).await?;
        if let Upsert::Written(registration) = &upsert
            && let Some(entry) = registration.obsolete_entry()
        {
            self.strike_entry(event, entry).await?;
        }
        Ok(upsert)
    }

    /// Records that `user` lost the seat of `event`, where no registration or an older one stands; `by` whom.
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
        upsert(self.removal_update(event, user, rev, by, at, request)).await
    }

    /// The write of [`Store::record_removal`].
    pub(crate) fn removal_update(
        &self,
        event: EventId,
        user: UserId,
        rev: SeatRev,
        by: UserId,
        at: Timestamp,
        request: &str,
    ) -> UpdateItemFluentBuilder {
        let expression = "SET #eventId = :event, #userId = :user, #status = :status, #rev = :rev, #request = :request, \
             #cancelledAt = :at, #gsi1pk = :cancelled, #gsi1sk = :user, #registeredAt = if_not_exists(#registeredAt, :at), \
             #generation = if_not_exists(#generation, :one), #cancelledBy = :by, #seatLostAt = :at";
        let update = self
            .registration_update(event, user, rev, RegistrationStatus::Cancelled, request)
            .expression_attribute_names("#cancelledAt", "cancelledAt")
            .expression_attribute_names("#cancelledBy", CANCELLED_BY)
            .expression_attribute_names("#seatLostAt", "seatLostAt")
            .expression_attribute_names("#gsi1pk", GSI1PK)
            .expression_attribute_names("#gsi1sk", GSI1SK)
            .expression_attribute_values(":cancelled", s(key::cancelled_pk(event)))
            .expression_attribute_values(":at", s(at.to_string()))
            .expression_attribute_values(":by", s(by.to_string()))
            .update_expression(expression);
        match rev {
            SeatRev::Written(_) => {
                update.condition_expression("attribute_not_exists(#pk) OR #rev < :rev")
            }
            SeatRev::Seen(_) => update
                .condition_expression("attribute_exists(#pk) AND #rev < :rev AND #status = :other")
                .expression_attribute_values(":other", s(RegistrationStatus::Confirmed.as_str())),
        }
    }

    fn registration_update(
        &self,
        event: EventId,
        user: UserId,
        rev: SeatRev,
        status: RegistrationStatus,
        request: &str,
    ) -> UpdateItemFluentBuilder {
        self.client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key::registration(user, event)))
            .expression_attribute_names("#pk", PK)
            .expression_attribute_names("#eventId", "eventId")
            .expression_attribute_names("#userId", "userId")
            .expression_attribute_names("#status", "status")
            .expression_attribute_names("#rev", "rev")
            .expression_attribute_names("#request", REQUEST)
            .expression_attribute_names("#registeredAt", "registeredAt")
            .expression_attribute_names("#generation", "generation")
            .expression_attribute_values(":event", s(event.to_string()))
            .expression_attribute_values(":user", s(user.to_string()))
            .expression_attribute_values(":status", s(status.as_str()))
            .expression_attribute_values(":rev", n(rev.get()))
            .expression_attribute_values(":request", s(request))
            .expression_attribute_values(":one", n(1))
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
    }

    /// The registration of a user, read consistently.
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

    /// Those of the registrations that exist, in any order, read consistently.
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

    /// How many registrations for an event are cancelled, a second or so ago; a read unit for about 40 of them.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn count_cancelled(&self, event: EventId) -> Result<u32, StoreError> {
        let query = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(GSI1)
            .key_condition_expression("#gsi1pk = :cancelled")
            .expression_attribute_names("#gsi1pk", GSI1PK)
            .expression_attribute_values(":cancelled", s(key::cancelled_pk(event)));
        self.count(query).await
    }

    /// Registrations of a user in the order of the events' making, after the one of event `after`.
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
        let filter = status.map(|status| {
            (
                "#status = :status",
                vec![("#status", "status")],
                vec![(":status", s(status.as_str()))],
            )
        });
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

async fn upsert(update: UpdateItemFluentBuilder) -> Result<Upsert, StoreError> {
    match update.send().await {
        Ok(done) => Ok(Upsert::Written(serde_dynamo::from_item(
            done.attributes.unwrap_or_default(),
        )?)),
        Err(error) => {
            let item = old_item(error)?
                .ok_or(StoreError::corrupt("a registration that should be there"))?;
            Ok(Upsert::Newer(serde_dynamo::from_item(item)?))
        }
    }
}
