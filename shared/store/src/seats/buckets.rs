//! Buckets of guest lists: the conditional writes that decide who has a seat.

use std::collections::BTreeSet;

use domain::{
    events::Event,
    id::{EventId, GuestId},
    seats::bucket::{Bucket, BucketNo, BucketState, Terms, layout},
};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use table::{Condition, Put, Update, attr};

use crate::{
    Store, StoreError,
    attribute::{Item, PK, REQUEST, REV, Value, b, n, number, s, text},
    key,
};

pub(crate) const FREE: &str = "free";
pub(crate) const HELD: &str = "held";
pub(crate) const GUESTS: &str = "guests";
pub(crate) const STATE: &str = "state";
pub(crate) const OPENS: &str = "opens";
pub(crate) const CLOSES: &str = "closes";
pub(crate) const EVENT_VERSION: &str = "ver";

/// Writes of one event's buckets under way at once.
const WRITES_AT_ONCE: usize = 32;

/// Reads a bucket from its item.
pub(crate) fn bucket(item: &Item) -> Result<(EventId, Bucket), StoreError> {
    let (event, no) =
        key::parse_bucket(text(item, PK)?).ok_or(StoreError::corrupt("a bucket's key"))?;
    let guests = match item.get(GUESTS) {
        // An empty set does not exist.
        None => BTreeSet::new(),
        Some(Value::Bs(guests)) => guests
            .iter()
            .map(|guest| <[u8; GuestId::LEN]>::try_from(guest.as_slice()).map(GuestId::from))
            .collect::<Result<_, _>>()
            .map_err(|_| StoreError::corrupt("a bucket's guest"))?,
        Some(_) => return Err(StoreError::corrupt("a bucket's guests")),
    };
    let state = if text(item, STATE)? == BucketState::Open.as_str() {
        BucketState::Open
    } else {
        BucketState::Closed
    };
    let terms = Terms {
        state,
        opens_at: number(item, OPENS)?,
        closes_at: number(item, CLOSES)?,
        event_version: number(item, EVENT_VERSION)?,
    };
    let bucket = Bucket {
        no,
        free: number(item, FREE)?,
        held: number(item, HELD)?,
        guests,
        rev: number(item, REV)?,
        terms,
    };
    Ok((event, bucket))
}

fn terms_attributes(terms: &Terms) -> [(&'static str, Value); 4] {
    [
        (STATE, s(terms.state.as_str())),
        (OPENS, n(terms.opens_at)),
        (CLOSES, n(terms.closes_at)),
        (EVENT_VERSION, n(terms.event_version)),
    ]
}

impl Store {
    /// Lays out the buckets of an event that is about to be published as `event`.
    ///
    /// A layout of a later version of the event replaces one that nobody has touched; an earlier one never
    /// does, and a bucket that has had a guest stays as it is. So this may be repeated, and two who publish at
    /// once do not mix their layouts.
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
        let mut item = key::bucket(event, no);
        item.extend(
            [(FREE, n(free)), (HELD, n(0)), (REV, n(0))]
                .map(|(name, value)| (name.to_owned(), value)),
        );
        item.extend(terms_attributes(&terms).map(|(name, value)| (name.to_owned(), value)));
        let earlier_and_untouched = attr(REV)
            .equals(n(0))
            .and(attr(EVENT_VERSION).less(n(terms.event_version)));
        let put = Put::of(item).when(attr(PK).absent().or(earlier_and_untouched));
        self.try_write(put).await.map(|_| ())
    }

    /// Brings the terms of all buckets up to those of `event`. Buckets that are there or further stay as they
    /// are, so this may be repeated. When it has returned, no claim on older terms can succeed. `request` is noted in what
    /// it writes.
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

    /// As [`Store::align_buckets`], for a repetition: reads first, and writes only what is behind.
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
            .filter(|bucket| {
                bucket.terms.event_version < terms.event_version && bucket.terms.differ_from(&terms)
            })
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
        let mut update = Update::of(key::bucket(event, no))
            .increase(REV, 1)
            .set(REQUEST, s(request))
            .when(attr(EVENT_VERSION).less(n(terms.event_version)));
        for (name, value) in terms_attributes(&terms) {
            update = update.set(name, value);
        }
        self.try_write(update).await.map(|_| ())
    }

    /// One bucket, read consistently.
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

    /// Some buckets, each read consistently but not all at one instant, in the order of their numbers.
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

    /// Makes `seats` of the held seats of a bucket free again, if as many are held. `request` is noted in what it writes.
    /// Whether it did.
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
        let update = Update::of(key::bucket(event, no))
            .increase(HELD, -i64::from(seats))
            .increase(FREE, i64::from(seats))
            .increase(REV, 1)
            .set(REQUEST, s(request))
            .when(attr(HELD).at_least(n(seats)));
        self.try_write(update).await
    }
}

/// The bucket has `guest`.
pub(crate) fn has_guest(guest: GuestId) -> Condition {
    attr(GUESTS).contains(b(*guest.as_bytes()))
}

/// Returns a set of one guest.
pub(crate) fn guest_set(guest: GuestId) -> Value {
    Value::Bs(vec![guest.as_bytes().to_vec()])
}
