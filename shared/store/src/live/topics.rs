//! Topics that are watched. Each topic has one item with the number of its shards and the counts that were published last.

use domain::{
    id::EventId,
    live::{
        CONNECTION_KEPT,
        counts::Counts,
        tick::{Pulse, Tick, TickOutcome, TickStep},
        topic::Topic,
    },
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use table::{Returned, Update, attr};

use super::connections::kept_until;
use crate::{
    Store, StoreError,
    attribute::{EXPIRES_AT, Item, PK, n, s},
    condition::old_item,
    key,
};

const SHARDS: &str = "shards";
const TICK: &str = "tick";
const BEGUN_AT: &str = "begunAt";
/// Name of the attribute with the counts that were published last. Its value `told` is an old name, which stays because
/// deployed tables contain it.
const PUBLISHED: &str = "told";
const AS_OF: &str = "asOf";
const TOPIC: &str = "topic";
/// The maximum number of steps of a tick. A tick needs three steps, and two more steps each time that another process writes
/// the topic first.
const MAX_STEPS: u32 = 20;

/// The stored state of a topic that is watched now, or that was watched some hours ago.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TopicState {
    /// The topic.
    pub topic: Topic,
    /// The number of shards of the topic.
    pub shards: u32,
    /// The number of the next tick.
    pub tick: u64,
    /// The time at which the last tick began, in milliseconds since 1970; 0 if no tick has begun yet.
    #[serde(default)]
    begun_at: i64,
    /// The counts that were published last; `None` if none were published yet.
    #[serde(default, rename = "told")]
    pub published: Option<Published>,
    expires_at: i64,
}

/// An event's counts that were published, and the time at which they were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Published {
    /// The counts that were published.
    pub counts: Counts,
    /// The time at which the counts were read, in milliseconds since 1970.
    as_of: i64,
}

impl Published {
    /// Returns the time at which the published counts were read.
    #[must_use]
    pub fn as_of(&self) -> Timestamp {
        Timestamp::from_millisecond(self.as_of).unwrap_or_default()
    }
}

impl TopicState {
    /// Returns the time at which the last tick began, according to the clock of the process that began it.
    #[must_use]
    pub fn begun_at(&self) -> Timestamp {
        Timestamp::from_millisecond(self.begun_at).unwrap_or_default()
    }

    fn pulse(&self) -> Pulse {
        Pulse {
            tick: self.tick,
            as_of: self.published.as_ref().map(Published::as_of),
        }
    }
}

