//! Subscribing, and the end of it.
//!
//! The connection's item names the shard before the shard names the connection: whoever dies in between leaves nothing that
//! closing the connection does not take away.

use bootstrap::clock;
use domain::{
    event::EventStatus,
    live::topic::{Audience, Topic},
    policy::{Actor, event_access, may_work_at_doors},
};
use messages::{Frame, LiveDue, Reply};
use queues::Ordered;
use store::{Connection, Noted};

use crate::{live::Live, refusal::Refusal};

/// Shards that are tried before a subscriber is sent away; from the third on, there are more of them after every other one.
const MAX_TRIES: u32 = 12;

impl Live {
    pub(crate) async fn subscribe(
        &self,
        id: &str,
        request_id: &str,
        connection: &Connection,
        topic: Topic,
    ) -> Result<(), Refusal> {
        self.check(connection, topic).await?;
        let shard = self.join(id, connection, topic).await?;
        self.reply(id, request_id, topic, shard, Reply::Snapshot)
            .await
    }

    pub(crate) async fn unsubscribe(
        &self,
        id: &str,
        request_id: &str,
        connection: &Connection,
        topic: Topic,
    ) -> Result<(), Refusal> {
        let Some(shard) = connection.topics.get(&topic) else {
            let event_id = topic.event;
            let topic = topic.audience;
            self.answer(id, &Frame::Unsubscribed { event_id, topic })
                .await;
            return Ok(());
        };
        self.store
            .leave_shard(topic, *shard, &[id.to_owned()])
            .await?;
        self.store.forget_subscription(id, topic).await?;
        self.reply(id, request_id, topic, *shard, Reply::Unsubscribed)
            .await
    }

    /// Whether whoever is connected may hear of the topic.
    async fn check(&self, connection: &Connection, topic: Topic) -> Result<(), Refusal> {
        let event = self.store.event(topic.event).await?;
        let event = event
            .filter(|event| event.status != EventStatus::Draft)
            .ok_or(Refusal::NotFound(Some(topic.event)))?;
        if topic.audience == Audience::Public {
            return Ok(());
        }
        let user = connection
            .user_id
            .ok_or(Refusal::Unauthorized(topic.event))?;
        let account = self.store.account(user).await?;
        let account = account.ok_or(Refusal::Unauthorized(topic.event))?;
        let actor = Actor {
            id: user,
            role: account.user.role,
        };
        let access = event_access(Some(&actor), &event);
        let works_there = may_work_at_doors(access, false)
            || may_work_at_doors(access, self.store.is_staff(topic.event, user).await?);
        works_there
            .then_some(())
            .ok_or(Refusal::Forbidden(topic.event))
    }

    /// Finds a shard with room: the one that the connection is in already, or any.
    async fn join(&self, id: &str, connection: &Connection, topic: Topic) -> Result<u32, Refusal> {
        let now = clock::now();
        let mut shards = self.store.open_topic(topic, now).await?.shards;
        let mut shard = match connection.topics.get(&topic) {
            Some(shard) => *shard,
            None => fastrand::u32(..shards.max(1)),
        };
        for attempt in 1..=MAX_TRIES {
            match self.store.note_subscription(id, topic, shard).await? {
                Noted::Yes => {}
                Noted::TooMany => return Err(Refusal::TooManySubscriptions(topic.event)),
                Noted::Unknown => return Err(Refusal::Unknown),
            }
            if self.store.join_shard(topic, shard, id, now).await? {
                return Ok(shard);
            }
            if attempt > 2 && attempt % 2 == 1 {
                shards = self.store.add_shards(topic, shards).await?;
            }
            shard = fastrand::u32(newest(shards));
        }
        tracing::error!(%topic, shards, "no_shard_has_room");
        Err(Refusal::Unavailable)
    }

    /// The answer takes its place among the frames of the shard: so no older state follows a snapshot, and nothing the end of
    /// a subscription.
    async fn reply(
        &self,
        id: &str,
        request_id: &str,
        topic: Topic,
        shard: u32,
        reply: Reply,
    ) -> Result<(), Refusal> {
        let message = LiveDue::Connection {
            topic,
            shard,
            connection_id: id.to_owned(),
            reply,
        };
        self.push
            .send_in_order(&[Ordered {
                group: message.group(),
                name: request_id.to_owned(),
                message,
            }])
            .await?;
        Ok(())
    }
}

/// The shards that were added last, a fifth of all: where the older ones are full, they have room.
fn newest(shards: u32) -> std::ops::Range<u32> {
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
