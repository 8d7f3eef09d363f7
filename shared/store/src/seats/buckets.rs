//! The buckets of guest lists. This module creates buckets, updates their terms, and reads them.

mod item;
mod write;

use domain::{
    events::Event,
    id::EventId,
    seats::{
        bucket::{Bucket, BucketNo, Terms, layout},
        writes::{BucketWrite, LayoutWrite},
    },
};
use futures::{StreamExt as _, TryStreamExt as _, stream};

use crate::{Store, StoreError, key};

pub(crate) use item::bucket;
#[cfg(test)]
pub(crate) use item::{FREE, GUESTS, guest_set};
pub(crate) use write::{bucket_check, bucket_update};

/// The maximum number of concurrent writes of an event's buckets.
const WRITES_AT_ONCE: usize = 32;

impl Store {
    /// Creates the buckets of an event. `event` is the event as it is about to be published.
    ///
    /// An existing bucket is replaced only if `event` has a later version than the bucket's terms, and if nothing has written
    /// the bucket since it was created. So a bucket that ever had a guest is not replaced, the call can be repeated, and two
    /// concurrent calls do not mix their buckets.
    ///
    /// # Errors
    /// The table could not be written. Some of the buckets may have been created.
    pub async fn lay_out(&self, event: &Event) -> Result<(), StoreError> {
        let terms = Terms::of(event);
        stream::iter(layout(event.details.capacity.get()))
            .map(|(no, free)| self.lay_out_bucket(event.id, no, free, terms))
            .buffer_unordered(WRITES_AT_ONCE)
            .try_collect::<()>()
            .await
    }

    async fn lay_out_bucket(
        &self,
        event: EventId,
        no: BucketNo,
        free: u32,
        terms: Terms,
    ) -> Result<(), StoreError> {
        let put = write::layout_put(event, &LayoutWrite::new(no, free, terms));
        self.try_write(put).await.map(|_| ())
    }

    /// Writes the terms of `event` into all buckets that have older terms, so the call can be repeated. After the call, no
    /// claim that relies on older terms can succeed. The written items store the request id `request`.
    ///
    /// # Errors
    /// The table could not be written. Some of the buckets may have the new terms.
    pub async fn align_buckets(&self, event: &Event, request: &str) -> Result<(), StoreError> {
        let terms = Terms::of(event);
        stream::iter(0..event.bucket_count)
            .map(|no| self.align_bucket(event.id, no, terms, request))
            .buffer_unordered(WRITES_AT_ONCE)
            .try_collect::<()>()
            .await
    }

    /// Does the same as [`Store::align_buckets`], but reads all buckets first and writes only those with older terms. If an
    /// earlier call has already updated most buckets, this is cheaper. Returns the number of buckets with older terms.
    ///
    /// # Errors
    /// The table could not be read or written.
    pub async fn align_buckets_behind(
        &self,
        event: &Event,
        request: &str,
    ) -> Result<usize, StoreError> {
        let terms = Terms::of(event);
        let behind: Vec<BucketNo> = self
            .buckets(event.id, 0..event.bucket_count)
            .await?
            .into_iter()
            .filter(|bucket| bucket.terms.are_behind(&terms))
            .map(|bucket| bucket.no)
            .collect();
        let count = behind.len();
        stream::iter(behind)
            .map(|no| self.align_bucket(event.id, no, terms, request))
            .buffer_unordered(WRITES_AT_ONCE)
            .try_collect::<()>()
            .await?;
        Ok(count)
    }

    async fn align_bucket(
        &self,
        event: EventId,
        no: BucketNo,
        terms: Terms,
        request: &str,
    ) -> Result<(), StoreError> {
        let update = bucket_update(event, &BucketWrite::alignment(no, terms), request);
        self.try_write(update).await.map(|_| ())
    }

    /// Returns one bucket, by a strongly consistent read.
    ///
    /// # Errors
    /// The table could not be read, or the bucket does not exist.
    pub async fn bucket(&self, event: EventId, no: BucketNo) -> Result<Bucket, StoreError> {
        let item = self
            .get_item(key::bucket(event, no))
            .await?
            .ok_or(StoreError::corrupt("a bucket that should be there"))?;
        Ok(bucket(&item)?.1)
    }

    /// Returns the buckets with the given numbers, in the order of these numbers. The read of each bucket is strongly
    /// consistent, but the reads may take place at different instants.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn buckets(
        &self,
        event: EventId,
        numbers: impl IntoIterator<Item = BucketNo>,
    ) -> Result<Vec<Bucket>, StoreError> {
        let items = self
            .get_all(
                numbers
                    .into_iter()
                    .map(|no| key::bucket(event, no))
                    .collect(),
                true,
            )
            .await?;
        let mut buckets = items
            .iter()
            .map(|item| Ok(bucket(item)?.1))
            .collect::<Result<Vec<_>, StoreError>>()?;
        buckets.sort_by_key(|bucket| bucket.no);
        Ok(buckets)
    }

    /// Turns `seats` held seats of a bucket into free seats, if the bucket has at least this number of held seats. The item
    /// stores the request id `request`. Returns whether the bucket was written.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn release_held(
        &self,
        event: EventId,
        no: BucketNo,
        seats: u32,
        request: &str,
    ) -> Result<bool, StoreError> {
        let update = bucket_update(event, &BucketWrite::release(no, seats), request);
        self.try_write(update).await
    }
}
