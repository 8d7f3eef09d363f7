//! A database whose calls may be slow or fail.

use std::time::Duration;

use embedded::Database;
use futures::{FutureExt as _, future::BoxFuture};
use queues::{Consumer, Outgoing, Producer, SendError};
use table::{
    Batch, Delete, Item, Put, Query, QueryPage, Table, TableError, TransactionError, Update, Write,
    WriteError,
};

use super::{Fault, call};

/// A database whose calls are slow or fail, as the injected faults require.
#[derive(Debug, Clone)]
pub struct Faulty(pub Database);

fn away() -> TableError {
    TableError::Unavailable(Box::new(Fault))
}

impl Table for Faulty {
    fn get(&self, key: Item, consistent: bool) -> BoxFuture<'_, Result<Option<Item>, TableError>> {
        call(self.0.get(key, consistent), away).boxed()
    }

    fn get_at_once(
        &self,
        keys: Vec<Item>,
    ) -> BoxFuture<'_, Result<Vec<Option<Item>>, TransactionError>> {
        call(self.0.get_at_once(keys), || away().into()).boxed()
    }

    fn get_batch(
        &self,
        keys: Vec<Item>,
        consistent: bool,
    ) -> BoxFuture<'_, Result<Batch, TableError>> {
        call(self.0.get_batch(keys, consistent), away).boxed()
    }

    fn query(&self, query: Query) -> BoxFuture<'_, Result<QueryPage, TableError>> {
        call(self.0.query(query), away).boxed()
    }

    fn put(&self, put: Put) -> BoxFuture<'_, Result<(), WriteError>> {
        call(async move { self.0.put(put).await }, || away().into()).boxed()
    }

    fn update(&self, update: Update) -> BoxFuture<'_, Result<Item, WriteError>> {
        call(async move { self.0.update(update).await }, || away().into()).boxed()
    }

    fn delete(&self, delete: Delete) -> BoxFuture<'_, Result<Item, WriteError>> {
        call(async move { self.0.delete(delete).await }, || away().into()).boxed()
    }

    fn transact(&self, writes: Vec<Write>) -> BoxFuture<'_, Result<(), TransactionError>> {
        call(async move { self.0.transact(writes).await }, || {
            away().into()
        })
        .boxed()
    }
}

impl Producer for Faulty {
    fn send<'a>(
        &'a self,
        queue: &'a str,
        messages: Vec<Outgoing>,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        call(self.0.send(queue, messages), || SendError::of(Fault)).boxed()
    }
}

impl Consumer for Faulty {
    fn hide<'a>(
        &'a self,
        queue: &'a str,
        receipts: Vec<String>,
        time: Duration,
    ) -> BoxFuture<'a, Result<(), SendError>> {
        call(self.0.hide(queue, receipts, time), || SendError::of(Fault)).boxed()
    }
}
