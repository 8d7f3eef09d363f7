//! The state of a guest list at one instant, for the check of the guest list's invariants.

use domain::{events::Event, id::EventId, seats::bucket::Bucket};
use table::{Table as _, TransactionError};

use crate::{Store, StoreError, batch::back_off, key, seats::buckets::bucket};

/// An event and all its buckets, as they were at the same instant.
#[derive(Debug, Clone)]
pub struct GuestListSnapshot {
    /// The event.
    pub event: Event,
    /// The event's buckets in the order of their numbers; empty for a draft.
    pub buckets: Vec<Bucket>,
}

/// The maximum number of items that one `TransactGetItems` call reads.
const ITEMS_PER_TRANSACTION: usize = 100;
const MAX_TRIES: u32 = 10;

impl Store {
    /// Reads an event and all its buckets as they are at one instant. If there are few buckets, one transaction reads all
    /// items. If there are many, the buckets are read twice; these two reads are repeated until both give the same buckets.
    /// Returns `None` if the event does not exist.
    ///
    /// # Errors
    /// The table could not be read, or every try failed because the guest list changed during the read.
    pub async fn guest_list_snapshot(
        &self,
        id: EventId,
    ) -> Result<Option<GuestListSnapshot>, StoreError> {
        for attempt in 1..=MAX_TRIES {
            let Some(event) = self.event(id).await? else {
                return Ok(None);
            };
            let snapshot = if usize::from(event.bucket_count) < ITEMS_PER_TRANSACTION {
                self.snapshot_in_transaction(&event).await?
            } else {
                self.snapshot_by_two_looks(event).await?
            };
            if snapshot.is_some() {
                return Ok(snapshot);
            }
            back_off(attempt).await;
        }
        Err(StoreError::Contended("a guest list"))
    }

    /// Reads the event and its buckets in one transaction. Returns `None` if a concurrent write cancelled the transaction, or
    /// if the event's number of buckets has changed.
    async fn snapshot_in_transaction(
        &self,
        event: &Event,
    ) -> Result<Option<GuestListSnapshot>, StoreError> {
        let mut keys = vec![key::event(event.id)];
        keys.extend((0..event.bucket_count).map(|no| key::bucket(event.id, no)));
        let mut items = match self.table().get_at_once(keys).await {
            Ok(items) => items.into_iter(),
            Err(TransactionError::Cancelled(_)) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let Some(Some(item)) = items.next() else {
            return Ok(None);
        };
        let now: Event = serde_dynamo::from_item(item)?;
        if now.bucket_count != event.bucket_count {
            return Ok(None);
        }
        let buckets = items
            .map(|item| {
                Ok(bucket(&item.ok_or(StoreError::corrupt("a bucket that should be there"))?)?.1)
            })
            .collect::<Result<_, StoreError>>()?;
        Ok(Some(GuestListSnapshot {
            event: now,
            buckets,
        }))
    }

    /// Reads all buckets twice. If no revision differs between the two reads, all buckets had this state at every instant
    /// between them. Returns `None` if a bucket or the event has changed.
    async fn snapshot_by_two_looks(
        &self,
        event: Event,
    ) -> Result<Option<GuestListSnapshot>, StoreError> {
        let first = self.buckets(event.id, 0..event.bucket_count).await?;
        let between = self.event(event.id).await?;
        let buckets = self.buckets(event.id, 0..event.bucket_count).await?;
        let unchanged =
            first.len() == buckets.len() && first.iter().zip(&buckets).all(|(a, b)| a.rev == b.rev);
        Ok(between
            .filter(|between| unchanged && between.version == event.version)
            .map(|event| GuestListSnapshot { event, buckets }))
    }
}
