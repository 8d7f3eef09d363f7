//! WebSocket connections. The item of a connection contains the topics to which the connection is subscribed.

use std::collections::HashMap;

use domain::{
    id::UserId,
    live::{CONNECTION_KEPT, MAX_ACTIONS_PER_SECOND, MAX_SUBSCRIPTIONS, topic::Topic},
};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use table::{Comparison, Delete, Path, Returned, Update, attr};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    attribute::{EXPIRES_AT, Item, PK, SK, n, text},
    condition::old_item,
    key,
    live::SignIn,
};

/// The maximum number of connections that are deleted concurrently.
const CALLS_AT_ONCE: usize = 8;
const TOPICS: &str = "topics";
const SECOND: &str = "second";
const ACTIONS: &str = "actions";

/// An open connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Connection {
    /// The user who signed in; `None` if nobody signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// The session family of the access token that the sign-in used; `None` if it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<Uuid>,
    /// The topics to which the connection is subscribed, or is about to be subscribed, each with the number of the connection's
    /// shard.
    pub topics: HashMap<Topic, u32>,
}

/// The outcome of counting an action that a client requested through its connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActionCount {
    /// The connection has not exceeded its limit of actions in one second. Contains the connection after the write.
    Allowed(Connection),
    /// The connection has exceeded its limit of actions in this second.
    TooMany,
    /// The connection does not exist.
    Unknown,
}

/// The outcome of writing a subscription to a topic into a connection's item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noted {
    /// The subscription was written.
    Yes,
    /// Another process has written the connection's item first. Contains the number of the topic's shard that the item names
    /// now; `None` if the item names no shard of the topic.
    Standing(Option<u32>),
    /// The connection already has the maximum number of subscriptions.
    TooMany,
    /// The connection does not exist.
    Unknown,
}

/// Returns the time, in seconds since 1970, from which an item that is written at `now` may be deleted.
pub(super) fn kept_until(now: Timestamp) -> i64 {
    now.as_second() + i64::try_from(CONNECTION_KEPT.as_secs()).unwrap_or(0)
}

/// Returns the path at which a connection's item stores the number of its shard of `topic`.
pub(super) fn shard_of(topic: Topic) -> Path {
    attr(TOPICS).field(topic.to_string())
}

impl Connection {
    /// Returns who signed in on the connection, and with which session; `None` if nobody signed in.
    #[must_use]
    pub fn sign_in(&self) -> Option<SignIn> {
        self.user_id.map(|user_id| SignIn {
            user_id,
            session: self.session,
        })
    }
}