impl Store {
    /// Returns the state of the topic, by a strongly consistent read; `None` if nobody watches the topic.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn topic(&self, topic: Topic) -> Result<Option<TopicState>, StoreError> {
        self.get(key::topic(topic)).await
    }

    /// Returns the states of those `topics` that somebody watches, by strongly consistent reads.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn topics(
        &self,
        topics: impl IntoIterator<Item = Topic>,
    ) -> Result<Vec<TopicState>, StoreError> {
        let keys: Vec<Item> = topics.into_iter().map(key::topic).collect();
        let items = self.get_all(keys, true).await?;
        let read = |item| serde_dynamo::from_item(item).map_err(StoreError::from);
        items.into_iter().map(read).collect()
    }

    /// Returns the topic for a connection that is about to watch it. Creates the topic if it does not exist, and makes it last
    /// longer than any connection that is opened now. If many connections open the same topic, most calls cost only one read.
    ///
    /// # Errors
    /// The table could not be read or written.
    pub async fn open_topic(&self, topic: Topic, now: Timestamp) -> Result<TopicState, StoreError> {
        if let Some(standing) = self.topic(topic).await?
            && standing.expires_at >= kept_until(now)
        {
            return Ok(standing);
        }
        let kept = i64::try_from(CONNECTION_KEPT.as_secs()).unwrap_or(0);
        let open = Update::of(key::topic(topic))
            .set(TOPIC, s(topic.to_string()))
            .set_if_absent(SHARDS, n(1))
            // A topic's first tick has the present time in seconds as its number. There is at most one tick a second. So a
            // topic that expired and was created anew never uses a number twice.
            .set_if_absent(TICK, n(now.as_second()))
            .set(EXPIRES_AT, n(kept_until(now) + kept));
        self.write_topic(open)
            .await?
            .map_err(|_| StoreError::corrupt("a topic"))
    }

    /// Adds about a quarter more shards to a topic with `shards` shards. Returns the new number of shards.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn add_shards(&self, topic: Topic, shards: u32) -> Result<u32, StoreError> {
        let more = shards + 1 + shards / 4;
        let add = Update::of(key::topic(topic))
            .set(SHARDS, n(more))
            .when(attr(PK).exists().and(attr(SHARDS).equals(n(shards))));
        let written = self.write_topic(add).await?;
        Ok(match written {
            Ok(_) => more,
            // Another process has added shards since this process read the topic.
            Err(standing) => standing.map_or(shards, |standing| standing.shards),
        })
    }

    /// Runs all steps of a tick: it reads an event's counts and publishes them. Returns the state of the topic if this tick
    /// published the counts, and `None` if another tick was faster or nobody watches the event.
    ///
    /// # Errors
    /// The table could not be read or written.
    pub async fn run_tick(
        &self,
        event: EventId,
        mut tick: Tick,
        clock: impl Fn() -> Timestamp,
    ) -> Result<Option<TopicState>, StoreError> {
        let topic = Topic::public(event);
        let mut published = None;
        for _ in 0..MAX_STEPS {
            match tick.next_step() {
                Ok(TickStep::Raise { from }) => {
                    let standing = self.raise_tick(topic, from, clock()).await?;
                    tick.raised(standing.map(|standing| standing.pulse()));
                }
                Ok(TickStep::Look) => {
                    let at = clock();
                    tick.looked(self.counts(event).await?, at);
                }
                Ok(TickStep::Publish {
                    tick: no,
                    before,
                    counts,
                    as_of,
                }) => {
                    let next = Published {
                        counts,
                        as_of: as_of.as_millisecond(),
                    };
                    match self.publish(topic, no, before, next).await? {
                        Ok(standing) => {
                            published = Some(standing);
                            tick.published(None);
                        }
                        // The topic does not exist, so nobody watches it.
                        Err(None) => return Ok(None),
                        Err(Some(standing)) => tick.published(Some(standing.pulse())),
                    }
                }
                Err(TickOutcome::Published { .. }) => return Ok(published),
                Err(TickOutcome::Superseded) => return Ok(None),
            }
        }
        Err(StoreError::Contended("what is published of an event"))
    }

    /// Returns the counts of an event, by strongly consistent reads.
    async fn counts(&self, event: EventId) -> Result<Counts, StoreError> {
        // The availability is read before the event, because a change of capacity writes first the event and then the buckets.
        let availability = self.availability(event).await?;
        let event = self
            .event(event)
            .await?
            .ok_or(StoreError::corrupt("an event that is watched"))?;
        Ok(Counts::of(&event, availability))
    }

    async fn raise_tick(
        &self,
        topic: Topic,
        from: u64,
        now: Timestamp,
    ) -> Result<Option<TopicState>, StoreError> {
        let raise = Update::of(key::topic(topic))
            .set(TICK, n(from + 1))
            .set(BEGUN_AT, n(now.as_millisecond()))
            .when(attr(PK).exists().and(attr(TICK).equals(n(from))));
        let raised = self.write_topic(raise).await?;
        Ok(raised.map_or_else(|standing| standing, Some))
    }

    /// Publishes `published` as the result of the tick number `tick`. The condition of this write is that the stored counts are
    /// still those that were read at `before`. If `before` is `None`, no counts may have been published yet.
    async fn publish(
        &self,
        topic: Topic,
        tick: u64,
        before: Option<Timestamp>,
        published: Published,
    ) -> Result<Result<TopicState, Option<TopicState>>, StoreError> {
        let none_since = match before {
            Some(before) => attr(PUBLISHED)
                .field(AS_OF)
                .equals(n(before.as_millisecond())),
            None => attr(PUBLISHED).absent(),
        };
        let publish = Update::of(key::topic(topic))
            .set(PUBLISHED, serde_dynamo::to_attribute_value(published)?)
            .when(
                attr(PK)
                    .exists()
                    .and(attr(TICK).equals(n(tick)))
                    .and(none_since),
            );
        self.write_topic(publish).await
    }

    /// Writes a topic. Returns its new state, or its stored state as an error if the condition of the write failed.
    async fn write_topic(
        &self,
        update: Update,
    ) -> Result<Result<TopicState, Option<TopicState>>, StoreError> {
        let update = update.returning(Returned::New).explained();
        match self.write(update).await {
            Ok(item) => Ok(Ok(serde_dynamo::from_item(item)?)),
            Err(error) => {
                let standing = old_item(error)?;
                Ok(Err(standing.map(serde_dynamo::from_item).transpose()?))
            }
        }
    }
}
