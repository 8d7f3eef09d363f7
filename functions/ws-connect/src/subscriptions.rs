//! Subscribing, and the end of it.

use bootstrap::clock;
use domain::{
    event::EventStatus,
    live::topic::{Audience, Topic},
    policy::{Actor, event_access, may_work_at_doors},
};
use messages::{Frame, LiveDue, Reply};
use queues::Ordered;
use store::{Connection, Subscribed};

use crate::{live::Live, refusal::Refusal};

impl Live {
    pub(crate) async fn subscribe(
        &self,
        id: &str,
        request_id: &str,
        connection: &Connection,
        topic: Topic,
    ) -> Result<(), Refusal> {
        self.check(connection, topic).await?;
        let subscribed = self
            .store
            .subscribe(id, connection, topic, clock::now())
            .await?;
        match subscribed {
            Subscribed::In(shard) => {
                self.reply(id, request_id, topic, shard, Reply::Snapshot)
                    .await
            }
            Subscribed::TooMany => Err(Refusal::TooManySubscriptions(topic.event)),
            // Whoever ended it is answered.
            Subscribed::Ended => Ok(()),
        }
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
        self.store.unsubscribe(id, topic, *shard).await?;
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
