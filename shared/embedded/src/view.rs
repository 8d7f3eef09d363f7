//! Read-only access to a database.

use std::{io, path::Path, sync::Arc, time::Duration};

use queues::Depth;
use rusqlite::params;

use crate::{
    Clock, Error, OpenError, Waiting,
    connection::{Access, Readers},
    messages::{depth, known},
    schema, stream,
};

/// The page cache of each connection, in KiB, if a view is opened by its path, in a process that runs no server.
const CACHE_KIB: u32 = 4 << 10;

/// A read-only view of a database, for reports, checks and copies. Clones of a view use the same connections.
///
/// The view takes no lock, so another process may have the database open at the same time. The view migrates nothing, so an
/// older version of the program can still use the database afterwards.
#[derive(Debug, Clone)]
pub struct View {
    pub(crate) readers: Arc<Readers>,
    clock: Clock,
}

/// The size of a database on the disk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sizes {
    /// The size of the database file in bytes.
    pub file_bytes: u64,
    /// The size of the database file's journal in bytes; zero if there is no journal.
    pub journal_bytes: u64,
}

impl View {
    pub(crate) fn new(readers: Arc<Readers>, clock: Clock) -> Self {
        Self { readers, clock }
    }

    /// Opens the database in the file `path`. The file is not changed.
    ///
    /// # Errors
    /// The file does not exist, it belongs to another program or was written by a newer version of this one, or it could not be
    /// read.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        let path = path.as_ref();
        let readers = Readers::new(path, CACHE_KIB, Access::ReadOnly);
        let version = readers
            .open()
            .map_err(OpenError::from)
            .and_then(|connection| schema::check(&connection, path))
            .map_err(|error| error.of_file(path))?;
        if version == 0 {
            return Err(OpenError::Foreign(path.to_owned()));
        }
        Ok(Self::new(Arc::new(readers), Clock::system()))
    }

    /// Returns the size of the database on the disk.
    ///
    /// # Errors
    /// The file no longer exists, or its folder cannot be read.
    pub fn sizes(&self) -> io::Result<Sizes> {
        let path = self.readers.path();
        let journal = std::fs::metadata(schema::beside(path, "-wal"));
        Ok(Sizes {
            file_bytes: std::fs::metadata(path)?.len(),
            journal_bytes: journal.map_or(0, |file| file.len()),
        })
    }

    /// Returns how many records of the stream a follower has not marked as done, and the time of the oldest of them.
    ///
    /// # Errors
    /// The database is not available.
    pub fn waiting(&self, follower: &str) -> Result<Waiting, Error> {
        self.readers
            .read(|reader| Ok(stream::waiting(reader, follower)?))
    }

    /// Returns how many messages of a queue can be received, how many are in flight, and how many are delayed.
    ///
    /// # Errors
    /// There is no such queue, or the database is not available.
    pub fn depth(&self, queue: &str) -> Result<Depth, Error> {
        let (_, settings) = known(queue)?;
        let now = self.clock.now().as_millisecond();
        self.readers
            .read(|reader| Ok(depth(reader, settings, now)?))
    }

    /// Returns how long ago the oldest message of a queue was sent, or `None` if the queue is empty.
    ///
    /// # Errors
    /// There is no such queue, or the database is not available.
    pub fn age_of_oldest(&self, queue: &str) -> Result<Option<Duration>, Error> {
        let (_, settings) = known(queue)?;
        let sent_at: Option<i64> = self.readers.read(|reader| {
            Ok(reader
                .prepare_cached("SELECT min(sent_at) FROM messages WHERE queue = ?1")?
                .query_row(params![settings.name], |row| row.get(0))?)
        })?;
        let now = self.clock.now().as_millisecond();
        Ok(sent_at.map(|sent_at| {
            Duration::from_millis(now.saturating_sub(sent_at).try_into().unwrap_or(0))
        }))
    }

    /// Returns whether the table of the database contains no item.
    ///
    /// # Errors
    /// The database is not available.
    pub fn is_empty(&self) -> Result<bool, Error> {
        self.readers
            .read(|reader| Ok(!reader.prepare("SELECT 1 FROM items")?.exists([])?))
    }
}

#[cfg(test)]
mod tests;
