//! Starts and ends a connection's subscriptions to topics.

use bootstrap::clock;
use domain::{live::topic::Topic, security::policy::Decision};
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
        let (store, user) = (&self.store, connection.user_id);
        refuse_unless_allowed(viewers::may_watch(store, user, topic).await?, topic)?;
        let is_permitted = move || async move {
            Ok(viewers::may_watch(store, user, topic).await? == Decision::Allowed)
        };
        let subscribed = self
            .store
            .subscribe(id, connection, topic, clock::now(), is_permitted)
            .await?;
        match subscribed {
            Subscribed::In(shard) => {
                self.reply(id, request_id, topic, shard, Reply::Snapshot)
                    .await
            }
            Subscribed::NotPermitted => Err(Refusal::Forbidden(topic.event)),
            Subscribed::TooMany => Err(Refusal::TooManySubscriptions(topic.event)),
            // While this request ran, the connection was closed, or the subscription was ended. The end of a subscription has
            // its own reply, so no reply is sent for its start.
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
            let frame = Frame::Unsubscribed {
                event_id,
                topic,
                reason: None,
            };
            self.answer(id, &frame).await;
            return Ok(());
        };
        self.store.unsubscribe(id, topic, *shard).await?;
        self.reply(id, request_id, topic, *shard, Reply::Unsubscribed)
            .await
    }

    /// Queues a reply behind the frames that are already queued for the connection's shard. So a snapshot is never followed by
    /// an older state, and the end of a subscription is never followed by a frame of its topic.
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

fn refuse_unless_allowed(decision: Decision, topic: Topic) -> Result<(), Refusal> {
    match decision {
        Decision::Allowed => Ok(()),
        Decision::Forbidden | Decision::RoleTaken => Err(Refusal::Forbidden(topic.event)),
        Decision::Hidden => Err(Refusal::NotFound(Some(topic.event))),
        Decision::Unauthenticated => Err(Refusal::Unauthorized(topic.event)),
    }
}
