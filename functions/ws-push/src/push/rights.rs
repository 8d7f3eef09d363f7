//! Checks whether users may still watch the topics of their open connections.

use bootstrap::clock;
use domain::{id::UserId, live::topic::Topic, security::policy::Decision};
use messages::{Frame, LiveDue, Reply};
use queues::Ordered;
use viewers::Session;

use super::{Push, PushError};

impl Push {
    /// Checks what the user of the connection `id` may still watch. If the session has ended, the connection is closed.
    /// Otherwise its subscriptions to private topics are ended if they are no longer allowed. `name` is the name of the message
    /// that requests this check.
    ///
    /// If the user lost a right, that happened before that message was sent. If a process crashes between two steps, the next
    /// attempt does the remaining steps. For this, the connection is removed from its user's list of connections last, and the
    /// message that reports the end of a subscription to the client also ends the subscription.
    ///
    /// # Errors
    /// The message must be retried.
    pub(super) async fn judge(&self, user: UserId, id: &str, name: &str) -> Result<(), PushError> {
        let connection = self.store.connection(id).await?;
        let sign_in = connection.as_ref().and_then(store::Connection::sign_in);
        let (Some(connection), Some(sign_in)) = (connection, sign_in) else {
            // The table has no such connection. Either it was closed, or a process deleted its item and crashed before it
            // closed the connection.
            self.gateway.close(id).await?;
            return Ok(self.store.unlist_connection(user, id).await?);
        };
        match viewers::session(&self.store, &sign_in, clock::now()).await? {
            Session::GoesOn => {}
            // An unknown session is treated like an ended one, because nothing shows that it still exists. The client can open
            // another connection with a ticket that contains a session.
            Session::Ended | Session::Unknown => {
                self.sign_out(id).await?;
                // Another process may have deleted the connection's item at the same time, and crashed before it removed the
                // connection from the user's list of connections.
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
        // The message is queued behind the earlier frames of the connection's shard. It is queued before the subscription is
        // removed from the table, so that it is sent even if this process crashes in between.
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
