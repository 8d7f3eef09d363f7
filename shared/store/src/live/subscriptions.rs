//! The start and the end of subscriptions.
//!
//! The connection's item names the shard before the shard names the connection. If a process crashes in between, closing the
//! connection still removes everything that it left.
//!
//! The right to watch a private topic is checked once more between the two writes. When a right ends, it is removed first, and
//! the user's connections are read second. So either that read finds the noted subscription, or the check finds that the right
//! has ended.

use std::ops::Range;

use domain::live::topic::Topic;
use jiff::Timestamp;

use super::connections::{Connection, Noted};
use crate::{Store, StoreError};

/// The number of shards that are tried. After the second full one, shards are added.
const MAX_TRIES: u32 = 12;

/// The outcome of a subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subscribed {
    /// The connection is in this shard.
    In(u32),
    /// The connection has as many subscriptions as it may.
    TooMany,
    /// The subscription was ended, or the connection closed, meanwhile.
    Ended,
    /// The right to watch the topic has ended meanwhile.
    NotPermitted,
}

impl Store {
    /// Puts a connection into a shard of a topic: the shard that the connection is in already, or any shard that has room.
    ///
    /// Two frames of one connection may be handled concurrently. So the note of the shard replaces only the note that is known,
    /// and it is read again after the join. If it names another shard by then, the connection leaves this shard and joins that
    /// one.
    ///
    /// `is_permitted` returns whether the connection's user may watch the topic now. It is called if the topic is private.
    /// It is not an `AsyncFn`, because the compiler takes the future of a caller that lends to one as not `Send`
    /// (rust-lang/rust#110338).
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
            // The shard of a private topic also refuses a connection whose subscription is not noted any more.
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

    /// Does the same as [`Self::unsubscribe`], unless another shard of the topic is noted meanwhile. Then the connection has
    /// subscribed again, and only leaves this shard.
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

    /// Removes a connection from its shard of a topic; repeating it changes nothing.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn unsubscribe(&self, id: &str, topic: Topic, shard: u32) -> Result<(), StoreError> {
        // The note is deleted first: a process that subscribes at the same time reads the connection after it has joined.
        self.forget_subscription(id, topic).await?;
        self.leave_shard(topic, shard, &[id.to_owned()]).await
    }
}

/// Returns the shards that were added last, a fifth of all. They have room when the older ones are full.
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
