//! Shards of topics: one item each, with the set of its connections. Like the buckets of a guest list, so that ten thousand
//! viewers are read in a hundred small reads.

use aws_sdk_dynamodb::{
    operation::update_item::builders::UpdateItemFluentBuilder,
    types::{AttributeValue, ConditionCheck, TransactWriteItem},
};
use domain::live::{CONNECTIONS_PER_SHARD, topic::Topic};
use jiff::Timestamp;

use super::connections::{TOPICS, kept_until};
use crate::{
    Store, StoreError,
    accounts::{cancelled_by_condition, transaction_error},
    attribute::{EXPIRES_AT, n},
    condition::old_item,
    key,
    transaction::{self, part},
};

const CONNECTIONS: &str = "connections";

impl Store {
    /// Puts a connection into a shard; again changes nothing. `false`: the shard is full.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn join_shard(
        &self,
        topic: Topic,
        shard: u32,
        id: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let joined = self.joining(topic, shard, id, now).send().await;
        match joined {
            Ok(_) => Ok(true),
            Err(error) => old_item(error).map(|_| false),
        }
    }

    /// As [`Self::join_shard`], if the connection's item still names this shard of the topic, in one transaction: so nobody
    /// is in a shard whose subscription was ended before, whenever a process dies.
    ///
    /// # Errors
    /// The table could not be written.
    pub(super) async fn join_shard_if_noted(
        &self,
        topic: Topic,
        shard: u32,
        id: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let noted = ConditionCheck::builder()
            .table_name(&self.table)
            .set_key(Some(key::connection(id)))
            .condition_expression("#topics.#topic = :shard")
            .expression_attribute_names("#topics", TOPICS)
            .expression_attribute_names("#topic", topic.to_string())
            .expression_attribute_values(":shard", n(shard))
            .build()?;
        let joining = part(&self.joining(topic, shard, id, now))?;
        let both = self
            .client
            .transact_write_items()
            .transact_items(TransactWriteItem::builder().condition_check(noted).build())
            .transact_items(TransactWriteItem::builder().update(joining).build());
        match transaction::send(both).await {
            Ok(()) => Ok(true),
            Err(error)
                if [0, 1]
                    .iter()
                    .any(|at| cancelled_by_condition(error.as_service_error(), *at)) =>
            {
                Ok(false)
            }
            Err(error) => Err(transaction_error(error)),
        }
    }

    fn joining(
        &self,
        topic: Topic,
        shard: u32,
        id: &str,
        now: Timestamp,
    ) -> UpdateItemFluentBuilder {
        self.client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key::shard(topic, shard)))
            .update_expression("ADD #connections :ids SET #expires = :expires")
            .condition_expression(
                "attribute_not_exists(#connections) OR size(#connections) < :most OR contains(#connections, :id)",
            )
            .expression_attribute_names("#connections", CONNECTIONS)
            .expression_attribute_names("#expires", EXPIRES_AT)
            .expression_attribute_values(":ids", AttributeValue::Ss(vec![id.to_owned()]))
            .expression_attribute_values(":id", AttributeValue::S(id.to_owned()))
            .expression_attribute_values(":most", n(CONNECTIONS_PER_SHARD))
            .expression_attribute_values(":expires", n(kept_until(now)))
    }

    /// Takes connections out of a shard; again changes nothing.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn leave_shard(
        &self,
        topic: Topic,
        shard: u32,
        ids: &[String],
    ) -> Result<(), StoreError> {
        let left = self
            .client
            .update_item()
            .table_name(&self.table)
            .set_key(Some(key::shard(topic, shard)))
            .update_expression("DELETE #connections :ids")
            // An update would make the shard that has expired.
            .condition_expression("attribute_exists(#connections)")
            .expression_attribute_names("#connections", CONNECTIONS)
            .expression_attribute_values(":ids", AttributeValue::Ss(ids.to_vec()))
            .send()
            .await;
        match left {
            Ok(_) => Ok(()),
            Err(error) => old_item(error).map(|_| ()),
        }
    }

    /// The connections of a shard, read consistently.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn shard(&self, topic: Topic, shard: u32) -> Result<Vec<String>, StoreError> {
        let found = self
            .client
            .get_item()
            .table_name(&self.table)
            .set_key(Some(key::shard(topic, shard)))
            .consistent_read(true)
            .send()
            .await?;
        let connections = found.item.and_then(|mut item| item.remove(CONNECTIONS));
        match connections {
            None => Ok(Vec::new()),
            Some(AttributeValue::Ss(ids)) => Ok(ids),
            Some(_) => Err(StoreError::corrupt("a shard of connections")),
        }
    }
}