impl Store {
    /// Writes the item of an opened connection, with or without a sign-in. If somebody signed in, the connection is also added
    /// to a list of this user's connections, which costs one more write. The relay reads this list when the user's rights end.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn open_connection(
        &self,
        id: &str,
        sign_in: Option<SignIn>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut item: Item = serde_dynamo::to_item(Connection {
            user_id: sign_in.map(|sign_in| sign_in.user_id),
            session: sign_in.and_then(|sign_in| sign_in.session),
            topics: HashMap::new(),
        })?;
        item.extend(key::connection(id));
        item.insert(SECOND.to_owned(), n(0));
        item.insert(EXPIRES_AT.to_owned(), n(kept_until(now)));
        self.put(item).await?;
        let Some(sign_in) = sign_in else {
            return Ok(());
        };
        // The entry in the user's list is written after the connection's item, because a listed connection that has no item
        // counts as closed.
        let mut listed = key::user_connection(sign_in.user_id, id);
        listed.insert(EXPIRES_AT.to_owned(), n(kept_until(now)));
        self.put(listed).await
    }

    /// Returns the ids of the open connections on which `user` signed in, by a strongly consistent read.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn connections_of(&self, user: UserId) -> Result<Vec<String>, StoreError> {
        let listed = self
            .query_all(key::user_pk(user), key::CONNECTION.to_owned(), None)
            .await?;
        let id = |item: &Item| {
            let sort = text(item, SK)?;
            let id = key::parse_user_connection_sk(sort);
            Ok(id
                .ok_or(StoreError::corrupt("a user's connection"))?
                .to_owned())
        };
        listed.iter().map(id).collect()
    }

    /// Removes a connection from the list of its user. A second call changes nothing.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn unlist_connection(&self, user: UserId, id: &str) -> Result<(), StoreError> {
        self.write(Delete::of(key::user_connection(user, id)))
            .await?;
        Ok(())
    }

    /// Counts an action that a client requests through its connection, and compares the count with the limit. The first action
    /// in a second costs one write. Each further action in the same second costs two writes.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn count_action(&self, id: &str, now: Timestamp) -> Result<ActionCount, StoreError> {
        let second = n(now.as_second());
        let count = || Update::of(key::connection(id)).returning(Returned::New);
        let first = count()
            .set(SECOND, second.clone())
            .set(ACTIONS, n(1))
            .when(attr(SECOND).less(second.clone()))
            .explained();
        let counted = match self.write(first).await {
            Ok(item) => item,
            Err(error) => {
                if old_item(error)?.is_none() {
                    return Ok(ActionCount::Unknown);
                }
                let is_within_limit = attr(SECOND)
                    .at_least(second)
                    .and(attr(ACTIONS).less(n(MAX_ACTIONS_PER_SECOND)));
                let further = count().add(ACTIONS, n(1)).when(is_within_limit);
                match self.write(further).await {
                    Ok(item) => item,
                    Err(error) => {
                        old_item(error)?;
                        return Ok(ActionCount::TooMany);
                    }
                }
            }
        };
        Ok(ActionCount::Allowed(serde_dynamo::from_item(counted)?))
    }

    /// Returns the connection, by a strongly consistent read; `None` if it was closed.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn connection(&self, id: &str) -> Result<Option<Connection>, StoreError> {
        self.get(key::connection(id)).await
    }

    /// Writes into the connection's item that the connection is about to join a shard of a topic. The item must name the shard
    /// `over`, which the new shard replaces. If `over` is `None`, the item must not name a shard of the topic yet.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn note_subscription(
        &self,
        id: &str,
        topic: Topic,
        shard: u32,
        over: Option<u32>,
    ) -> Result<Noted, StoreError> {
        let condition = match over {
            Some(over) => shard_of(topic).equals(n(over)),
            None => attr(PK)
                .exists()
                .and(shard_of(topic).absent())
                .and(attr(TOPICS).size(Comparison::Less, MAX_SUBSCRIPTIONS)),
        };
        let note = Update::of(key::connection(id))
            .set(shard_of(topic), n(shard))
            .when(condition)
            .explained();
        let item = match self.write(note).await {
            Ok(_) => return Ok(Noted::Yes),
            Err(error) => old_item(error)?,
        };
        let Some(item) = item else {
            return Ok(Noted::Unknown);
        };
        let connection: Connection = serde_dynamo::from_item(item)?;
        Ok(match connection.topics.get(&topic) {
            None if over.is_none() => Noted::TooMany,
            standing => Noted::Standing(standing.copied()),
        })
    }

    /// Removes the subscription to a topic from the connection's item. A second call changes nothing.
    ///
    /// # Errors
    /// The table could not be written.
    pub(crate) async fn forget_subscription(
        &self,
        id: &str,
        topic: Topic,
    ) -> Result<(), StoreError> {
        let forget = Update::of(key::connection(id))
            .remove(shard_of(topic))
            .when(attr(PK).exists());
        self.try_write(forget).await.map(|_| ())
    }

    /// Deletes the items and the subscriptions of a connection that was closed. A second call changes nothing.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn close_connection(&self, id: &str) -> Result<(), StoreError> {
        self.close(id, None).await
    }

    /// Does the same as [`Self::close_connection`] for connections that were read from one shard. One write removes all of them
    /// from this shard.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn close_connections_of(
        &self,
        topic: Topic,
        shard: u32,
        ids: &[String],
    ) -> Result<(), StoreError> {
        if ids.is_empty() {
            return Ok(());
        }
        self.leave_shard(topic, shard, ids).await?;
        stream::iter(ids)
            .map(Ok)
            .try_for_each_concurrent(CALLS_AT_ONCE, |id| self.close(id, Some((topic, shard))))
            .await
    }

    /// Deletes the items of a connection, and removes the connection from its topics' shards. Skips the shard `ended`, from
    /// which the caller has already removed it.
    async fn close(&self, id: &str, ended: Option<(Topic, u32)>) -> Result<(), StoreError> {
        let item = self
            .write(Delete::of(key::connection(id)).returning_old())
            .await?;
        // The connection does not exist, so there is nothing to close.
        if item.is_empty() {
            return Ok(());
        }
        let connection: Connection = serde_dynamo::from_item(item)?;
        let left = connection.topics.into_iter();
        for (topic, shard) in left.filter(|subscription| Some(*subscription) != ended) {
            self.leave_shard(topic, shard, &[id.to_owned()]).await?;
        }
        match connection.user_id {
            Some(user) => self.unlist_connection(user, id).await,
            None => Ok(()),
        }
    }
}
