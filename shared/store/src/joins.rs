//! Runs the machine of joining a waitlist against the table.

use aws_sdk_dynamodb::types::{
    ConditionCheck, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update,
};
use domain::{
    guest_list::{
        join::{Answer, Join, Outcome, Step},
        waitlist::EntryId,
    },
    id::EventId,
    registration::RegistrationStatus,
};
use jiff::Timestamp;

use crate::{
    Store, StoreError,
    attribute::{GSI1PK, GSI1SK, PK, REQUEST, REV, b, n, s},
    batch::back_off,
    key,
    registrations::{CANCELLED_BY, KEPT, PROMOTED},
    transaction::{self, Refusal},
    waitlist::GUEST,
};

impl Store {
    /// Carries a join through to its outcome; `entry` is the place that is made if the caller comes to wait. `at` and
    /// `request` are noted in what it writes.
    ///
    /// # Errors
    /// The table could not be read or written; the place may have been made, which a repetition finds out.
    pub async fn join_waitlist(
        &self,
        event: EventId,
        join: &mut Join,
        entry: EntryId,
        at: Timestamp,
        request: &str,
    ) -> Result<Outcome, StoreError> {
        let mut step = join.start();
        loop {
            let answer = match step {
                Step::ReadHome => Answer::Home(self.bucket(event, join.home()).await?),
                Step::ReadBucket { no } => Answer::Bucket(self.bucket(event, no).await?),
                Step::ReadAvailability => {
                    Answer::Availability(self.availability(event).await?.unwrap_or_default())
                }
                Step::Enqueue { rev } => self.enqueue(event, join, entry, rev, at, request).await?,
                Step::Affirm { entry, rev } => self.affirm(event, join, entry, rev).await?,
                Step::Pause { attempt } => {
                    back_off(attempt).await;
                    Answer::Paused
                }
                Step::Done(outcome) => return Ok(outcome),
            };
            step = join.advance(answer);
        }
    }

    /// One transaction: the place, the registration that tells of it, and the home bucket as it was read.
    async fn enqueue(
        &self,
        event: EventId,
        join: &Join,
        entry: EntryId,
        rev: u64,
        at: Timestamp,
        request: &str,
    ) -> Result<Answer, StoreError> {
        let user = join.guest().user_id();
        let mut item = key::entry(event, entry);
        item.insert(GUEST.to_owned(), b(*join.guest().as_bytes()));
        item.insert(REQUEST.to_owned(), s(request));
        let place = Put::builder()
            .table_name(&self.table)
            .set_item(Some(item))
            .build()?;
        let registration = Update::builder()
            .table_name(&self.table)
            .set_key(Some(key::registration(user, event)))
            .update_expression(
                "SET #eventId = :event, #userId = :user, #status = :waitlisted, #rev = :rev, #request = :request, \
                 #registeredAt = :at, #generation = if_not_exists(#generation, :zero), #entryId = :entry REMOVE #cancelledAt, #cancelledBy, #promoted, #kept, #gsi1pk, #gsi1sk",
            )
            .condition_expression(
                "attribute_not_exists(#pk) OR (#rev <= :rev AND #status <> :waitlisted)",
            )
            .expression_attribute_names("#pk", PK)
            .expression_attribute_names("#eventId", "eventId")
            .expression_attribute_names("#userId", "userId")
            .expression_attribute_names("#status", "status")
            .expression_attribute_names("#rev", "rev")
            .expression_attribute_names("#request", REQUEST)
            .expression_attribute_names("#registeredAt", "registeredAt")
            .expression_attribute_names("#generation", "generation")
            .expression_attribute_names("#entryId", "entryId")
            .expression_attribute_names("#cancelledAt", "cancelledAt")
            .expression_attribute_names("#cancelledBy", CANCELLED_BY)
            .expression_attribute_names("#promoted", PROMOTED)
            .expression_attribute_names("#kept", KEPT)
            .expression_attribute_names("#gsi1pk", GSI1PK)
            .expression_attribute_names("#gsi1sk", GSI1SK)
            .expression_attribute_values(":event", s(event.to_string()))
            .expression_attribute_values(":user", s(user.to_string()))
            .expression_attribute_values(":waitlisted", s(RegistrationStatus::Waitlisted.as_str()))
            .expression_attribute_values(":rev", n(rev))
            .expression_attribute_values(":request", s(request))
            .expression_attribute_values(":at", s(at.to_string()))
            .expression_attribute_values(":zero", n(0))
            .expression_attribute_values(":entry", s(entry.to_string()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()?;
        let home = self.home_unchanged(event, join, rev)?;
        let writes = self
            .client
            .transact_write_items()
            .transact_items(TransactWriteItem::builder().put(place).build())
            .transact_items(TransactWriteItem::builder().update(registration).build())
            .transact_items(TransactWriteItem::builder().condition_check(home).build());
        let Err(error) = transaction::send(writes).await else {
            return Ok(Answer::Enqueued);
        };
        let [_, registration, home] = transaction::cancellation(error)?;
        match registration {
            Refusal::Failed(Some(item)) => Ok(Answer::Refused {
                registration: Some(serde_dynamo::from_item(item)?),
            }),
            _ if home.failed() => Ok(Answer::Refused { registration: None }),
            _ => Ok(Answer::Conflict),
        }
    }

    /// One transaction: the registration that tells of the place, and the home bucket as it was read.
    async fn affirm(
        &self,
        event: EventId,
        join: &Join,
        entry: EntryId,
        rev: u64,
    ) -> Result<Answer, StoreError> {
        let registration = Update::builder()
            .table_name(&self.table)
            .set_key(Some(key::registration(join.guest().user_id(), event)))
            .update_expression("SET #rev = :rev")
            .condition_expression("#status = :waitlisted AND #entryId = :entry AND #rev <= :rev")
            .expression_attribute_names("#status", "status")
            .expression_attribute_names("#entryId", "entryId")
            .expression_attribute_names("#rev", "rev")
            .expression_attribute_values(":waitlisted", s(RegistrationStatus::Waitlisted.as_str()))
            .expression_attribute_values(":entry", s(entry.to_string()))
            .expression_attribute_values(":rev", n(rev))
            .build()?;
        let home = self.home_unchanged(event, join, rev)?;
        let writes = self
            .client
            .transact_write_items()
            .transact_items(TransactWriteItem::builder().update(registration).build())
            .transact_items(TransactWriteItem::builder().condition_check(home).build());
        let Err(error) = transaction::send(writes).await else {
            return Ok(Answer::Affirmed(entry));
        };
        let [registration, home] = transaction::cancellation(error)?;
        Ok(if registration.failed() || home.failed() {
            Answer::Refused { registration: None }
        } else {
            Answer::Conflict
        })
    }

    /// The home bucket is as it was read.
    fn home_unchanged(
        &self,
        event: EventId,
        join: &Join,
        rev: u64,
    ) -> Result<ConditionCheck, StoreError> {
        Ok(ConditionCheck::builder()
            .table_name(&self.table)
            .set_key(Some(key::bucket(event, join.home())))
            .condition_expression("#rev = :rev")
            .expression_attribute_names("#rev", REV)
            .expression_attribute_values(":rev", n(rev))
            .build()?)
    }
}
