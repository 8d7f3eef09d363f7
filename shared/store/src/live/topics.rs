//! Topics that somebody watches: one item each, with the number of its shards and what was told last.

use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure};
use domain::{
    id::EventId,
    live::{
        CONNECTION_KEPT,
        counts::Counts,
        tick::{Ask, Ended, Pulse, Tick},
        topic::Topic,
    },
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

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
const TOLD: &str = "told";
const AS_OF: &str = "asOf";
const TOPIC: &str = "topic";
/// Steps of one tick: three, and two more whenever another process was faster with the same one.
const MAX_STEPS: u32 = 20;

/// A topic that somebody watches, or watched some hours ago.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TopicState {
    /// The topic.
    pub topic: Topic,
    /// How many shards its connections are in.
    pub shards: u32,
    /// Number of the tick that is to come.
    pub tick: u64,
    /// When the tick before it began, in milliseconds since 1970; 0: none did.
    #[serde(default)]
    begun_at: i64,
    /// What was published last; `None`: nothing was yet.
    #[serde(default)]
    pub told: Option<Told>,
    expires_at: i64,
}

/// What is told of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Told {
    /// The counts.
    pub counts: Counts,
    /// When they were looked at, in milliseconds since 1970.
    as_of: i64,
}

impl Told {
    /// When the counts were looked at.
    #[must_use]
    pub fn as_of(&self) -> Timestamp {
        Timestamp::from_millisecond(self.as_of).unwrap_or_default()
    }
}

impl TopicState {
    /// When the last tick began, by the clock of whoever began it.
    #[must_use]
    pub fn begun_at(&self) -> Timestamp {
        Timestamp::from_millisecond(self.begun_at).unwrap_or_default()
    }

    fn pulse(&self) -> Pulse {
        Pulse {
            tick: self.tick,
            as_of: self.told.as_ref().map(Told::as_of),
        }
    }
}

impl Store {
    /// The topic, if it is watched, read consistently.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn topic(&self, topic: Topic) -> Result<Option<TopicState>, StoreError> {
        self.get(key::topic(topic)).await
    }

    /// Those of the topics that are watched, read consistently.
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

    /// The topic, about to be watched by somebody more: made if nobody watched it, and kept for longer than whoever watches
    /// from now on can be connected. One read while many come.
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
        self.write_topic(
            topic,
            // Numbers go on from the time, so that a topic that is made anew repeats none: there is at most one a second.
            "SET #topic = :topic, #shards = if_not_exists(#shards, :one), #tick = if_not_exists(#tick, :now), #expires = :expires",
            None,
            [
                (":topic", s(topic.to_string())),
                (":one", n(1)),
                (":now", n(now.as_second())),
                (":expires", n(kept_until(now) + kept)),
            ],
        )
        .await?
        .map_err(|_| StoreError::corrupt("a topic"))
    }

    /// Gives a topic that had `shards` shards about a quarter more. How many there are now.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn add_shards(&self, topic: Topic, shards: u32) -> Result<u32, StoreError> {
        let more = shards + 1 + shards / 4;
        let written = self
            .write_topic(
                topic,
                "SET #shards = :more",
                Some("#shards = :standing"),
                [(":more", n(more)), (":standing", n(shards))],
            )
            .await?;
        Ok(match written {
            Ok(_) => more,
            // Somebody else added some.
            Err(standing) => standing.map_or(shards, |standing| standing.shards),
        })
    }

    /// Takes a tick of an event's counts to its end. The topic, if it published.
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
            match tick.ask() {
                Ok(Ask::Raise { from }) => {
                    let standing = self.raise_tick(topic, from, clock()).await?;
                    tick.raised(standing.map(|standing| standing.pulse()));
                }
                Ok(Ask::Look) => {
                    let at = clock();
                    tick.looked(self.counts(event).await?, at);
                }
                Ok(Ask::Publish {
                    tick: no,
                    before,
                    counts,
                    as_of,
                }) => {
                    let told = Told {
                        counts,
                        as_of: as_of.as_millisecond(),
                    };
                    match self.publish(topic, no, before, told).await? {
                        Ok(standing) => {
                            published = Some(standing);
                            tick.published(None);
                        }
                        // Without a topic there is nobody to tell.
                        Err(None) => return Ok(None),
                        Err(Some(standing)) => tick.published(Some(standing.pulse())),
                    }
                }
                Err(Ended::Published { .. }) => return Ok(published),
                Err(Ended::Superseded) => return Ok(None),
            }
        }
        Err(StoreError::Contended("what is told of an event"))
    }

    /// The counts of an event, read consistently.
    async fn counts(&self, event: EventId) -> Result<Counts, StoreError> {
        // Availability first: a change of capacity writes the event before its buckets tell of it.
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
        let raised = self
            .write_topic(
                topic,
                "SET #tick = :next, #begun = :now",
                Some("#tick = :from"),
                [
                    (":next", n(from + 1)),
                    (":from", n(from)),
                    (":now", n(now.as_millisecond())),
                ],
            )
            .await?;
        Ok(raised.map_or_else(|standing| standing, Some))
    }

    /// Publishes, if nothing was since what was looked at `before`.
    async fn publish(
        &self,
        topic: Topic,
        tick: u64,
        before: Option<Timestamp>,
        told: Told,
    ) -> Result<Result<TopicState, Option<TopicState>>, StoreError> {
        let mut values = vec![
            (":told", serde_dynamo::to_attribute_value(told)?),
            (":tick", n(tick)),
        ];
        values.extend(before.map(|before| (":before", n(before.as_millisecond()))));
        let condition = match before {
            Some(_) => "#tick = :tick AND #told.#asOf = :before",
            None => "#tick = :tick AND attribute_not_exists(#told)",
        };
        self.write_topic(topic, "SET #told = :told", Some(condition), values)
            .await
    }

    /// Writes a topic: as it is then, or as it stands where the condition does not hold.
    async fn write_topic(
        &self,
        topic: Topic,
        update: &str,
        condition: Option<&str>,
        values: impl IntoIterator<Item = (&'static str, AttributeValue)>,
    ) -> Result<Result<TopicState, Option<TopicState>>, StoreError> {
        let condition = condition.map(|condition| format!("attribute_exists(#pk) AND {condition}"));
        let mut write = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key::topic(topic)))
            .update_expression(update)
            .set_condition_expression(condition.clone())
            .return_values(ReturnValue::AllNew)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        for (alias, name) in [
            ("#pk", PK),
            ("#topic", TOPIC),
            ("#shards", SHARDS),
            ("#tick", TICK),
            ("#begun", BEGUN_AT),
            ("#told", TOLD),
            ("#asOf", AS_OF),
            ("#expires", EXPIRES_AT),
        ] {
            // A name that no expression uses is refused.
            if update.contains(alias) || condition.as_ref().is_some_and(|text| text.contains(alias))
            {
                write = write.expression_attribute_names(alias, name);
            }
        }
        for (alias, value) in values {
            write = write.expression_attribute_values(alias, value);
        }
        match write.send().await {
            Ok(written) => {
                let item = written.attributes.ok_or(StoreError::corrupt("a topic"))?;
                Ok(Ok(serde_dynamo::from_item(item)?))
            }
            Err(error) => {
                let standing = old_item(error)?;
                Ok(Err(standing.map(serde_dynamo::from_item).transpose()?))
            }
        }
    }
}
