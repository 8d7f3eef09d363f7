//! An embedded table that records each read.

use std::{
    collections::HashSet,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use embedded::Database;
use futures::future::BoxFuture;
use table::{
    Batch, Delete, Index, Item, PK, Put, Query, QueryPage, SK, SortRange, Table, TableError,
    TransactionError, Update, Value, Write, WriteError,
};

/// An embedded table that records each read.
#[derive(Debug)]
pub(in crate::tests) struct Noted {
    table: Database,
    reads: AtomicUsize,
    /// The keys that were read since the last call of [`Noted::take`].
    pub(in crate::tests) keys: Mutex<HashSet<(String, String)>>,
    /// Whether the table is unavailable, so that every read fails.
    pub(super) is_away: AtomicBool,
}

impl Noted {
    pub(super) fn new(table: Database) -> Self {
        Self {
            table,
            reads: AtomicUsize::new(0),
            keys: Mutex::default(),
            is_away: AtomicBool::new(false),
        }
    }

    /// Returns the number of reads since the last call of `take`, and resets it.
    pub(in crate::tests) fn take(&self) -> usize {
        self.keys.lock().unwrap().clear();
        self.reads.swap(0, Ordering::SeqCst)
    }

    fn note(&self, key: &Item) {
        let text = |name: &str| match key.get(name) {
            Some(Value::S(text)) => text.clone(),
            _ => panic!("{key:?} has no {name}"),
        };
        self.keys.lock().unwrap().insert((text(PK), text(SK)));
    }

    fn note_all(&self, keys: &[Item]) {
        for key in keys {
            self.note(key);
        }
    }

    fn begin_read(&self) -> Result<(), TableError> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        if self.is_away.load(Ordering::SeqCst) {
            return Err(TableError::Unavailable("it is away".into()));
        }
        Ok(())
    }
}

impl Table for Noted {
    fn get(&self, key: Item, consistent: bool) -> BoxFuture<'_, Result<Option<Item>, TableError>> {
        Box::pin(async move {
            self.begin_read()?;
            self.note(&key);
            self.table.get(key, consistent).await
        })
    }

    fn get_at_once(
        &self,
        keys: Vec<Item>,
    ) -> BoxFuture<'_, Result<Vec<Option<Item>>, TransactionError>> {
        Box::pin(async move {
            self.begin_read()?;
            self.note_all(&keys);
            self.table.get_at_once(keys).await
        })
    }

    fn get_batch(
        &self,
        keys: Vec<Item>,
        consistent: bool,
    ) -> BoxFuture<'_, Result<Batch, TableError>> {
        Box::pin(async move {
            self.begin_read()?;
            self.note_all(&keys);
            self.table.get_batch(keys, consistent).await
        })
    }

    fn query(&self, query: Query) -> BoxFuture<'_, Result<QueryPage, TableError>> {
        Box::pin(async move {
            self.begin_read()?;
            if query.index == Index::Table {
                let sort = match &query.sort {
                    SortRange::All => String::new(),
                    SortRange::BeginsWith(sort) | SortRange::Between(sort, _) => sort.clone(),
                };
                let key = (query.partition.clone(), sort);
                self.keys.lock().unwrap().insert(key);
            }
            self.table.query(query).await
        })
    }

    fn put(&self, put: Put) -> BoxFuture<'_, Result<(), WriteError>> {
        self.table.put(put)
    }

    fn update(&self, update: Update) -> BoxFuture<'_, Result<Item, WriteError>> {
        self.table.update(update)
    }

    fn delete(&self, delete: Delete) -> BoxFuture<'_, Result<Item, WriteError>> {
        self.table.delete(delete)
    }

    fn transact(&self, writes: Vec<Write>) -> BoxFuture<'_, Result<(), TransactionError>> {
        self.table.transact(writes)
    }
}
