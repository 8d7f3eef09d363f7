//! Offers the seats that were given back.

use bootstrap::{clock, metrics::Metric};
use domain::{
    id::EventId,
    seats::promotion::{Promotion, PromotionOutcome},
};
use store::StoreError;

use crate::{
    batch::SeatOffer,
    relay::{Relay, RelayError},
};

impl Relay {
    /// Writes the counts of buckets and of the waitlist to the availability. Then offers the seats that were given back to the
    /// head of the waitlist, or to everybody if nobody waits. The order matters: if a user joins the waitlist at the same time,
    /// either this method sees the user's place, or the user reads an availability that already has the new counts.
    ///
    /// # Errors
    /// The batch must be retried.
    pub(super) async fn offer_seats(
        &self,
        event: EventId,
        offer: &SeatOffer,
    ) -> Result<(), RelayError> {
        let Some(source) = offer.source() else {
            return Ok(());
        };
        let offered = self
            .note_counts_and_promote(event, offer, &source.request)
            .await;
        self.settle(offered, source).await
    }

    async fn note_counts_and_promote(
        &self,
        event: EventId,
        offer: &SeatOffer,
        request: &str,
    ) -> Result<(), StoreError> {
        let waitlisted = match offer.waitlist {
            Some(_) => Some(self.store.count_waitlist(event).await?),
            None => None,
        };
        let known = self
            .store
            .update_availability(event, &offer.counts(), waitlisted)
            .await?;
        if !Promotion::is_due(&known) {
            return Ok(());
        }
        let Some(standing) = self.store.event(event).await? else {
            return Ok(());
        };
        let now = clock::now();
        let mut promotion =
            Promotion::new(event, standing.bucket_count, now.as_millisecond(), known);
        let outcome = self.store.promote(&mut promotion, now, request).await;
        // The users in `promotion.promoted()` keep their seats even if the promotion fails afterwards.
        let promoted = promotion.promoted().len();
        self.metrics
            .note(Metric::SeatsPromoted, u64::try_from(promoted).unwrap_or(0));
        let outcome = outcome?;
        tracing::info!(request_id = request, event.id = %event, promoted, ?outcome, "seats_offered");
        match outcome {
            PromotionOutcome::Settled | PromotionOutcome::Closed | PromotionOutcome::Unfinished => {
                Ok(())
            }
            PromotionOutcome::Contended => {
                Err(StoreError::Contended("a guest list and its waitlist"))
            }
        }
    }
}
