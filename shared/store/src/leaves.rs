//! Runs the machine of giving a seat or a place up against the table.

use aws_sdk_dynamodb::types::{
    Delete, ReturnValue, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update,
};
use domain::{
    audit::AuditEntry,
    event::Event,
    guest_list::{
        bucket::{BucketNo, home},
        claim::SeatRev,
        leave::{Answer, Leave, Outcome, Step},
        waitlist::EntryId,
    },
    id::{EventId, GuestId, UserId},
    registration::{Registration, RegistrationStatus},
};
use jiff::Timestamp;

use crate::{
    Store, StoreError,
    attribute::{GSI1PK, GSI1SK, REQUEST, REV, b, n, number, s},
    audit::Sent,
    batch::back_off,
    buckets::{GUESTS, HELD, guest_set},
    condition::{is_conflict, old_item},
    key,
    registrations::CANCELLED_BY,
    transaction,
};

/// What is noted where somebody leaves.
#[derive(Debug, Clone, Copy)]
pub struct Leaving<'a> {
    /// By whose wish.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
    /// The request.
    pub request: &'a str,
    /// The entry of the audit log, if one is due: written in the transaction that takes the seat or the place.
    pub entry: Option<&'a AuditEntry>,
}

/// How giving a seat or a place up ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Withdrawal {
    /// The registration as it stands then.
    Done(Registration),
    /// The user was never registered.
    NeverRegistered,
    /// Seat and place kept changing. Worth another try.
    Contended,
}

impl Store {
    /// Gives the seat, or the place on the waitlist, of `user` up, and lets the registration say so. Repeating it changes
    /// nothing.
    ///
    /// # Errors
    /// The table could not be read or written.
    pub async fn withdraw(
        &self,
        event: &Event,
        user: UserId,
        noted: Leaving<'_>,
    ) -> Result<Withdrawal, StoreError> {
        // A draft has no guest list.
        if event.bucket_count == 0 {
            return Ok(Withdrawal::NeverRegistered);
        }
        let guest = GuestId::from(user);
        let home = home(event.id, guest, event.bucket_count);
        let registration = match self.leave(event.id, home, guest, noted).await? {
            // Should this process die here, the relay writes it.
            Outcome::Removed(rev) => Some(self.tell_removal(event.id, user, rev, noted).await?),
            Outcome::Waived => self.registration(event.id, user).await?,
            Outcome::NotOnList(rev, Some(registration))
                if registration.status != RegistrationStatus::Cancelled
                    && registration.rev < rev.get() =>
            {
                Some(self.tell_removal(event.id, user, rev, noted).await?)
            }
            Outcome::NotOnList(_, registration) => registration,
            Outcome::Contended => return Ok(Withdrawal::Contended),
        };
        Ok(registration.map_or(Withdrawal::NeverRegistered, Withdrawal::Done))
    }

    async fn tell_removal(
        &self,
        event: EventId,
        user: UserId,
        rev: SeatRev,
        noted: Leaving<'_>,
    ) -> Result<Registration, StoreError> {
        let Leaving {
            by, at, request, ..
        } = noted;
        let upsert = self.record_removal(event, user, rev, by, at, request);
        Ok(upsert.await?.into_registration())
    }

    /// Takes `guest`, whose home bucket is `home`, off the guest list or the waitlist. A seat is held until the relay
    /// offers it again. `noted` goes into what it writes.
    ///
    /// # Errors
    /// The table could not be read or written.
    pub async fn leave(
        &self,
        event: EventId,
        home: BucketNo,
        guest: GuestId,
        noted: Leaving<'_>,
    ) -> Result<Outcome, StoreError> {
        let mut leave = Leave::default();
        let mut step = leave.start();
        loop {
            let answer = match (step, noted.entry) {
                (Step::RemoveGuest, None) => {
                    self.remove_guest(event, home, guest, noted.request).await?
                }
                (Step::RemoveGuest, Some(entry)) => {
                    self.remove_guest_noting(event, home, guest, noted, entry)
                        .await?
                }
                (Step::ReadRegistration, _) => {
                    Answer::Registration(self.registration(event, guest.user_id()).await?)
                }
                (Step::GiveUpPlace { entry }, _) => {
                    self.give_up_place(event, guest, entry, noted).await?
                }
                (Step::Pause { attempt }, _) => {
                    back_off(attempt).await;
                    Answer::Paused
                }
                (Step::Done(outcome), _) => return Ok(outcome),
            };
            step = leave.advance(answer);
        }
    }

