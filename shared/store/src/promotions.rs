//! Runs the machine of promotion against the table.

use aws_sdk_dynamodb::types::{
    AttributeValue, Delete, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update,
};
use domain::{
    guest_list::{
        claim::SeatRev,
        leave,
        promotion::{Answer, Move, Outcome, Promotion, Seat, Step},
        waitlist::Entry,
    },
    id::EventId,
    registration::RegistrationStatus,
};
use futures::{StreamExt as _, TryStreamExt as _, future::try_join, stream};
use jiff::Timestamp;

use crate::{
    Leaving, Store, StoreError,
    attribute::{PK, REQUEST, REV, n, s},
    batch::back_off,
    buckets::{FREE, GUESTS, HELD, guest_set},
    key,
    registrations::PROMOTED,
    transaction,
};

/// Writes of a release under way at once.
const WRITES_AT_ONCE: usize = 16;

impl Store {
    /// Carries a run over an event's waitlist through to its outcome. `at` and `request` are noted in what it writes.
    ///
    /// # Errors
    /// The table could not be read or written. What was done stays done; a repetition does the rest.
    pub async fn promote(
        &self,
        promotion: &mut Promotion,
        at: Timestamp,
        request: &str,
    ) -> Result<Outcome, StoreError> {
        let event = promotion.event();
        let mut step = promotion.start();
        loop {
            let answer = match step {
                Step::ReadHead => Answer::Head(self.waitlist_head(event).await?),
                Step::ReadHome { no, guest } => {
                    let account = self.has_account(guest.user_id());
                    let (home, has_account) = try_join(self.bucket(event, no), account).await?;
                    Answer::Home { home, has_account }
                }
                Step::Promote(moving) => self.move_to_list(event, &moving, at, request).await?,
                Step::GiveUp { entry } => self.give_up_for(event, entry, at, request).await?,
                Step::Strike { entry, seat } => {
                    self.strike(event, entry, seat, at, request).await?;
                    Answer::Struck
                }
                Step::Release(seats) => {
                    stream::iter(seats)
                        .map(|(no, seats)| self.release_held(event, no, seats, request))
                        .buffer_unordered(WRITES_AT_ONCE)
                        .try_for_each(|_| async { Ok(()) })
                        .await?;
                    Answer::Released
                }
                Step::Pause { attempt } => {
                    back_off(attempt).await;
                    Answer::Paused
                }
                Step::Done(outcome) => return Ok(outcome),
            };
            step = promotion.advance(answer);
        }
    }

    /// Gives the place of an erased account up, as its holder would have done.
    async fn give_up_for(
        &self,
        event: EventId,
        entry: Entry,
        at: Timestamp,
        request: &str,
    ) -> Result<Answer, StoreError> {
        let noted = Leaving {
            by: entry.guest.user_id(),
            at,
            request,
            entry: None,
        };
        let given_up = self.give_up_place(event, entry.guest, entry.id, noted);
        Ok(match given_up.await? {
            leave::Answer::GivenUp => Answer::GivenUp,
            leave::Answer::Conflict => Answer::Conflict,
            // The registration does not tell of the place.
            _ => Answer::Refused {
                source: None,
                obsolete: true,
                stale: false,
            },
        })
    }

    async fn strike(
        &self,
        event: EventId,
        entry: Entry,
        seat: Option<SeatRev>,
        at: Timestamp,
        request: &str,
    ) -> Result<(), StoreError> {
        if let Some(rev) = seat {
            self.record_seat(event, entry.guest.user_id(), rev, at, request)
                .await?;
        }
        self.strike_entry(event, entry.id).await
    }

    /// One transaction: the place, the registration, the home bucket, and the bucket that gives the seat if it is
    /// another one.
    async fn move_to_list(
        &self,
        event: EventId,
        moving: &Move,
        at: Timestamp,
        request: &str,
    ) -> Result<Answer, StoreError> {
        let place = Delete::builder()
            .table_name(&self.table)
            .set_key(Some(key::entry(event, moving.entry.id)))
            .condition_expression("attribute_exists(#pk)")
            .expression_attribute_names("#pk", PK)
            .build()?;
        let mut writes = self
            .client
            .transact_write_items()
            .transact_items(TransactWriteItem::builder().delete(place).build())
            .transact_items(
                TransactWriteItem::builder()
                    .update(self.confirmation(event, moving, at, request)?)
                    .build(),
            )
            .transact_items(
                TransactWriteItem::builder()
                    .update(self.seating(event, moving, request)?)
                    .build(),
            );
        if moving.source != moving.home {
            writes = writes.transact_items(
                TransactWriteItem::builder()
                    .update(self.giving(event, moving, request)?)
                    .build(),
            );
        }
        let Err(error) = transaction::send(writes).await else {
            return Ok(Answer::Promoted);
        };
        let [place, registration, home, source] = transaction::cancellation(error)?;
        let source = source.bucket()?;
        let (obsolete, stale) = (registration.failed(), place.failed() || home.failed());
        Ok(if obsolete || stale || source.is_some() {
            Answer::Refused {
                source,
                obsolete,
                stale,
            }
        } else {
            Answer::Conflict
        })
    }

