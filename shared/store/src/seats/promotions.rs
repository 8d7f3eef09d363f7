//! Runs the state machine of promotion. Its steps read and write the table.

use domain::{
    id::EventId,
    seats::{
        claim::SeatRev,
        promotion::{Move, Promotion, PromotionOutcome, PromotionReply, PromotionStep},
        waitlist::Entry,
        writes::{PromotionRefusal, PromotionWrite},
    },
};
use futures::{StreamExt as _, TryStreamExt as _, future::try_join, stream};
use jiff::Timestamp;
use table::Write;

use crate::{
    Leaving, Store, StoreError,
    batch::back_off,
    seats::{buckets::bucket_update, registrations::registration_update, waitlist::place_write},
    transaction,
};

/// The maximum number of buckets whose held seats are made free concurrently.
const WRITES_AT_ONCE: usize = 16;

impl Store {
    /// Runs the state machine of promotion for an event's waitlist until the state machine has ended. The written items store
    /// the time `at` and the request id `request`.
    ///
    /// # Errors
    /// The table could not be read or written. Steps that were completed before that are not undone. If the caller repeats the
    /// promotion, it does the remaining steps.
    pub async fn promote(
        &self,
        promotion: &mut Promotion,
        at: Timestamp,
        request: &str,
    ) -> Result<PromotionOutcome, StoreError> {
        let event = promotion.event();
        let mut step = promotion.start();
        loop {
            let answer = match step {
                PromotionStep::ReadHead => PromotionReply::Head(self.waitlist_head(event).await?),
                PromotionStep::ReadHome { no, guest } => {
                    let account = self.has_account(guest.user_id());
                    let (home, has_account) = try_join(self.bucket(event, no), account).await?;
                    PromotionReply::Home { home, has_account }
                }
                PromotionStep::Promote(moving) => {
                    self.move_to_list(event, &moving, at, request).await?
                }
                PromotionStep::GiveUp { entry } => {
                    self.give_up_for(event, entry, at, request).await?
                }
                PromotionStep::Strike { entry, seat } => {
                    self.strike(event, entry, seat, at, request).await?;
                    PromotionReply::Struck
                }
                PromotionStep::Release(seats) => {
                    stream::iter(seats)
                        .map(|(no, seats)| self.release_held(event, no, seats, request))
                        .buffer_unordered(WRITES_AT_ONCE)
                        .try_for_each(|_| async { Ok(()) })
                        .await?;
                    PromotionReply::Released
                }
                PromotionStep::Pause { attempt } => {
                    back_off(attempt).await;
                    PromotionReply::Paused
                }
                PromotionStep::Done(outcome) => return Ok(outcome),
            };
            step = promotion.advance(answer);
        }
    }

    /// Gives up the place on the waitlist that an erased account still has. The written items name the holder of the place as
    /// the account that acted.
    async fn give_up_for(
        &self,
        event: EventId,
        entry: Entry,
        at: Timestamp,
        request: &str,
    ) -> Result<PromotionReply, StoreError> {
        let noted = Leaving {
            by: entry.guest.user_id(),
            at,
            request,
            entry: None,
            reason: None,
        };
        let given_up = self.give_up_place(event, entry.guest, entry.id, noted);
        Ok(PromotionReply::of_give_up(&given_up.await?))
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

    /// Moves a guest from the waitlist to the guest list in one transaction. The transaction writes the place, the
    /// registration, the home bucket, and also the donor bucket if the seat comes from another bucket.
    async fn move_to_list(
        &self,
        event: EventId,
        moving: &Move,
        at: Timestamp,
        request: &str,
    ) -> Result<PromotionReply, StoreError> {
        let write = PromotionWrite::new(event, moving, at);
        let mut writes: Vec<Write> = vec![
            place_write(event, &write.place, request),
            registration_update(&write.registration, request).into(),
            bucket_update(event, &write.home, request)
                .explained()
                .into(),
        ];
        if let Some(source) = &write.source {
            writes.push(bucket_update(event, source, request).explained().into());
        }
        let Err(error) = self.send(&writes).await else {
            return Ok(PromotionReply::Promoted);
        };
        let [place, registration, home, source] = transaction::cancellation(error)?;
        let refusal = PromotionRefusal {
            place: place.failed(),
            registration: registration.failed(),
            home: home.bucket()?,
            source: source.bucket()?,
        };
        Ok(refusal.answer(moving).unwrap_or(PromotionReply::Conflict))
    }
}
