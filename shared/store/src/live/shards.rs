//! Shards of topics. Each shard has one item with the set of its connections. So to find the connections of ten thousand
//! viewers, only a hundred small items are read. A guest list is split into buckets in the same way.

use domain::live::{CONNECTIONS_PER_SHARD, topic::Topic};
use jiff::Timestamp;
use table::{Comparison, Update, Write, attr};

use super::connections::{kept_until, shard_of};
use crate::{
    Store, StoreError,
    attribute::{EXPIRES_AT, Value, n, s},
    key,
    transaction::{cancelled_by_condition, transaction_error},
};

const CONNECTIONS: &str = "connections";

impl Store {
    /// Adds a connection to a shard. A second call changes nothing. Returns `false` if the shard is full.
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
        self.try_write(joining(topic, shard, id, now)).await
    }

    /// Adds a connection to a shard of a topic. The same transaction checks that the connection's item still names this shard.
    /// So even if a process crashes, a connection never joins a shard after its subscription has ended. Returns `false` if the
    /// item does not name the shard, or if the shard is full.
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
        let noted = Write::Check {
            key: key::connection(id),
            condition: shard_of(topic).equals(n(shard)),
        };
        let both = vec![noted, joining(topic, shard, id, now).into()];
        match self.send(&both).await {
            Ok(()) => Ok(true),
            Err(error) if [0, 1].iter().any(|at| cancelled_by_condition(&error, *at)) => Ok(false),
            Err(error) => Err(transaction_error(error)),
        }
    }

    /// Removes connections from a shard. A second call changes nothing.
    ///
    /// # Errors
    /// The table could not be written.
    pub async fn leave_shard(
        &self,
        topic: Topic,
        shard: u32,
        ids: &[String],
    ) -> Result<(), StoreError> {
        let leaving = Update::of(key::shard(topic, shard))
            .discard(CONNECTIONS, Value::Ss(ids.to_vec()))
            // A shard's item expires. Without this condition, an update after the expiry would create the item anew.
            .when(attr(CONNECTIONS).exists());
        self.try_write(leaving).await.map(|_| ())
    }

    /// Returns the ids of the connections that are in a shard, by a strongly consistent read.
    ///
    /// # Errors
    /// The table could not be read.
    pub async fn shard(&self, topic: Topic, shard: u32) -> Result<Vec<String>, StoreError> {
        let found = self.get_item(key::shard(topic, shard)).await?;
        match found.and_then(|mut item| item.remove(CONNECTIONS)) {
            None => Ok(Vec::new()),
            Some(Value::Ss(ids)) => Ok(ids),
            Some(_) => Err(StoreError::corrupt("a shard of connections")),
        }
    }
}

/// Returns the write that adds a connection to a shard. Its condition is that the shard is not full, or already contains the
/// connection.
fn joining(topic: Topic, shard: u32, id: &str, now: Timestamp) -> Update {
    let has_room_or_it = attr(CONNECTIONS)
        .absent()
        .or(attr(CONNECTIONS).size(Comparison::Less, CONNECTIONS_PER_SHARD))
        .or(attr(CONNECTIONS).contains(s(id)));
    Update::of(key::shard(topic, shard))
        .add(CONNECTIONS, Value::Ss(vec![id.to_owned()]))
        .set(EXPIRES_AT, n(kept_until(now)))
        .when(has_room_or_it)
}
