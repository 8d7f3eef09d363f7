//! The availability of events. Each availability is split into shards. A shard is a small item, which the relay writes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::{
    events::Event,
    id::EventId,
    seats::{
        availability::{
            Availability, BucketCounts,
            shard::{ShardNo, shard_count, shard_of},
        },
        bucket::{BucketNo, bucket_count, layout},
    },
};
use futures::future::{try_join, try_join_all};

use crate::{
    Store, StoreError,
    attribute::{Item, REV, SK, Value, b, n, number, text},
    batch::back_off,
    key,
    versioned::put_over,
};

const COUNTS: &str = "counts";
/// Name of the attribute with the number of people on the waitlist. Only the first shard has this attribute.
const WAITLISTED: &str = "waitlisted";
/// The number of the first shard, which also stores the number of people on the waitlist.
const FIRST: ShardNo = 0;
/// The maximum number of tries to write shards while other processes write the same shards.
const MAX_TRIES: u32 = 8;

/// An availability, and the revision of each shard from which the availability was read.
#[derive(Debug, Default)]
struct Standing {
    known: Availability,
    revs: BTreeMap<ShardNo, u64>,
}

impl Standing {
    fn take_in(&mut self, item: &Item) -> Result<(), StoreError> {
        let corrupt = StoreError::corrupt("an availability");
        let Some(shard) = key::parse_availability_sk(text(item, SK)?) else {
            return Err(corrupt);
        };
        let Some(Value::B(bytes)) = item.get(COUNTS) else {
            return Err(corrupt);
        };
        self.known.read_shard(shard, bytes).ok_or(corrupt)?;
        if shard == FIRST {
            self.known.waitlisted = number(item, WAITLISTED)?;
        }
        self.revs.insert(shard, number(item, REV)?);
        Ok(())
    }
}

/// Returns the item that creates or replaces a shard. `over` is the revision of the stored shard; `None` if the shard does not
/// exist yet.
pub(crate) fn shard_item(
    event: EventId,
    known: &Availability,
    shard: ShardNo,
    over: Option<u64>,
) -> Item {
    let mut item = key::availability(event, shard);
    item.insert(COUNTS.to_owned(), b(known.shard_bytes(shard)));
    if shard == FIRST {
        item.insert(WAITLISTED.to_owned(), n(known.waitlisted));
    }
    item.insert(REV.to_owned(), n(over.map_or(0, |rev| rev + 1)));
    item
}

impl Store {
    /// Reads the availability of an event, with one strongly consistent query for all its shards. Returns `None` if the event
    /// was never published.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn availability(&self, event: EventId) -> Result<Option<Availability>, StoreError> {
        let standing = self.standing_availability(event).await?;
        Ok((!standing.revs.is_empty()).then_some(standing.known))
    }

    async fn standing_availability(&self, event: EventId) -> Result<Standing, StoreError> {
        let shards = self
            .query_all(key::event_pk(event), key::AVAILABILITY.to_owned(), None)
            .await?;
        let mut standing = Standing::default();
        for item in &shards {
            standing.take_in(item)?;
        }
        Ok(standing)
    }

    /// Returns the availability of each event. Events that were never published are skipped.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn availabilities(
        &self,
        events: &[Event],
    ) -> Result<HashMap<EventId, Availability>, StoreError> {
        let published = events.iter().filter(|event| event.bucket_count > 0);
        let (small, large): (Vec<&Event>, Vec<&Event>) =
            published.partition(|event| shard_count(event.bucket_count) == 1);
        // A read of items by their keys rounds up the price of each item. A query rounds up only the price of all its items
        // together. So events with one shard are read together by their keys, and each larger event is read by its own query.
        let keys = small.iter().map(|event| key::availability(event.id, FIRST));
        let of_large = large.iter().map(async |event| {
            let known = self.availability(event.id).await?;
            Ok::<_, StoreError>(known.map(|known| (event.id, known)))
        });
        let (items, of_large) =
            try_join(self.get_all(keys.collect(), false), try_join_all(of_large)).await?;
        let mut availabilities: HashMap<_, _> = of_large.into_iter().flatten().collect();
        for item in &items {
            let event = key::event_of(item)?;
            let mut standing = Standing::default();
            standing.take_in(item)?;
            availabilities.insert(event, standing.known);
        }
        Ok(availabilities)
    }

    /// Writes the availability of an event that is about to be published. All its seats are free.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn init_availability(&self, event: &Event) -> Result<(), StoreError> {
        let known =
            Availability::untouched(layout(event.details.capacity.get()).map(|(_, free)| free));
        for attempt in 1..=MAX_TRIES {
            let Standing {
                known: standing,
                revs,
            } = self.standing_availability(event.id).await?;
            if standing.is_touched() {
                // Another publication of this event has written the availability first, and people may have registered already.
                return Ok(());
            }
            let shards = 0..shard_count(bucket_count(event.details.capacity.get()));
            if self.put_shards(event.id, &known, shards, &revs).await? {
                return Ok(());
            }
            back_off(attempt).await;
        }
        Err(StoreError::Contended("an availability"))
    }

    /// Merges the counts of some buckets into an event's availability, and also the number of people on the waitlist, unless
    /// that is `None`. Counts that are already known or outdated change nothing, so the call can be repeated. Only changed
    /// shards are written. Returns the whole availability after the merge.
    ///
    /// # Errors
    /// The table could not be read or written, or every try failed because other processes were writing the same shards.
    pub async fn update_availability(
        &self,
        event: EventId,
        looks: &[(BucketNo, BucketCounts)],
        waitlisted: Option<u32>,
    ) -> Result<Availability, StoreError> {
        for attempt in 1..=MAX_TRIES {
            let Standing { mut known, revs } = self.standing_availability(event).await?;
            let mut news = BTreeSet::new();
            if let Some(count) = waitlisted
                && count != known.waitlisted
            {
                known.waitlisted = count;
                news.insert(FIRST);
            }
            for (no, counts) in looks {
                if known.update(*no, *counts) {
                    news.insert(shard_of(*no));
                }
            }
            if news.is_empty() {
                return Ok(known);
            }
            let is_one_shard = revs.keys().chain(&news).all(|shard| *shard == FIRST);
            if self.put_shards(event, &known, news, &revs).await? {
                if is_one_shard {
                    return Ok(known);
                }
                // Two callers may concurrently write different shards, each after a read that does not contain the other's
                // write. This second read ensures that at least one of the two callers returns the result of both writes.
                return Ok(self.standing_availability(event).await?.known);
            }
            back_off(attempt).await;
        }
        Err(StoreError::Contended("an availability"))
    }

    /// Writes shards of an availability. `over` contains the revisions at which the caller read the shards; a shard that is not
    /// in `over` must not exist yet. Returns `false` if another process has written one of the shards; the remaining shards may
    /// have been written.
    async fn put_shards(
        &self,
        event: EventId,
        known: &Availability,
        shards: impl IntoIterator<Item = ShardNo>,
        over: &BTreeMap<ShardNo, u64>,
    ) -> Result<bool, StoreError> {
        let puts = shards.into_iter().map(async |shard| {
            let over = over.get(&shard).copied();
            let item = shard_item(event, known, shard, over);
            self.try_write(put_over(item, over)).await
        });
        let written = try_join_all(puts).await?;
        Ok(written.into_iter().all(|written| written))
    }
}
