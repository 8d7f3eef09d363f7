//! Buckets of guest lists: layout, terms, reads.

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

/// The number of writes of one event's buckets that run concurrently.
const WRITES_AT_ONCE: usize = 32;

impl Store {
    /// Lays out the buckets of an event that is about to be published as `event`.
    ///
    /// A layout of a later version of the event replaces one that nobody has written since. An earlier one never does, and a
    /// bucket that has had a guest stays as it is. So the call may be repeated, and two concurrent calls do not mix their
    /// layouts.
    ///
    /// # Errors
    /// The table could not be written; some buckets may have been laid out.
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

    /// Aligns the terms of all buckets with those of `event`. Buckets with these terms or newer ones stay as they are, so this
    /// may be repeated. After it has returned, no claim on older terms can succeed. The items that it writes note `request`.
    ///
    /// # Errors
    /// The table could not be written; some buckets may have been aligned.
    pub async fn align_buckets(&self, event: &Event, request: &str) -> Result<(), StoreError> {
        let terms = Terms::of(event);
        stream::iter(0..event.bucket_count)
            .map(|no| self.align_bucket(event.id, no, terms, request))
            .buffer_unordered(WRITES_AT_ONCE)
            .try_collect::<()>()
            .await
    }

    /// Does the same as [`Store::align_buckets`], for a repetition: reads first, and writes only the buckets that are behind.
    /// Returns their number.
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

    /// Returns one bucket, read consistently.
    ///
    /// # Errors
    /// The table could not be read, or has no such bucket.
    pub async fn bucket(&self, event: EventId, no: BucketNo) -> Result<Bucket, StoreError> {
        let item = self
            .get_item(key::bucket(event, no))
            .await?
            .ok_or(StoreError::corrupt("a bucket that should be there"))?;
        Ok(bucket(&item)?.1)
    }

    /// Returns some buckets in the order of their numbers. Each is read consistently, but not all at one instant.
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

    /// Makes `seats` of the held seats of a bucket free, if it has as many. The item notes `request`. Returns whether it was
    /// written.
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
