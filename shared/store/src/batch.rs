//! Reads of whole items by their keys, one item or many at once, and unconditional writes of one item.

use std::time::Duration;

use futures::{StreamExt as _, TryStreamExt as _, stream};
use serde::de::DeserializeOwned;
use table::{Put, Table as _};

use crate::{Store, StoreError, attribute::Item};

/// The maximum number of keys of one `BatchGetItem` call.
const KEYS_PER_CALL: usize = 100;
/// The maximum number of concurrent `BatchGetItem` calls.
const CALLS_AT_ONCE: usize = 8;
/// The maximum number of `BatchGetItem` calls for the same keys. A call may return without having read all of its keys, which
/// are then requested in another call.
const MAX_CALLS: u32 = 6;

/// Waits before the next try of a call that has failed `attempt` times, which is at least 1. The wait is random. Its maximum
/// doubles with each try, up to 800 ms (full jitter: "Exponential backoff and jitter", AWS Architecture Blog, 2015).
pub(crate) async fn back_off(attempt: u32) {
    let most = 25u64 << attempt.min(5);
    tokio::time::sleep(Duration::from_millis(fastrand::u64(1..=most))).await;
}

impl Store {
    /// Reads the item under `key`, with a strongly consistent read.
    pub(crate) async fn get_item(&self, key: Item) -> Result<Option<Item>, StoreError> {
        Ok(self.table().get(key, true).await?)
    }

    /// Reads the item under `key`, with a strongly consistent read, and parses it.
    pub(crate) async fn get<T: DeserializeOwned>(
        &self,
        key: Item,
    ) -> Result<Option<T>, StoreError> {
        let found = self.get_item(key).await?;
        Ok(found.map(serde_dynamo::from_item).transpose()?)
    }

    /// Writes an item, and replaces any existing item with the same key.
    pub(crate) async fn put(&self, item: Item) -> Result<(), StoreError> {
        self.write(Put::of(item)).await?;
        Ok(())
    }

    /// Reads the items under `keys`, in any order. Keys without an item are skipped.
    pub(crate) async fn get_all(
        &self,
        keys: Vec<Item>,
        consistent: bool,
    ) -> Result<Vec<Item>, StoreError> {
        let chunks: Vec<Vec<Item>> = keys.chunks(KEYS_PER_CALL).map(<[Item]>::to_vec).collect();
        let pages: Vec<Vec<Item>> = stream::iter(chunks)
            .map(|chunk| self.get_chunk(chunk, consistent))
            .buffer_unordered(CALLS_AT_ONCE)
            .try_collect()
            .await?;
        Ok(pages.into_iter().flatten().collect())
    }

    async fn get_chunk(
        &self,
        mut keys: Vec<Item>,
        consistent: bool,
    ) -> Result<Vec<Item>, StoreError> {
        let mut items = Vec::with_capacity(keys.len());
        for attempt in 1..=MAX_CALLS {
            let read = self.table().get_batch(keys, consistent).await?;
            items.extend(read.items);
            keys = read.unread;
            if keys.is_empty() {
                return Ok(items);
            }
            back_off(attempt).await;
        }
        Err(StoreError::Contended("the items of a batch"))
    }
}