    /// One conditional write.
    pub(crate) async fn remove_guest(
        &self,
        event: EventId,
        home: BucketNo,
        guest: GuestId,
        request: &str,
    ) -> Result<Answer, StoreError> {
        let written = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key::bucket(event, home)))
            .update_expression("SET #held = #held + :one, #rev = #rev + :one, #request = :request DELETE #guests :guests")
            .condition_expression("contains(#guests, :guest)")
            .expression_attribute_names("#held", HELD)
            .expression_attribute_names("#rev", REV)
            .expression_attribute_names("#guests", GUESTS)
            .expression_attribute_names("#request", REQUEST)
            .expression_attribute_values(":one", n(1))
            .expression_attribute_values(":guest", b(*guest.as_bytes()))
            .expression_attribute_values(":guests", guest_set(guest))
            .expression_attribute_values(":request", s(request))
            .return_values(ReturnValue::UpdatedNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match written {
            Ok(done) => Ok(Answer::Removed(SeatRev::Written(number(
                &done.attributes.unwrap_or_default(),
                REV,
            )?))),
            Err(error) if is_conflict(&error) => Ok(Answer::Conflict),
            Err(error) => {
                let item =
                    old_item(error)?.ok_or(StoreError::corrupt("a bucket that should be there"))?;
                Ok(Answer::NotOnList(SeatRev::Seen(number(&item, REV)?)))
            }
        }
    }

    /// One transaction: the guest, the entry that tells of it, and the registration, so that nobody who hears of it misses
    /// who it was. A transaction does not say which revision it made, so the condition names the one before it; a bucket
    /// that was written since it was read is a conflict.
    async fn remove_guest_noting(
        &self,
        event: EventId,
        home: BucketNo,
        guest: GuestId,
        noted: Leaving<'_>,
        entry: &AuditEntry,
    ) -> Result<Answer, StoreError> {
        let Leaving {
            by, at, request, ..
        } = noted;
        let before = self.bucket(event, home).await?;
        if !before.guests.contains(&guest) {
            return Ok(Answer::NotOnList(SeatRev::Seen(before.rev)));
        }
        let rev = SeatRev::Written(before.rev + 1);
        let registration = self.removal_update(event, guest.user_id(), rev, by, at, request);
        let update = Update::builder()
            .table_name(&self.table)
            .set_key(Some(key::bucket(event, home)))
            .update_expression(
                "SET #held = #held + :one, #rev = :rev, #request = :request DELETE #guests :guests",
            )
            .condition_expression("#rev = :before")
            .expression_attribute_names("#held", HELD)
            .expression_attribute_names("#rev", REV)
            .expression_attribute_names("#guests", GUESTS)
            .expression_attribute_names("#request", REQUEST)
            .expression_attribute_values(":one", n(1))
            .expression_attribute_values(":before", n(before.rev))
            .expression_attribute_values(":rev", n(rev.get()))
            .expression_attribute_values(":guests", guest_set(guest))
            .expression_attribute_values(":request", s(request))
            .build()?;
        let writes = self
            .client
            .transact_write_items()
            .transact_items(TransactWriteItem::builder().update(update).build())
            .transact_items(
                TransactWriteItem::builder()
                    .update(transaction::part(&registration)?)
                    .build(),
            );
        Ok(match self.send_noting(writes, entry).await? {
            Sent::Written => Answer::Removed(rev),
            Sent::Refused(_) => Answer::Conflict,
        })
    }

    /// One transaction: the place and the registration that tells of it.
    pub(crate) async fn give_up_place(
        &self,
        event: EventId,
        guest: GuestId,
        entry: EntryId,
        noted: Leaving<'_>,
    ) -> Result<Answer, StoreError> {
        let Leaving {
            by, at, request, ..
        } = noted;
        let place = Delete::builder()
            .table_name(&self.table)
            .set_key(Some(key::entry(event, entry)))
            .build()?;
        let registration = Update::builder()
            .table_name(&self.table)
            .set_key(Some(key::registration(guest.user_id(), event)))
            .update_expression(
                "SET #status = :cancelled, #cancelledAt = :at, #cancelledBy = :by, #request = :request, \
                 #gsi1pk = :list, #gsi1sk = :user REMOVE #entryId",
            )
            .condition_expression("#status = :waitlisted AND #entryId = :entry")
            .expression_attribute_names("#status", "status")
            .expression_attribute_names("#cancelledAt", "cancelledAt")
            .expression_attribute_names("#cancelledBy", CANCELLED_BY)
            .expression_attribute_names("#gsi1pk", GSI1PK)
            .expression_attribute_names("#gsi1sk", GSI1SK)
            .expression_attribute_values(":list", s(key::cancelled_pk(event)))
            .expression_attribute_values(":user", s(guest.user_id().to_string()))
            .expression_attribute_values(":by", s(by.to_string()))
            .expression_attribute_names("#request", REQUEST)
            .expression_attribute_names("#entryId", "entryId")
            .expression_attribute_values(":cancelled", s(RegistrationStatus::Cancelled.as_str()))
            .expression_attribute_values(":waitlisted", s(RegistrationStatus::Waitlisted.as_str()))
            .expression_attribute_values(":at", s(at.to_string()))
            .expression_attribute_values(":request", s(request))
            .expression_attribute_values(":entry", s(entry.to_string()))
            .build()?;
        let writes = self
            .client
            .transact_write_items()
            .transact_items(TransactWriteItem::builder().delete(place).build())
            .transact_items(TransactWriteItem::builder().update(registration).build());
        let error = match noted.entry {
            None => match transaction::send(writes).await {
                Ok(()) => return Ok(Answer::GivenUp),
                Err(error) => error,
            },
            Some(entry) => match self.send_noting(writes, entry).await? {
                Sent::Written => return Ok(Answer::GivenUp),
                Sent::Refused(error) => *error,
            },
        };
        let [_, registration] = transaction::cancellation(error)?;
        Ok(if registration.failed() {
            Answer::Refused
        } else {
            Answer::Conflict
        })
    }
}
