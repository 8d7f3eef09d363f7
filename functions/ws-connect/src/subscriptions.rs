//! Subscribing, and the end of it.

use bootstrap::clock;
use domain::{
    live::topic::{Audience, Topic},
    policy::{Action, Actor, Decision, Object, depends_on_staff, may},
};
use messages::{Frame, LiveDue, Reply};
use queues::Ordered;
use store::{Account, Connection, Subscribed};

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
        let event = event.ok_or(Refusal::NotFound(Some(topic.event)))?;
        let object = Object::Event {
            event: &event,
            staff: false,
        };
        // Nobody watches a draft, not even who runs it.
        refuse_unless_allowed(may(None, Action::ReadEvent, object), topic)?;
        if topic.audience == Audience::Public {
            return Ok(());
        }
        let account = match connection.user_id {
            Some(user) => self.store.account(user).await?,
            None => None,
        };
        let actor = account.map(|Account { user, .. }| Actor {
            id: user.id,
            role: user.role,
        });
        let (actor, action) = (actor.as_ref(), Action::ReadDoor);
        let staff = match actor {
            Some(actor) if depends_on_staff(Some(actor), action, object) => {
                self.store.is_staff(topic.event, actor.id).await?
            }
            _ => false,
        };
        refuse_unless_allowed(may(actor, action, object.with_staff(staff)), topic)
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

fn refuse_unless_allowed(decision: Decision, topic: Topic) -> Result<(), Refusal> {
    match decision {
        Decision::Allowed => Ok(()),
        Decision::Forbidden | Decision::RoleTaken => Err(Refusal::Forbidden(topic.event)),
        Decision::Hidden => Err(Refusal::NotFound(Some(topic.event))),
        Decision::Unauthenticated => Err(Refusal::Unauthorized(topic.event)),
    }
}
