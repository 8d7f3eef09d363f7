//! Shards of topics: one item each, with the set of its connections. Like the buckets of a guest list, so that ten thousand
//! viewers are read in a hundred small reads.

use aws_sdk_dynamodb::types::AttributeValue;
use domain::live::{CONNECTIONS_PER_SHARD, topic::Topic};
use jiff::Timestamp;

use super::connections::kept_until;
use crate::{
    Store, StoreError,
    attribute::{EXPIRES_AT, n},
    condition::old_item,
    key,
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
        let joined = self
            .client
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
            .send()
            .await;
        match joined {
            Ok(_) => Ok(true),
            Err(error) => old_item(error).map(|_| false),
        }
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
