//! Runs the claim machine of `domain` against the table.

use domain::{
    id::EventId,
    seats::{
        bucket::BucketNo,
        claim::{Answer, Claim, Outcome, Step},
    },
};
use table::{Condition, Returned, Update, attr};

use crate::{
    Store, StoreError,
    attribute::{REQUEST, REV, n, number, s},
    batch::back_off,
    condition::{is_conflict, old_item},
    key,
    seats::buckets::{CLOSES, FREE, GUESTS, OPENS, STATE, bucket, guest_set, has_guest},
    transaction,
};

/// The bucket takes guests at the second `now`.
fn admits(now: i64) -> Condition {
    attr(STATE)
        .equals(s("open"))
        .and(attr(OPENS).at_most(n(now)))
        .and(attr(CLOSES).greater(n(now)))
}

/// A seat of the bucket is free.
fn has_free() -> Condition {
    attr(FREE).greater(n(0))
}

/// Returns the one conditional write that decides who has a seat.
fn claim_update(event: EventId, claim: &Claim, request: &str) -> Update {
    Update::of(key::bucket(event, claim.home()))
        .increase(FREE, -1)
        .increase(REV, 1)
        .set(REQUEST, s(request))
        .add(GUESTS, guest_set(claim.guest()))
        .when(
            admits(claim.now())
                .and(has_free())
                .and(has_guest(claim.guest()).negated()),
        )
        .returning(Returned::Updated)
        .explained()
}

impl Store {
    /// Carries a claim through to its outcome. `request` is noted in what it writes.
    ///
    /// # Errors
    /// The table could not be read or written; the seat may have been taken, which a repetition finds out.
    pub async fn claim(
        &self,
        event: EventId,
        claim: &mut Claim,
        request: &str,
    ) -> Result<Outcome, StoreError> {
        let mut step = claim.start();
        loop {
            let answer = match step {
                Step::Claim => self.claim_at_home(event, claim, request).await?,
                Step::Borrow { donor } => self.borrow(event, claim, donor, request).await?,
                Step::ReadAvailability => {
                    Answer::Availability(self.availability(event).await?.unwrap_or_default())
                }
                Step::ReadHome => Answer::Home(self.bucket(event, claim.home()).await?),
                Step::Pause { attempt } => {
                    back_off(attempt).await;
                    Answer::Paused
                }
                Step::Done(outcome) => return Ok(outcome),
            };
            step = claim.advance(answer);
        }
    }

    async fn claim_at_home(
        &self,
        event: EventId,
        claim: &Claim,
        request: &str,
    ) -> Result<Answer, StoreError> {
        let update = claim_update(event, claim, request);
        match self.write(update).await {
            Ok(done) => Ok(Answer::Claimed {
                rev: number(&done, REV)?,
            }),
            // Somebody is borrowing from, or to, this bucket at this moment.
            Err(error) if is_conflict(&error) => Ok(Answer::Conflict),
            Err(error) => {
                let item =
                    old_item(error)?.ok_or(StoreError::corrupt("a bucket that should be there"))?;
                Ok(Answer::ClaimRefused(bucket(&item)?.1))
            }
        }
    }

    /// One transaction: a seat of the donor, the guest at home. A user is always in their home bucket, so nobody
    /// can be on the list twice.
    async fn borrow(
        &self,
        event: EventId,
        claim: &Claim,
        donor: BucketNo,
        request: &str,
    ) -> Result<Answer, StoreError> {
        let update = |no| {
            Update::of(key::bucket(event, no))
                .increase(REV, 1)
                .set(REQUEST, s(request))
                .explained()
        };
        let give = update(donor)
            .increase(FREE, -1)
            .when(admits(claim.now()).and(has_free()));
        let take = update(claim.home())
            .add(GUESTS, guest_set(claim.guest()))
            .when(admits(claim.now()).and(has_guest(claim.guest()).negated()));
        let writes = vec![give.into(), take.into()];
        match self.send(&writes).await {
            Ok(()) => Ok(Answer::Borrowed),
            Err(error) => {
                let [giving, taking] = transaction::cancellation(error)?;
                let (donor, home) = (giving.bucket()?, taking.bucket()?);
                Ok(if donor.is_some() || home.is_some() {
                    Answer::BorrowRefused { home, donor }
                } else {
                    Answer::Conflict
                })
            }
        }
    }
}
