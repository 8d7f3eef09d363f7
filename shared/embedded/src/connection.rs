//! The connections to the file. One connection writes, and the other connections read.

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

/// The longest wait while another program, such as a shell of `SQLite`, locks the file.
const BUSY: Duration = Duration::from_secs(5);
/// The number of idle read connections that are kept open.
const KEPT: usize = 16;
/// The number of prepared statements that a connection keeps.
const STATEMENTS: usize = 64;

/// Opens the file. If it does not exist, creates it so that only its owner can read and write it.
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
    // The size in bytes to which the journal shrinks after a burst of writes.
    connection.pragma_update(None, "journal_size_limit", 64 << 20)?;
    if let Some(pages) = max_pages {
        connection
            .pragma_update_and_check(None, "max_page_count", pages, |row| row.get::<_, i64>(0))?;
    }
    Ok(())
}

/// Opens an existing file for reading and writing.
pub(crate) fn open(path: &Path, cache_kib: u32) -> rusqlite::Result<Connection> {
    open_with(path, cache_kib, OpenFlags::SQLITE_OPEN_READ_WRITE)
}

/// Opens an existing file. The connection changes nothing in the file, not even when the connection is closed.
pub(crate) fn open_read_only(path: &Path, cache_kib: u32) -> rusqlite::Result<Connection> {
    open_with(path, cache_kib, OpenFlags::SQLITE_OPEN_READ_ONLY)
}

fn open_with(path: &Path, cache_kib: u32, access: OpenFlags) -> rusqlite::Result<Connection> {
    // Each connection is used by one thread at a time.
    let flags = access | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "cache_size", -i64::from(cache_kib))?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "trusted_schema", false)?;
    Ok(connection)
}

/// The way in which readers open the file.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Access {
    /// This process also has the writer, whose connection closes last.
    BesideWriter,
    /// This process has no writer. If another process crashed and left a journal, the journal stays unchanged.
    ReadOnly,
}

/// The connections for reading. A read sees all commits that were made before it started, and does not wait for writes.
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

    /// Returns the path of the file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Opens one more connection.
    pub(crate) fn open(&self) -> rusqlite::Result<Connection> {
        let connection = match self.access {
            Access::BesideWriter => open(&self.path, self.cache_kib)?,
            Access::ReadOnly => open_read_only(&self.path, self.cache_kib)?,
        };
        connection.pragma_update(None, "query_only", true)?;
        Ok(connection)
    }

    /// Calls `work` with a connection that no other thread uses during the call. If all connections are in use, a new one is
    /// opened.
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
        // If `work` panics, this line is not reached, so the connection does not become idle and is not used again.
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
