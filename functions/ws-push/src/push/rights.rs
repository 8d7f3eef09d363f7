//! Checks rights that may have ended while a connection is open.

use bootstrap::clock;
use domain::{id::UserId, live::topic::Topic, security::policy::Decision};
use messages::{Frame, LiveDue, Reply};
use queues::Ordered;
use viewers::Session;

use super::{Push, PushError};

impl Push {
    /// Checks what the user of a connection may still watch. If the session has ended, the connection is closed. Otherwise its
    /// subscriptions to private topics are ended if they are no longer allowed. `name` is the name of the message.
    ///
    /// The right ended before the message was sent. Each step may be repeated, and a repetition does the remaining steps: the
    /// connection is removed from its user's list last, and the message that reports the end of a subscription ends the
    /// subscription again.
    ///
    /// # Errors
    /// The message must be retried.
    pub(super) async fn judge(&self, user: UserId, id: &str, name: &str) -> Result<(), PushError> {
        let connection = self.store.connection(id).await?;
        let sign_in = connection.as_ref().and_then(store::Connection::sign_in);
        let (Some(connection), Some(sign_in)) = (connection, sign_in) else {
            // The connection was closed, or a process crashed before it had closed the connection.
            self.gateway.close(id).await?;
            return Ok(self.store.unlist_connection(user, id).await?);
        };
        match viewers::session(&self.store, &sign_in, clock::now()).await? {
            Session::GoesOn => {}
            // Nothing shows that an unknown session still exists. The client can connect again with a ticket that contains a
            // session.
            Session::Ended | Session::Unknown => {
                self.sign_out(id).await?;
                // Another process may have deleted the connection in the meantime, and crashed before it removed the connection
                // from the list.
                return Ok(self.store.unlist_connection(user, id).await?);
            }
        }
        for (topic, shard) in &connection.topics {
            if topic.audience.is_private() {
                self.check_subscription(user, id, *topic, *shard, name)
                    .await?;
            }
        }
        Ok(())
    }

    /// Closes a connection. Before that, posts a frame with the reason. The frame is posted only once, even if it is throttled.
    async fn sign_out(&self, id: &str) -> Result<(), PushError> {
        let frame = Frame::Error {
            code: "session-ended".to_owned(),
            detail: "The session that opened this connection has ended. Sign in again.".to_owned(),
            event_id: None,
        };
        self.post(id, &frame).await?;
        self.gateway.close(id).await?;
        self.store.close_connection(id).await?;
        tracing::info!("connection_signed_out");
        Ok(())
    }

    async fn check_subscription(
        &self,
        user: UserId,
        id: &str,
        topic: Topic,
        shard: u32,
        name: &str,
    ) -> Result<(), PushError> {
        if viewers::may_watch(&self.store, Some(user), topic).await? == Decision::Allowed {
            return Ok(());
        }
        let message = LiveDue::Connection {
            topic,
            shard,
            connection_id: id.to_owned(),
            reply: Reply::Forbidden,
        };
        // The message is queued in order with the frames of the shard. It is queued before the subscription is removed from the
        // table, so that it is never lost.
        self.queue
            .send_in_order(&[Ordered {
                group: message.group(),
                name: format!("{name}#{topic}"),
                message,
            }])
            .await?;
        self.store.unsubscribe_from(id, topic, shard).await?;
        tracing::info!(%topic, "subscription_ended");
        Ok(())
    }
}