    /// The registration: confirmed, if it tells of the place.
    fn confirmation(
        &self,
        event: EventId,
        moving: &Move,
        at: Timestamp,
        request: &str,
    ) -> Result<Update, StoreError> {
        Ok(Update::builder()
            .table_name(&self.table)
            .set_key(Some(key::registration(moving.entry.guest.user_id(), event)))
            .update_expression(
                "SET #status = :confirmed, #rev = :rev, #request = :request, #registeredAt = :at, #generation = #generation + :one, \
                 #promoted = :true REMOVE #entryId",
            )
            .condition_expression("#status = :waitlisted AND #entryId = :entry")
            .expression_attribute_names("#status", "status")
            .expression_attribute_names("#rev", "rev")
            .expression_attribute_names("#request", REQUEST)
            .expression_attribute_names("#registeredAt", "registeredAt")
            .expression_attribute_names("#generation", "generation")
            .expression_attribute_names("#entryId", "entryId")
            .expression_attribute_names("#promoted", PROMOTED)
            .expression_attribute_values(":true", AttributeValue::Bool(true))
            .expression_attribute_values(":confirmed", s(RegistrationStatus::Confirmed.as_str()))
            .expression_attribute_values(":waitlisted", s(RegistrationStatus::Waitlisted.as_str()))
            .expression_attribute_values(":rev", n(moving.rev + 1))
            .expression_attribute_values(":request", s(request))
            .expression_attribute_values(":at", s(at.to_string()))
            .expression_attribute_values(":one", n(1))
            .expression_attribute_values(":entry", s(moving.entry.id.to_string()))
            .build()?)
    }

    /// The home bucket: the guest is added, if nothing has changed since it was read. The revision says so of the
    /// guests, the terms and, where it gives the seat itself, of the seats.
    fn seating(&self, event: EventId, moving: &Move, request: &str) -> Result<Update, StoreError> {
        let update = Update::builder()
            .table_name(&self.table)
            .set_key(Some(key::bucket(event, moving.home)))
            .condition_expression("#rev = :rev")
            .expression_attribute_names("#rev", REV)
            .expression_attribute_names("#request", REQUEST)
            .expression_attribute_names("#guests", GUESTS)
            .expression_attribute_values(":rev", n(moving.rev))
            .expression_attribute_values(":one", n(1))
            .expression_attribute_values(":request", s(request))
            .expression_attribute_values(":guests", guest_set(moving.entry.guest));
        let update = if moving.source == moving.home {
            update
                .update_expression("SET #seats = #seats - :one, #rev = #rev + :one, #request = :request ADD #guests :guests")
                .expression_attribute_names("#seats", seats(moving.seat))
        } else {
            update.update_expression(
                "SET #rev = #rev + :one, #request = :request ADD #guests :guests",
            )
        };
        Ok(update.build()?)
    }

    /// Another bucket: a seat leaves.
    fn giving(&self, event: EventId, moving: &Move, request: &str) -> Result<Update, StoreError> {
        Ok(Update::builder()
            .table_name(&self.table)
            .set_key(Some(key::bucket(event, moving.source)))
            .update_expression(
                "SET #seats = #seats - :one, #rev = #rev + :one, #request = :request",
            )
            .condition_expression("#seats >= :one")
            .expression_attribute_names("#seats", seats(moving.seat))
            .expression_attribute_names("#rev", REV)
            .expression_attribute_names("#request", REQUEST)
            .expression_attribute_values(":one", n(1))
            .expression_attribute_values(":request", s(request))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()?)
    }
}

fn seats(seat: Seat) -> &'static str {
    match seat {
        Seat::Held => HELD,
        Seat::Free => FREE,
    }
}
