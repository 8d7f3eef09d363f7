//! Functions that begin and end subscriptions.
//!
//! The first write stores the number of the shard in the connection's item. The second write adds the connection to the shard's
//! item. If a process crashes between these two writes, closing the connection still removes everything that was written.
//!
//! The right to watch a private topic is checked a second time between the two writes. The process that ends a right first
//! removes the right, and then reads the user's connections. So either this read finds the subscription, or the second check
//! finds that the right has ended.

use std::ops::Range;

use domain::live::topic::Topic;
use jiff::Timestamp;

use super::connections::{Connection, Noted};
use crate::{Store, StoreError};

/// The maximum number of shards that a subscription tries before it fails. After two full shards, it adds shards to the topic.
const MAX_TRIES: u32 = 12;

/// The outcome of a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subscribed {
    /// The connection is in the shard with this number.
    In(u32),
    /// The connection already has the maximum number of subscriptions.
    TooMany,
    /// The subscription ended, or the connection was closed, before the connection had joined a shard.
    Ended,
    /// The user may no longer watch the topic.
    NotPermitted,
}

impl Store {
    /// Adds a connection to a shard of a topic. If the connection already has a shard of this topic, that shard is used, and
    /// otherwise any shard with room.
    ///
    /// Two frames of one connection may be handled concurrently. So the shard is written into the connection's item only if
    /// another frame has not changed the item, and the item is read a second time after the connection has joined the shard. If
    /// the item names another shard by then, the connection leaves the shard that it joined and joins the named shard.
    ///
    /// `is_permitted` returns whether the connection's user may watch the topic now. It is called only for a private topic. Its
    /// type is not an `AsyncFn`: if a caller lent a reference to an `AsyncFn`, the compiler would treat the caller's future as
    /// not `Send` (rust-lang/rust#110338).
    ///
    /// # Errors
    /// The table could not be read or written, or all shards that were tried were full.
    pub async fn subscribe<F: Future<Output = Result<bool, StoreError>>>(
        &self,
        id: &str,
        connection: &Connection,
        topic: Topic,
        now: Timestamp,
        is_permitted: impl Fn() -> F,
    ) -> Result<Subscribed, StoreError> {
        let is_private = topic.audience.is_private();
        let mut shards = self.open_topic(topic, now).await?.shards;
        let mut noted = connection.topics.get(&topic).copied();
        let mut shard = noted.unwrap_or_else(|| fastrand::u32(..shards.max(1)));
        for attempt in 1..=MAX_TRIES {
            if noted != Some(shard) {
                match self.note_subscription(id, topic, shard, noted).await? {
                    Noted::Yes => noted = Some(shard),
                    Noted::Standing(standing) => {
                        noted = standing;
                        shard = standing.unwrap_or(shard);
                        continue;
                    }
                    Noted::TooMany => return Ok(Subscribed::TooMany),
                    Noted::Unknown => return Ok(Subscribed::Ended),
                }
            }
            if is_private && !is_permitted().await? {
                self.unsubscribe(id, topic, shard).await?;
                return Ok(Subscribed::NotPermitted);
            }
            let joined = if is_private {
                self.join_shard_if_noted(topic, shard, id, now).await?
            } else {
                self.join_shard(topic, shard, id, now).await?
            };
            // If the topic is private, adding the connection to the shard also fails if the connection's item no longer names
            // this shard. So the item is read a second time even after such a failure.
            if joined || is_private {
                let standing = self.connection(id).await?;
                noted = standing.and_then(|standing| standing.topics.get(&topic).copied());
                if noted == Some(shard) && joined {
                    return Ok(Subscribed::In(shard));
                }
                if noted != Some(shard) {
                    if joined {
                        self.leave_shard(topic, shard, &[id.to_owned()]).await?;
                    }
                    match noted {
                        Some(other) => shard = other,
                        None => return Ok(Subscribed::Ended),
                    }
                    continue;
                }
            }
            let room = if attempt == 1 {
                newest(shards)
            } else {
                let more = self.add_shards(topic, shards).await?;
                let added = if more > shards {
                    shards..more
                } else {
                    newest(more)
                };
                shards = more;
                added
            };
            shard = fastrand::u32(room);
        }
        Err(StoreError::Contended("the shards of a topic"))
    }

    /// Does the same as [`Self::unsubscribe`] if the connection's item still names `shard`. If the item names another shard,
    /// the connection has subscribed to the topic anew. Then it only leaves `shard`, and keeps the new subscription.
    ///
    /// # Errors
    /// The table could not be read or written.
    pub async fn unsubscribe_from(
        &self,
        id: &str,
        topic: Topic,
        shard: u32,
    ) -> Result<(), StoreError> {
        let standing = self.connection(id).await?;
        let noted = standing.and_then(|standing| standing.topics.get(&topic).copied());
        match noted {
            Some(noted) if noted == shard => self.unsubscribe(id, topic, shard).await,
            _ => self.leave_shard(topic, shard, &[id.to_owned()]).await,
        }
    }

    /// Removes a connection from its shard of a topic. A second call changes nothing.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn unsubscribe(&self, id: &str, topic: Topic, shard: u32) -> Result<(), StoreError> {
        // The connection's item is changed before the shard. A process that subscribes the connection concurrently reads this
        // item after it has joined a shard, so it notices the change.
        self.forget_subscription(id, topic).await?;
        self.leave_shard(topic, shard, &[id.to_owned()]).await
    }
}

/// Returns the numbers of the newest fifth of a topic's shards. Even if the older shards are full, these usually have room.
fn newest(shards: u32) -> Range<u32> {
    shards - shards.div_ceil(5)..shards
}

#[cfg(test)]
mod tests {
    use super::newest;

    #[test]
    fn the_newest_shards_are_those_that_were_added_last() {
        for (shards, expected) in [(1, 0..1), (2, 1..2), (5, 4..5), (6, 4..6), (126, 100..126)] {
            assert_eq!(newest(shards), expected);
        }
    }
}
