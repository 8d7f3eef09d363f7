//! Copies of the database: a backup while it is used, back from one, a check, and an export.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use rusqlite::Connection;
use serde::Serialize;
use table::Item;

use crate::{
    Database, codec, connection,
    copy::{copy_database, flush_folder_of},
    error::{Error, OpenError},
    lock::Lock,
    schema::{self, beside},
};

/// Page cache of a connection that copies, in KiB.
const CACHE_KIB: u32 = 2 << 10;

/// An item as the import from S3 of `DynamoDB` reads it.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Line {
    item: Item,
}

impl Database {
    /// Writes a copy of the whole database, as of now, to the file `to`, which must not exist. Only the owner can read the copy. The
    /// database takes writes meanwhile. The call blocks.
    ///
    /// # Errors
    /// The copy could not be written; no part of it is left.
    pub fn backup(&self, to: &Path) -> Result<(), Error> {
        if to.exists() {
            return Err(Error::refused(format!("{} exists", to.display())));
        }
        copy_database(&connection::open(self.path(), CACHE_KIB)?, to).map_err(Error::unavailable)
    }

    /// Looks for damage: of the file, and of items that cannot be read or do not match their keys. Returns what it found. It
    /// blocks.
    ///
    /// # Errors
    /// The database is not available.
    pub fn check(&self) -> Result<Vec<String>, Error> {
        self.readers().read(|reader| {
            let mut faults = integrity(reader)?;
            each_item(reader, |row, bytes| {
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

    /// Writes all items, as of now, one a line: `{"Item": {…}}` in `DynamoDB` JSON, as its import from S3 reads them. Returns how
    /// many there were. It blocks.
    ///
    /// # Errors
    /// The database is not available, or `to` could not be written.
    pub fn export(&self, to: &mut dyn Write) -> Result<u64, Error> {
        self.readers().read(|reader| {
            let mut count = 0;
            each_item(reader, |_, bytes| {
                let item = codec::decode(bytes)?;
                serde_json::to_writer(&mut *to, &Line { item }).map_err(Error::unavailable)?;
                to.write_all(b"\n").map_err(Error::unavailable)?;
                count += 1;
                Ok(())
            })?;
            to.flush().map_err(Error::unavailable)?;
            Ok(count)
        })
    }
}

/// Puts the backup `from` in the place of the database at `path`, after a check of it. A database that stands there is renamed to
/// `….replaced-SECONDS`, and its path returned.
///
/// # Errors
/// Another process has the database open, the backup is damaged or newer than this program, or a file could not be written.
pub fn restore(from: &Path, path: &Path) -> Result<Option<PathBuf>, OpenError> {
    let _lock = Lock::take(path)?;
    let file = |path: &Path| {
        let path = path.to_owned();
        move |error| OpenError::File(path, error)
    };
    let fresh = beside(path, ".restored");
    if fresh.exists() {
        std::fs::remove_file(&fresh).map_err(file(&fresh))?;
    }
    copy_checked(from, &fresh).map_err(|error| error.of_file(from))?;
    let replaced = path.exists().then(|| {
        let second = Timestamp::now().as_second();
        beside(path, &format!(".replaced-{second}"))
    });
    if let Some(replaced) = &replaced {
        // The journal belongs to its file: it may hold the last writes.
        for end in ["-wal", "-shm", ""] {
            let old = beside(path, end);
            if old.exists() {
                std::fs::rename(&old, beside(replaced, end)).map_err(file(&old))?;
            }
        }
    }
    std::fs::rename(&fresh, path)
        .and_then(|()| flush_folder_of(path))
        .map_err(file(path))?;
    Ok(replaced)
}

/// Copies a database that is whole and ours, with what its journal holds.
fn copy_checked(from: &Path, to: &Path) -> Result<(), OpenError> {
    let connection = connection::open(from, CACHE_KIB)?;
    if schema::check(&connection, from)? == 0 {
        return Err(OpenError::Foreign(from.to_owned()));
    }
    if let Some(fault) = integrity(&connection)?.first() {
        return Err(OpenError::Damaged(fault.clone()));
    }
    copy_database(&connection, to)
}

fn integrity(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = connection.prepare("PRAGMA integrity_check")?;
    let lines = statement.query_map([], |row| row.get(0))?;
    let mut lines = lines.collect::<rusqlite::Result<Vec<String>>>()?;
    lines.retain(|line| line != "ok");
    Ok(lines)
}

/// Calls `visit` for every item of one moment, with its row.
fn each_item(
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
