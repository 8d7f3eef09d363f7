//! A database whose calls may be slow or fail.

use std::time::Duration;

use embedded::Database;
use futures::{FutureExt as _, future::BoxFuture};
use objects::{ObjectError, Objects};
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
        call(Table::get(&self.0, key, consistent), away).boxed()
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
        call(async move { Table::put(&self.0, put).await }, || {
            away().into()
        })
        .boxed()
    }

    fn update(&self, update: Update) -> BoxFuture<'_, Result<Item, WriteError>> {
        call(async move { self.0.update(update).await }, || away().into()).boxed()
    }

    fn delete(&self, delete: Delete) -> BoxFuture<'_, Result<Item, WriteError>> {
        call(async move { Table::delete(&self.0, delete).await }, || {
            away().into()
        })
        .boxed()
    }

    fn transact(&self, writes: Vec<Write>) -> BoxFuture<'_, Result<(), TransactionError>> {
        call(async move { self.0.transact(writes).await }, || {
            away().into()
        })
        .boxed()
    }
}

impl Objects for Faulty {
    fn put<'a>(
        &'a self,
        name: &'a str,
        content: Vec<u8>,
    ) -> BoxFuture<'a, Result<(), ObjectError>> {
        call(Objects::put(&self.0, name, content), || {
            ObjectError::of(Fault)
        })
        .boxed()
    }

    fn get<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Option<Vec<u8>>, ObjectError>> {
        call(Objects::get(&self.0, name), || ObjectError::of(Fault)).boxed()
    }

    fn delete<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<(), ObjectError>> {
        call(Objects::delete(&self.0, name), || ObjectError::of(Fault)).boxed()
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
