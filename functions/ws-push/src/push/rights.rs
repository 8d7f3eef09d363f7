//! Rights that end while a connection is open.

use bootstrap::clock;
use domain::{id::UserId, live::topic::Topic, security::policy::Decision};
use messages::{Frame, LiveDue, Reply};
use queues::Ordered;
use viewers::Session;

use super::{Push, PushError};

impl Push {
    /// Ends what the user of a connection is no longer allowed to watch: the connection, if its session has ended, or else its
    /// subscriptions to private topics. `name`: the name of the message.
    ///
    /// The right ended before the message was sent. Each step may be repeated, and a repetition finds the steps that are left:
    /// the connection leaves its user's list last, and a subscription is ended again by its own message.
    ///
    /// # Errors
    /// The message must be retried.
    pub(super) async fn judge(&self, user: UserId, id: &str, name: &str) -> Result<(), PushError> {
        let connection = self.store.connection(id).await?;
        let sign_in = connection.as_ref().and_then(store::Connection::sign_in);
        let (Some(connection), Some(sign_in)) = (connection, sign_in) else {
            // The connection was closed, or a process crashed before it closed it.
            self.gateway.close(id).await?;
            return Ok(self.store.unlist_connection(user, id).await?);
        };
        match viewers::session(&self.store, &sign_in, clock::now()).await? {
            Session::GoesOn => {}
            // Nothing shows that an unknown session continues. The client connects again, with a ticket that names a session.
            Session::Ended | Session::Unknown => {
                self.sign_out(id).await?;
                // Another process may have deleted the connection meanwhile, and crashed before it removed it from the list.
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

    /// Closes a connection. First posts a frame with the reason, once: a throttled frame is not sent again.
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
        // Queued among the frames of the shard. Queued before the write, so that it is never lost.
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
