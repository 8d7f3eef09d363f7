//! A table that records all writes that it gets.

use std::sync::{Arc, Mutex};

use fixtures::Embedded;
use futures::future::BoxFuture;
use table::{
    Batch, Delete, Put, Query, QueryPage, Table, TableError, TransactionError, Update, Write,
    WriteError,
};

use super::text;
use crate::attribute::Item;

/// An embedded table that records every write before it makes the write.
#[derive(Debug)]
pub(super) struct Recorder {
    table: Arc<Embedded>,
    noted: Mutex<Vec<String>>,
}

impl Recorder {
    /// Returns a recorder that uses a new table.
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self {
            table: Embedded::alone(),
            noted: Mutex::default(),
        })
    }

    /// Returns the recorded lines and removes them from the recorder.
    pub(super) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.noted.lock().unwrap())
    }

    fn note(&self, title: &str, writes: &[Write]) {
        let mut noted = self.noted.lock().unwrap();
        noted.push(format!("  {title}"));
        noted.extend(writes.iter().flat_map(text::of));
    }
}

impl Table for Recorder {
    fn get(&self, key: Item, consistent: bool) -> BoxFuture<'_, Result<Option<Item>, TableError>> {
        self.table.get(key, consistent)
    }

    fn get_at_once(
        &self,
        keys: Vec<Item>,
    ) -> BoxFuture<'_, Result<Vec<Option<Item>>, TransactionError>> {
        self.table.get_at_once(keys)
    }

    fn get_batch(
        &self,
        keys: Vec<Item>,
        consistent: bool,
    ) -> BoxFuture<'_, Result<Batch, TableError>> {
        self.table.get_batch(keys, consistent)
    }

    fn query(&self, query: Query) -> BoxFuture<'_, Result<QueryPage, TableError>> {
        self.table.query(query)
    }

    fn put(&self, put: Put) -> BoxFuture<'_, Result<(), WriteError>> {
        self.note("one write", &[put.clone().into()]);
        self.table.put(put)
    }

    fn update(&self, update: Update) -> BoxFuture<'_, Result<Item, WriteError>> {
        self.note("one write", &[update.clone().into()]);
        self.table.update(update)
    }

    fn delete(&self, delete: Delete) -> BoxFuture<'_, Result<Item, WriteError>> {
        self.note("one write", &[delete.clone().into()]);
        self.table.delete(delete)
    }

    fn transact(&self, writes: Vec<Write>) -> BoxFuture<'_, Result<(), TransactionError>> {
        self.note("one transaction", &writes);
        self.table.transact(writes)
    }
}
