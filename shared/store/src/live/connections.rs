//! Connections: one item each, with what it is subscribed to.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{ReturnValue, ReturnValuesOnConditionCheckFailure};
use domain::{
    id::UserId,
    live::{CONNECTION_KEPT, MAX_ACTIONS_PER_SECOND, MAX_SUBSCRIPTIONS, topic::Topic},
};
use futures::{StreamExt as _, TryStreamExt as _, stream};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    attribute::{EXPIRES_AT, Item, PK, SK, n, text},
    condition::old_item,
    key,
    live::SignIn,
};

/// Connections that are deleted at once.
const CALLS_AT_ONCE: usize = 8;
pub(super) const TOPICS: &str = "topics";
const SECOND: &str = "second";
const ACTIONS: &str = "actions";

/// An open connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Connection {
    /// Who signed in on it; `None`: nobody did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// The session family in which they did; `None`: it is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<Uuid>,
    /// The shard of each topic that it is subscribed to, or was about to be.
    pub topics: HashMap<Topic, u32>,
}

/// What became of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActionCount {
    /// It is one of those that a second allows.
    Allowed(Connection),
    /// There were too many in this second.
    TooMany,
    /// There is no such connection.
    Unknown,
}

/// Whether a subscription was noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noted {
    /// It was.
    Yes,
    /// Something else stands, because somebody was faster: a shard, or (`None`) nothing.
    Standing(Option<u32>),
    /// The connection has as many as it may.
    TooMany,
    /// There is no such connection.
    Unknown,
}

/// When something that is written now may be forgotten, in seconds since 1970.
pub(super) fn kept_until(now: Timestamp) -> i64 {
    now.as_second() + i64::try_from(CONNECTION_KEPT.as_secs()).unwrap_or(0)
}

impl Connection {
    /// Who signed in on it; `None`: nobody did.
    #[must_use]
    pub fn sign_in(&self) -> Option<SignIn> {
        self.user_id.map(|user_id| SignIn {
            user_id,
            session: self.session,
        })
    }
}

impl Store {
    /// Notes a connection that was opened by whoever signed in, or by nobody in particular. One that is signed in is listed
    /// under its user as well, so that it is found when the user's rights end: one write more.
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
        // Second, because a listed connection without an item of its own is taken for a closed one.
        let mut listed = key::user_connection(sign_in.user_id, id);
        listed.insert(EXPIRES_AT.to_owned(), n(kept_until(now)));
        self.put(listed).await
    }

    /// The open connections on which a user signed in, read consistently.
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

    /// Takes a connection off its user's list; again changes nothing.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn unlist_connection(&self, user: UserId, id: &str) -> Result<(), StoreError> {
        self.client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(key::user_connection(user, id)))
            .send()
            .await?;
        Ok(())
    }

    /// Counts an action of a connection. The first of a second costs one write, each further one two.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn count_action(&self, id: &str, now: Timestamp) -> Result<ActionCount, StoreError> {
        let count = || {
            self.client
                .update_item()
                .table_name(&self.table)
                .set_key(Some(key::connection(id)))
                .expression_attribute_names("#second", SECOND)
                .expression_attribute_names("#actions", ACTIONS)
                .expression_attribute_values(":now", n(now.as_second()))
                .expression_attribute_values(":one", n(1))
                .return_values(ReturnValue::AllNew)
        };
        let first = count()
            .update_expression("SET #second = :now, #actions = :one")
            .condition_expression("#second < :now")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        let counted = match first {
            Ok(written) => written.attributes,
            Err(error) => {
                if old_item(error)?.is_none() {
                    return Ok(ActionCount::Unknown);
                }
                let further = count()
                    .update_expression("ADD #actions :one")
                    .condition_expression("#second >= :now AND #actions < :most")
                    .expression_attribute_values(":most", n(MAX_ACTIONS_PER_SECOND))
                    .send()
                    .await;
                match further {
                    Ok(written) => written.attributes,
                    Err(error) => {
                        old_item(error)?;
                        return Ok(ActionCount::TooMany);
                    }
                }
            }
        };
        let item = counted.ok_or(StoreError::corrupt("a connection"))?;
        Ok(ActionCount::Allowed(serde_dynamo::from_item(item)?))
    }

    /// The connection, read consistently; `None`: it was closed.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn connection(&self, id: &str) -> Result<Option<Connection>, StoreError> {
        self.get(key::connection(id)).await
    }

    /// Notes that a connection is about to be in a shard of a topic, in place of the shard `over` of it (`None`: of none).
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
        let note = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key::connection(id)))
            .update_expression("SET #topics.#topic = :shard")
            .expression_attribute_names("#topics", TOPICS)
            .expression_attribute_names("#topic", topic.to_string())
            .expression_attribute_values(":shard", n(shard))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let note = match over {
            Some(over) => note
                .condition_expression("#topics.#topic = :over")
                .expression_attribute_values(":over", n(over)),
            None => note
                .condition_expression(
                    "attribute_exists(#pk) AND attribute_not_exists(#topics.#topic) AND size(#topics) < :most",
                )
                .expression_attribute_names("#pk", PK)
                .expression_attribute_values(":most", n(MAX_SUBSCRIPTIONS)),
        };
        let item = match note.send().await {
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

    /// Forgets a subscription; again changes nothing.
    ///
    /// # Errors
    /// The table could not be written.
    pub(crate) async fn forget_subscription(
        &self,
        id: &str,
        topic: Topic,
    ) -> Result<(), StoreError> {
        let forgotten = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key::connection(id)))
            .update_expression("REMOVE #topics.#topic")
            .condition_expression("attribute_exists(#pk)")
            .expression_attribute_names("#pk", PK)
            .expression_attribute_names("#topics", TOPICS)
            .expression_attribute_names("#topic", topic.to_string())
            .send()
            .await;
        match forgotten {
            Ok(_) => Ok(()),
            Err(error) => old_item(error).map(|_| ()),
        }
    }

    /// Deletes what is stored of a connection that was closed, its subscriptions included; again changes nothing.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn close_connection(&self, id: &str) -> Result<(), StoreError> {
        self.close(id, None).await
    }

    /// As [`Self::close_connection`], for connections that were found in one shard: out of that one in one write.
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

    /// Deletes a connection and its subscriptions, but the one that was ended already.
    async fn close(&self, id: &str, ended: Option<(Topic, u32)>) -> Result<(), StoreError> {
        let closed = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(key::connection(id)))
            .return_values(ReturnValue::AllOld)
            .send()
            .await?;
        let Some(item) = closed.attributes else {
            return Ok(());
        };
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
