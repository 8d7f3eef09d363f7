//! Subscribing, and the end of it.

use bootstrap::clock;
use domain::{
    live::topic::{Audience, Topic},
    policy::{Actor, EventAccess, event_access, may_work_at_doors},
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
            .filter(|event| event_access(None, event) != EventAccess::Hidden)
            .ok_or(Refusal::NotFound(Some(topic.event)))?;
        if topic.audience == Audience::Public {
            return Ok(());
        }
        let account = match connection.user_id {
            Some(user) => self.store.account(user).await?,
            None => None,
        };
        let user = account.ok_or(Refusal::Unauthorized(topic.event))?.user;
        let actor = Actor {
            id: user.id,
            role: user.role,
        };
        let access = event_access(Some(&actor), &event);
        let staff =
            access == EventAccess::View && self.store.is_staff(topic.event, user.id).await?;
        may_work_at_doors(access, staff)
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
