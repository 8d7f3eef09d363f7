//! Runs the state machine of a claim on the table.

use domain::{
    id::EventId,
    seats::{
        bucket::BucketNo,
        claim::{Claim, ClaimOutcome, ClaimReply, ClaimStep},
        writes::{BorrowWrite, BucketWrite},
    },
};
use table::Returned;

use crate::{
    Store, StoreError,
    attribute::{REV, number},
    batch::back_off,
    condition::{is_conflict, old_item},
    seats::buckets::{bucket, bucket_update},
    transaction,
};

impl Store {
    /// Runs the state machine of a claim until the claim has succeeded or failed. The written items store the request id
    /// `request`.
    ///
    /// # Errors
    /// The table could not be read or written. The claim may have taken the seat before that. If the caller repeats the claim,
    /// the result shows whether it has.
    pub async fn claim(
        &self,
        event: EventId,
        claim: &mut Claim,
        request: &str,
    ) -> Result<ClaimOutcome, StoreError> {
        let mut step = claim.start();
        loop {
            let answer = match step {
                ClaimStep::Claim => self.claim_at_home(event, claim, request).await?,
                ClaimStep::Borrow { donor } => self.borrow(event, claim, donor, request).await?,
                ClaimStep::ReadAvailability => {
                    ClaimReply::Availability(self.availability(event).await?.unwrap_or_default())
                }
                ClaimStep::ReadHome => ClaimReply::Home(self.bucket(event, claim.home()).await?),
                ClaimStep::Pause { attempt } => {
                    back_off(attempt).await;
                    ClaimReply::Paused
                }
                ClaimStep::Done(outcome) => return Ok(outcome),
            };
            step = claim.advance(answer);
        }
    }

    async fn claim_at_home(
        &self,
        event: EventId,
        claim: &Claim,
        request: &str,
    ) -> Result<ClaimReply, StoreError> {
        let write = BucketWrite::claim(claim.home(), claim.guest(), claim.now());
        let update = bucket_update(event, &write, request)
            .returning(Returned::Updated)
            .explained();
        match self.write(update).await {
            Ok(done) => Ok(ClaimReply::Claimed {
                rev: number(&done, REV)?,
            }),
            // A transaction was writing the home bucket at the same moment, so the claim can be retried.
            Err(error) if is_conflict(&error) => Ok(ClaimReply::Conflict),
            Err(error) => {
                let item =
                    old_item(error)?.ok_or(StoreError::corrupt("a bucket that should be there"))?;
                Ok(ClaimReply::ClaimRefused(bucket(&item)?.1))
            }
        }
    }

    async fn borrow(
        &self,
        event: EventId,
        claim: &Claim,
        donor: BucketNo,
        request: &str,
    ) -> Result<ClaimReply, StoreError> {
        let write = BorrowWrite::new(donor, claim.home(), claim.guest(), claim.now());
        let writes = [&write.donor, &write.home]
            .map(|write| bucket_update(event, write, request).explained().into());
        match self.send(&writes).await {
            Ok(()) => Ok(ClaimReply::Borrowed),
            Err(error) => {
                let [giving, taking] = transaction::cancellation(error)?;
                let (donor, home) = (giving.bucket()?, taking.bucket()?);
                Ok(if donor.is_some() || home.is_some() {
                    ClaimReply::BorrowRefused { home, donor }
                } else {
                    ClaimReply::Conflict
                })
            }
        }
    }
}
