//! Does the work of a batch. A failure that may pass fails the batch, which then comes again; one that cannot
//! pass parks the record that asked for it.

use std::collections::HashMap;

use aws_lambda_events::dynamodb;
use bootstrap::error_chain::ErrorChain;
use domain::{
    event::Event,
    guest_list::{availability::BucketCounts, bucket::BucketNo, claim::SeatRev},
    id::{EventId, UserId},
};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use jiff::Timestamp;
use store::{Store, StoreError};

use crate::{
    batch::{Look, SeatChange, Source, Work},
    outbox::{Outbox, OutboxError},
    parking::{Parking, ParkingError},
};

/// Writes under way at once.
const WRITES_AT_ONCE: usize = 16;

/// The relay.
#[derive(Debug)]
pub(crate) struct Relay {
    pub(crate) store: Store,
    pub(crate) parking: Parking,
    pub(crate) outbox: Outbox,
}

/// The batch must come again.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RelayError {
    #[error(transparent)]
    Store(StoreError),
    #[error(transparent)]
    Parking(#[from] ParkingError),
    #[error(transparent)]
    Outbox(#[from] OutboxError),
}

impl Relay {
    /// Does everything that follows from the records of `batch`.
    ///
    /// # Errors
    /// Something failed that may succeed later; repeating the whole batch does no harm.
    pub(crate) async fn process(&self, batch: dynamodb::Event) -> Result<(), RelayError> {
        let records = batch.records.len();
        let work = self.read(batch).await?;
        let repaired = self.repair_registrations(&work.seat_changes).await?;
        // After the repair: the ticket function reads the registrations.
        self.outbox.send_seat_changes(&work.seat_changes).await?;
        self.align(work.alignments.into_values()).await?;
        for (event, looks) in &work.looks {
            self.learn(*event, looks).await?;
            self.release(*event, looks).await?;
        }
        tracing::info!(
            records,
            seat_changes = work.seat_changes.len(),
            events = work.looks.len(),
            repaired,
            "batch_processed"
        );
        Ok(())
    }

    async fn read(&self, batch: dynamodb::Event) -> Result<Work, RelayError> {
        let mut work = Work::default();
        for record in batch.records {
            let source = source(&record);
            let at =
                Timestamp::from_second(record.change.approximate_creation_date_time.timestamp())
                    .unwrap_or_default();
            match store::stream::change(record.change.old_image, record.change.new_image) {
                Ok(change) => work.add(change, at, source),
                Err(error) => {
                    self.parking
                        .park(&source, ErrorChain(&error).to_string())
                        .await?;
                }
            }
        }
        Ok(work)
    }

    /// Writes the registration items that lag behind the guest list, because the process that claimed the seat
    /// died; usually there are none. How many it wrote.
    async fn repair_registrations(&self, changes: &[SeatChange]) -> Result<usize, RelayError> {
        let mut wanted: Vec<(EventId, UserId)> = changes
            .iter()
            .map(|change| (change.event, change.user))
            .collect();
        wanted.sort();
        wanted.dedup();
        let standing = match self.store.registrations(wanted).await {
            Ok(standing) => standing,
            Err(error) if error.is_transient() => return Err(RelayError::Store(error)),
            // One of them cannot be read: the conditions of the writes find out which.
            Err(_) => Vec::new(),
        };
        let revs: HashMap<_, _> = standing
            .into_iter()
            .map(|item| ((item.event_id, item.user_id), item.rev))
            .collect();
        let behind = |change: &&SeatChange| {
            revs.get(&(change.event, change.user))
                .is_none_or(|rev| *rev < change.rev)
        };
        let behind: Vec<_> = changes.iter().filter(behind).collect();
        for change in &behind {
            let repaired = self.repair(change).await;
            self.settle(repaired, &change.source).await?;
        }
        Ok(behind.len())
    }

    async fn repair(&self, change: &SeatChange) -> Result<(), StoreError> {
        let SeatChange {
            event,
            user,
            rev,
            at,
            request,
            ..
        } = change;
        let rev = SeatRev::Written(*rev);
        if change.seated {
            self.store
                .record_seat(*event, *user, rev, *at, request)
                .await?;
        } else {
            self.store
                .record_removal(*event, *user, rev, *at, request)
                .await?;
        }
        Ok(())
    }

    /// Brings buckets up to events whose process died before it had done so.
    async fn align(&self, events: impl Iterator<Item = (Event, Source)>) -> Result<(), RelayError> {
        for (event, source) in events {
            let aligned = self
                .store
                .align_buckets_behind(&event)
                .await
                .map(|buckets| {
                    if buckets > 0 {
                        tracing::warn!(event.id = %event.id, buckets, "buckets_aligned");
                    }
                });
            self.settle(aligned, &source).await?;
        }
        Ok(())
    }

    async fn learn(
        &self,
        event: EventId,
        looks: &std::collections::BTreeMap<BucketNo, Look>,
    ) -> Result<(), RelayError> {
        let Some(last) = looks.values().last() else {
            return Ok(());
        };
        let counts: Vec<(BucketNo, BucketCounts)> =
            looks.iter().map(|(no, look)| (*no, look.counts)).collect();
        let learned = self.store.learn_availability(event, &counts).await;
        self.settle(learned, &last.source).await
    }

    /// Makes seats that were given back free again. The condition of the write lets a repetition do nothing,
    /// unless as many were given back since: then those are free a moment earlier.
    async fn release(
        &self,
        event: EventId,
        looks: &std::collections::BTreeMap<BucketNo, Look>,
    ) -> Result<(), RelayError> {
        stream::iter(looks.iter().filter(|(_, look)| look.counts.held > 0))
            .map(|(no, look)| async {
                let released = self
                    .store
                    .release_held(event, *no, look.counts.held)
                    .await
                    .map(|_| ());
                self.settle(released, &look.source).await
            })
            .buffer_unordered(WRITES_AT_ONCE)
            .try_collect()
            .await
    }

    /// Parks the record of a call that can never succeed; passes on an error that may pass.
    async fn settle(
        &self,
        result: Result<(), StoreError>,
        source: &Source,
    ) -> Result<(), RelayError> {
        match result {
            Ok(()) => Ok(()),
            Err(error) if error.is_transient() => Err(RelayError::Store(error)),
            Err(error) => Ok(self
                .parking
                .park(source, ErrorChain(&error).to_string())
                .await?),
        }
    }
}

fn source(record: &dynamodb::EventRecord) -> Source {
    let key = |name: &str| match record.change.keys.get(name) {
        Some(serde_dynamo::AttributeValue::S(text)) => text.clone(),
        _ => String::new(),
    };
    Source {
        event_id: record.event_id.clone(),
        sequence_number: record.change.sequence_number.clone().unwrap_or_default(),
        pk: key("pk"),
        sk: key("sk"),
    }
}
