//! The implementation of the port [`Table`] for `DynamoDB`. It converts writes and queries into expressions.

mod error;
mod expression;
mod reads;
mod writes;

use std::{collections::HashMap, hash::BuildHasher};

pub use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use futures::{FutureExt as _, future::BoxFuture};

use crate::{
    Batch, Delete, Item, Put, Query, QueryPage, Table, TableError, TransactionError, Update, Write,
    WriteError,
};

/// A table in `DynamoDB`.
#[derive(Debug, Clone)]
pub struct DynamoDb {
    client: Client,
    name: String,
}

impl DynamoDb {
    /// Returns the table that has the name `name` in `DynamoDB`. All calls use `client`.
    #[must_use]
    pub fn new(client: Client, name: impl Into<String>) -> Self {
        Self {
            client,
            name: name.into(),
        }
    }
}

impl Table for DynamoDb {
    fn get(&self, key: Item, consistent: bool) -> BoxFuture<'_, Result<Option<Item>, TableError>> {
        self.get_item(key, consistent).boxed()
    }

    fn get_at_once(
        &self,
        keys: Vec<Item>,
    ) -> BoxFuture<'_, Result<Vec<Option<Item>>, TransactionError>> {
        self.get_items_at_once(keys).boxed()
    }

    fn get_batch(
        &self,
        keys: Vec<Item>,
        consistent: bool,
    ) -> BoxFuture<'_, Result<Batch, TableError>> {
        self.get_items(keys, consistent).boxed()
    }

    fn query(&self, query: Query) -> BoxFuture<'_, Result<QueryPage, TableError>> {
        self.query_page(query).boxed()
    }

    fn put(&self, put: Put) -> BoxFuture<'_, Result<(), WriteError>> {
        self.put_item(put).boxed()
    }

    fn update(&self, update: Update) -> BoxFuture<'_, Result<Item, WriteError>> {
        self.update_item(update).boxed()
    }

    fn delete(&self, delete: Delete) -> BoxFuture<'_, Result<Item, WriteError>> {
        self.delete_item(delete).boxed()
    }

    fn transact(&self, writes: Vec<Write>) -> BoxFuture<'_, Result<(), TransactionError>> {
        self.transact_items(writes).boxed()
    }
}

/// Converts an item of the SDK into an item of this crate.
#[must_use]
pub fn from_sdk<S: BuildHasher>(item: HashMap<String, AttributeValue, S>) -> Item {
    item.into_iter()
        .map(|(name, value)| (name, value.into()))
        .collect()
}

/// Converts an item of this crate into an item of the SDK.
#[must_use]
pub fn to_sdk(item: Item) -> HashMap<String, AttributeValue> {
    item.into_iter()
        .map(|(name, value)| (name, value.into()))
        .collect()
}
