//! The connections to the database file. One connection writes, and the other connections read.

use std::{
    path::{Path, PathBuf},
    sync::Mutex,
    time::Duration,
};

use rusqlite::{Connection, OpenFlags};

use crate::{
    copy::create_private,
    error::{Error, OpenError},
};

/// The maximum time that a call waits while another program, such as a shell of `SQLite`, locks the database file.
const BUSY: Duration = Duration::from_secs(5);
/// The number of idle read connections that are kept open.
const KEPT: usize = 16;
/// The number of prepared statements that a connection keeps.
const STATEMENTS: usize = 64;

/// Opens the database file. If it does not exist, creates it so that only its owner can read and write it.
pub(crate) fn open_or_make(path: &Path, cache_kib: u32) -> Result<Connection, OpenError> {
    if !path.exists() {
        create_private(path).map_err(|error| OpenError::File(path.to_owned(), error))?;
    }
    Ok(open(path, cache_kib)?)
}

/// Prepares a connection for writing.
pub(crate) fn make_writer(
    connection: &Connection,
    max_pages: Option<u32>,
) -> Result<(), OpenError> {
    let mode: String =
        connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
    if mode != "wal" {
        return Err(OpenError::Damaged(format!("its journal is {mode}")));
    }
    // A commit returns only after its data is on the disk.
    connection.pragma_update(None, "synchronous", "FULL")?;
    // The size in bytes to which `SQLite` shrinks the journal after many writes have made it larger.
    connection.pragma_update(None, "journal_size_limit", 64 << 20)?;
    if let Some(pages) = max_pages {
        connection
            .pragma_update_and_check(None, "max_page_count", pages, |row| row.get::<_, i64>(0))?;
    }
    Ok(())
}

/// Opens an existing database file for reading and writing.
pub(crate) fn open(path: &Path, cache_kib: u32) -> rusqlite::Result<Connection> {
    open_with(path, cache_kib, OpenFlags::SQLITE_OPEN_READ_WRITE)
}

/// Opens an existing database file. The connection changes nothing in the file, not even when the connection is closed.
pub(crate) fn open_read_only(path: &Path, cache_kib: u32) -> rusqlite::Result<Connection> {
    open_with(path, cache_kib, OpenFlags::SQLITE_OPEN_READ_ONLY)
}

fn open_with(path: &Path, cache_kib: u32, access: OpenFlags) -> rusqlite::Result<Connection> {
    // Each connection is used by only one thread at a time, so `SQLite` need not lock it.
    let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "cache_size", -i64::from(cache_kib))?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "trusted_schema", false)?;
    Ok(connection)
}

/// The way in which the reading connections open the database file.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Access {
    /// The process also has the writer. The writer's connection closes after all reading connections.
    BesideWriter,
    /// The process has no writer. If another process crashed and left a journal, the journal stays unchanged.
    ReadOnly,
}

/// The connections that read the database. A read sees all commits that were made before it started, and does not wait for
/// writes.
#[derive(Debug)]
pub(crate) struct Readers {
    path: PathBuf,
    cache_kib: u32,
    access: Access,
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(crate) fn new(path: &Path, cache_kib: u32, access: Access) -> Self {
        Self {
            path: path.to_owned(),
            cache_kib,
            access,
            idle: Mutex::default(),
        }
    }

    /// Returns the path of the database file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Opens one more connection for reading.
    pub(crate) fn open(&self) -> rusqlite::Result<Connection> {
        let connection = match self.access {
            Access::BesideWriter => open(&self.path, self.cache_kib)?,
            Access::ReadOnly => open_read_only(&self.path, self.cache_kib)?,
        };
        connection.pragma_update(None, "query_only", true)?;
        Ok(connection)
    }

    /// Calls `work` with a connection that no other thread uses during the call. If all open connections are in use, opens a
    /// new one.
    pub(crate) fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.open()?,
        };
        let read = work(&connection);
        // If `work` panics, this line is not reached. So the connection is closed, and no later read uses it.
        let mut idle = self.idle();
        if idle.len() < KEPT {
            idle.push(connection);
        }
        read
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
