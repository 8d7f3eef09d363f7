//! Backup, check and export of the whole database. They also work while the database is in use.

use std::{
    io::{ErrorKind, Write},
    path::Path,
};

use rusqlite::Connection;
use serde::Serialize;
use table::Item;

use crate::{
    codec, connection,
    copy::copy_database,
    error::{Cause, Error, OpenError},
    view::View,
};

/// The page cache of a connection that copies the database, in KiB.
pub(crate) const CACHE_KIB: u32 = 2 << 10;

/// One item in the format that `DynamoDB` imports from S3.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Line {
    item: Item,
}

impl View {
    /// Writes a copy of the whole database in its current state to the file `to`, which must not exist. Only the owner can read
    /// the copy. Other callers can write to the database during the copy. The call blocks its thread.
    ///
    /// # Errors
    /// The copy could not be written. No part of the copy is left.
    pub fn backup(&self, to: &Path) -> Result<(), Error> {
        let connection = connection::open_read_only(self.readers.path(), CACHE_KIB)?;
        copy_database(&connection, to).map_err(|error| match error {
            OpenError::File(path, cause) if cause.kind() == ErrorKind::AlreadyExists => {
                Error::refused(format!("{} exists", path.display()))
            }
            other => Error::unavailable(other),
        })
    }

    /// Looks for damage of the database file, and for items that cannot be read or do not match their keys. Returns all faults
    /// that it finds. The call blocks its thread.
    ///
    /// # Errors
    /// The database is not available.
    pub fn check(&self) -> Result<Vec<String>, Error> {
        self.readers.read(|reader| {
            let mut faults = integrity(reader)?;
            each_row(reader, |row, bytes| {
                let item = codec::decode(bytes);
                let is_good = item.is_ok_and(|item| crate::table::matches(&item, row));
                if !is_good {
                    let (pk, sk): (String, String) = (row.get("pk")?, row.get("sk")?);
                    faults.push(format!("the item {pk} {sk} is not what its row says"));
                }
                Ok(())
            })?;
            Ok(faults)
        })
    }

    /// Calls `visit` with every item, in the order of the keys. All items are read from one snapshot. Returns the number of
    /// items. The call blocks its thread.
    ///
    /// # Errors
    /// The database is not available, or `visit` failed.
    pub fn each_item(
        &self,
        mut visit: impl FnMut(Item) -> Result<(), Cause>,
    ) -> Result<u64, Error> {
        self.readers.read(|reader| {
            let mut count = 0;
            each_row(reader, |_, bytes| {
                visit(codec::decode(bytes)?).map_err(Error::unavailable)?;
                count += 1;
                Ok(())
            })?;
            Ok(count)
        })
    }

    /// Writes all items of one snapshot to `to`, one item in each line: `{"Item": {…}}` in `DynamoDB` JSON, which `DynamoDB`
    /// can import from S3. Returns the number of items. The call blocks its thread.
    ///
    /// # Errors
    /// The database is not available, or `to` could not be written.
    pub fn export(&self, to: &mut dyn Write) -> Result<u64, Error> {
        let count = self.each_item(|item| {
            serde_json::to_writer(&mut *to, &Line { item })?;
            Ok(to.write_all(b"\n")?)
        })?;
        to.flush().map_err(Error::unavailable)?;
        Ok(count)
    }
}

/// Returns the faults that `SQLite` finds in a database file.
pub(crate) fn integrity(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare("PRAGMA integrity_check")?;
    let lines = statement.query_map([], |row| row.get(0))?;
    let mut lines = lines.collect::<rusqlite::Result<Vec<String>>>()?;
    lines.retain(|line| line != "ok");
    Ok(lines)
}

/// Calls `visit` with every row of the table and with the bytes of the row's item. All rows are read from one snapshot.
fn each_row(
    reader: &Connection,
    mut visit: impl FnMut(&rusqlite::Row<'_>, &[u8]) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut statement = reader.prepare("SELECT * FROM items ORDER BY pk, sk")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let bytes = row.get_ref("item")?.as_blob().map_err(Error::unavailable)?;
        visit(row, bytes)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
