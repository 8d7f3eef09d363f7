//! The table in the database. Reads use the readers' connections. Writes use the writer's connection.

mod query;
mod size;
mod validate;
mod write;

use std::collections::HashSet;

use futures::{FutureExt as _, TryFutureExt as _, future::BoxFuture};
use rusqlite::{Connection, OptionalExtension as _, Row};
use table::{
    Batch, Delete, Item, Put, Query, QueryPage, Table, TableError, TransactionError, Update, Write,
    WriteError,
};

use crate::{Database, codec, error::Error, ledger::Ledger};
use validate::key;

pub(crate) use write::remove;

/// The maximum number of keys in a batch, and of writes in a transaction ("Quotas in Amazon `DynamoDB`").
const MOST: usize = 100;

impl Table for Database {
    fn get(&self, key: Item, _consistent: bool) -> BoxFuture<'_, Result<Option<Item>, TableError>> {
        async move { Ok(self.readers().read(|reader| get(reader, &key))?) }.boxed()
    }

    fn get_at_once(
        &self,
        keys: Vec<Item>,
    ) -> BoxFuture<'_, Result<Vec<Option<Item>>, TransactionError>> {
        async move { Ok(self.readers().read(|reader| get_at_once(reader, &keys))?) }.boxed()
    }

    fn get_batch(
        &self,
        keys: Vec<Item>,
        _consistent: bool,
    ) -> BoxFuture<'_, Result<Batch, TableError>> {
        async move { Ok(self.readers().read(|reader| get_batch(reader, &keys))?) }.boxed()
    }

    fn query(&self, query: Query) -> BoxFuture<'_, Result<QueryPage, TableError>> {
        async move { Ok(self.readers().read(|reader| query::page(reader, &query))?) }.boxed()
    }

    fn put(&self, put: Put) -> BoxFuture<'_, Result<(), WriteError>> {
        self.one(put.into()).map_ok(|_| ()).boxed()
    }

    fn update(&self, update: Update) -> BoxFuture<'_, Result<Item, WriteError>> {
        self.one(update.into()).boxed()
    }

    fn delete(&self, delete: Delete) -> BoxFuture<'_, Result<Item, WriteError>> {
        self.one(delete.into()).boxed()
    }

    fn transact(&self, writes: Vec<Write>) -> BoxFuture<'_, Result<(), TransactionError>> {
        self.writer()
            .write(move |ledger| write::all(ledger, &writes))
            .boxed()
    }
}

impl Database {
    async fn one(&self, write: Write) -> Result<Item, WriteError> {
        let work = move |ledger: &mut Ledger<'_>| write::one(ledger, &write);
        self.writer().write(work).await
    }
}

fn get(reader: &Connection, wanted: &Item) -> Result<Option<Item>, Error> {
    let (pk, sk) = key(wanted)?;
    let found = bytes(reader, pk, sk)?;
    found.as_deref().map(codec::decode).transpose()
}

/// Returns the items with these keys. One read fetches all of them, so they come from the same snapshot.
fn get_at_once(reader: &Connection, keys: &[Item]) -> Result<Vec<Option<Item>>, Error> {
    if keys.is_empty() || keys.len() > MOST {
        return Err(Error::refused("a transaction has 1 to 100 keys"));
    }
    let transaction = reader.unchecked_transaction()?;
    let found = keys.iter().map(|key| get(&transaction, key)).collect();
    transaction.finish()?;
    found
}

/// Returns the items with these keys. One read fetches all of them, so they come from the same snapshot.
fn get_batch(reader: &Connection, keys: &[Item]) -> Result<Batch, Error> {
    if keys.is_empty() || keys.len() > MOST {
        return Err(Error::refused("a batch has 1 to 100 keys"));
    }
    let keys = keys.iter().map(key).collect::<Result<Vec<_>, _>>()?;
    if keys.iter().collect::<HashSet<_>>().len() < keys.len() {
        return Err(Error::refused("a batch has a key twice"));
    }
    let transaction = reader.unchecked_transaction()?;
    let mut batch = Batch::default();
    for (pk, sk) in keys {
        if let Some(found) = bytes(&transaction, pk, sk)? {
            batch.items.push(codec::decode(&found)?);
        }
    }
    transaction.finish()?;
    Ok(batch)
}

/// Returns the stored bytes of the item with this key.
fn bytes(connection: &Connection, pk: &str, sk: &str) -> rusqlite::Result<Option<Vec<u8>>> {
    connection
        .prepare_cached("SELECT item FROM items WHERE pk = ?1 AND sk = ?2")?
        .query_row([pk, sk], |row| row.get(0))
        .optional()
}

/// Returns whether the key columns of a row have the same values as the keys in its item.
pub(crate) fn matches(item: &Item, row: &Row<'_>) -> bool {
    let is = |column: &str, expected: Option<&str>| {
        row.get::<_, Option<String>>(column)
            .is_ok_and(|value| value.as_deref() == expected)
    };
    let (Ok((pk, sk)), Ok(columns)) = (key(item), validate::columns(item)) else {
        return false;
    };
    let (partition, sort) = columns.gsi1.unzip();
    is("pk", Some(pk))
        && is("sk", Some(sk))
        && is("gsi1pk", partition)
        && is("gsi1sk", sort)
        && row
            .get::<_, Option<i64>>("expires_at")
            .is_ok_and(|value| value == columns.expires_at)
}

#[cfg(test)]
mod tests;
