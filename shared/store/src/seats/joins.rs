//! Runs the state machine with which a guest joins a waitlist. Its steps read and write the table.

use domain::{
    id::EventId,
    seats::{
        join::{Join, JoinOutcome, JoinReply, JoinStep},
        waitlist::{Entry, EntryId},
        writes::{AffirmWrite, EnqueueWrite},
    },
};
use jiff::Timestamp;

use crate::{
    Store, StoreError,
    batch::back_off,
    seats::{buckets::bucket_check, registrations::registration_update, waitlist::place_write},
    transaction::{self, Refusal},
};

impl Store {
    /// Runs the state machine of joining until the guest has a place on the waitlist, or cannot get one. If the guest has to
    /// wait, the new place has the id `entry`. The written items store the time `at` and the request id `request`.
    ///
    /// # Errors
    /// The table could not be read or written. The place may have been created; a repeated join returns whether it was.
    pub async fn join_waitlist(
        &self,
        event: EventId,
        join: &mut Join,
        entry: EntryId,
        at: Timestamp,
        request: &str,
    ) -> Result<JoinOutcome, StoreError> {
        let mut step = join.start();
        loop {
            let answer = match step {
                JoinStep::ReadHome => JoinReply::Home(self.bucket(event, join.home()).await?),
                JoinStep::ReadBucket { no } => JoinReply::Bucket(self.bucket(event, no).await?),
                JoinStep::ReadAvailability => {
                    JoinReply::Availability(self.availability(event).await?.unwrap_or_default())
                }
                JoinStep::Enqueue { rev } => {
                    self.enqueue(event, join, entry, rev, at, request).await?
                }
                JoinStep::Affirm { entry, rev } => {
                    self.affirm(event, join, entry, rev, request).await?
                }
                JoinStep::Pause { attempt } => {
                    back_off(attempt).await;
                    JoinReply::Paused
                }
                JoinStep::Done(outcome) => return Ok(outcome),
            };
            step = join.advance(answer);
        }
    }

    /// Writes a place on the waitlist and its registration in one transaction. The transaction fails if the home bucket does
    /// not have the revision `rev` any more.
    async fn enqueue(
        &self,
        event: EventId,
        join: &Join,
        entry: EntryId,
        rev: u64,
        at: Timestamp,
        request: &str,
    ) -> Result<JoinReply, StoreError> {
        let entry = Entry {
            id: entry,
            guest: join.guest(),
        };
        let write = EnqueueWrite::new(event, join.home(), entry, rev, at);
        let writes = [
            place_write(event, &write.place, request),
            registration_update(&write.registration, request)
                .explained()
                .into(),
            bucket_check(event, &write.home),
        ];
        let Err(error) = self.send(&writes).await else {
            return Ok(JoinReply::Enqueued);
        };
        let [_, registration, home] = transaction::cancellation(error)?;
        match registration {
            Refusal::Failed(Some(item)) => Ok(JoinReply::Refused {
                registration: Some(serde_dynamo::from_item(item)?),
            }),
            _ if home.failed() => Ok(JoinReply::Refused { registration: None }),
            _ => Ok(JoinReply::Conflict),
        }
    }

    /// Raises the revision of the registration whose place on the waitlist has the id `entry`. The same transaction checks that
    /// the home bucket still has the revision `rev`.
    async fn affirm(
        &self,
        event: EventId,
        join: &Join,
        entry: EntryId,
        rev: u64,
        request: &str,
    ) -> Result<JoinReply, StoreError> {
        let user = join.guest().user_id();
        let write = AffirmWrite::new(event, join.home(), user, entry, rev);
        let writes = [
            registration_update(&write.registration, request).into(),
            bucket_check(event, &write.home),
        ];
        let Err(error) = self.send(&writes).await else {
            return Ok(JoinReply::Affirmed(entry));
        };
        let [registration, home] = transaction::cancellation(error)?;
        Ok(if registration.failed() || home.failed() {
            JoinReply::Refused { registration: None }
        } else {
            JoinReply::Conflict
        })
    }
}
