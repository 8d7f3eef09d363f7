//! Runs the machine of joining a waitlist against the table.

use domain::{
    id::EventId,
    seats::{
        join::{Answer, Join, Outcome, Step},
        registration::RegistrationStatus,
        waitlist::EntryId,
    },
};
use jiff::Timestamp;
use table::{Put, Update, Write, attr};

use crate::{
    Store, StoreError,
    attribute::{GSI1PK, GSI1SK, PK, REQUEST, REV, b, n, s},
    batch::back_off,
    key,
    seats::{
        registrations::{
            CANCELLED_AT, CANCELLED_BY, ENTRY_ID, EVENT_ID, GENERATION, KEPT, PROMOTED,
            REGISTERED_AT, STATUS, USER_ID, waits_as,
        },
        waitlist::GUEST,
    },
    transaction::{self, Refusal},
};

impl Store {
    /// Carries a join through to its outcome. If the guest has to wait, `entry` is the id of the new place. The items that
    /// it writes note `at` and `request`.
    ///
    /// # Errors
    /// The table could not be read or written. The place may have been made: a repetition finds out.
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

    /// Writes the place and the registration with its place in one transaction, if the home bucket is as it was read.
    async fn enqueue(
        &self,
        event: EventId,
        join: &Join,
        entry: EntryId,
        rev: u64,
        at: Timestamp,
        request: &str,
    ) -> Result<Answer, StoreError> {
        let mut place = key::entry(event, entry);
        place.insert(GUEST.to_owned(), b(*join.guest().as_bytes()));
        place.insert(REQUEST.to_owned(), s(request));
        let writes = vec![
            Put::of(place).into(),
            waitlisting(event, join, entry, rev, at, request).into(),
            home_unchanged(event, join, rev),
        ];
        let Err(error) = self.send(&writes).await else {
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

    /// Raises the revision of the registration that has the place, if the home bucket is as it was read: in one
    /// transaction.
    async fn affirm(
        &self,
        event: EventId,
        join: &Join,
        entry: EntryId,
        rev: u64,
    ) -> Result<Answer, StoreError> {
        let registration = Update::of(key::registration(join.guest().user_id(), event))
            .set(REV, n(rev))
            .when(waits_as(entry).and(attr(REV).at_most(n(rev))));
        let writes = vec![registration.into(), home_unchanged(event, join, rev)];
        let Err(error) = self.send(&writes).await else {
            return Ok(Answer::Affirmed(entry));
        };
        let [registration, home] = transaction::cancellation(error)?;
        Ok(if registration.failed() || home.failed() {
            Answer::Refused { registration: None }
        } else {
            Answer::Conflict
        })
    }
}

/// Returns the write that makes the registration a waitlisted one with the place `entry`.
fn waitlisting(
    event: EventId,
    join: &Join,
    entry: EntryId,
    rev: u64,
    at: Timestamp,
    request: &str,
) -> Update {
    let user = join.guest().user_id();
    let waitlisted = s(RegistrationStatus::Waitlisted.as_str());
    let not_newer_nor_waiting = attr(REV)
        .at_most(n(rev))
        .and(attr(STATUS).differs(waitlisted.clone()));
    Update::of(key::registration(user, event))
        .set(EVENT_ID, s(event.to_string()))
        .set(USER_ID, s(user.to_string()))
        .set(STATUS, waitlisted)
        .set(REV, n(rev))
        .set(REQUEST, s(request))
        .set(REGISTERED_AT, s(at.to_string()))
        .set_if_absent(GENERATION, n(0))
        .set(ENTRY_ID, s(entry.to_string()))
        .remove(CANCELLED_AT)
        .remove(CANCELLED_BY)
        .remove(PROMOTED)
        .remove(KEPT)
        .remove(GSI1PK)
        .remove(GSI1SK)
        .when(attr(PK).absent().or(not_newer_nor_waiting))
        .explained()
}

/// Returns the check that the home bucket is as it was read.
fn home_unchanged(event: EventId, join: &Join, rev: u64) -> Write {
    Write::Check {
        key: key::bucket(event, join.home()),
        condition: attr(REV).equals(n(rev)),
    }
}
