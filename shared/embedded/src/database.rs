//! The database, and access to its stream, its schedules and its counters.

use std::{
    path::Path,
    sync::{Arc, atomic::Ordering},
};

use crate::{
    connection::{self, Access, Readers},
    error::{Error, OpenError},
    ledger::Ledger,
    lock::Lock,
    messages,
    options::{Clock, Options},
    schedules::Schedules,
    schema,
    stream::{self, Stream},
    view::View,
    wake::Bells,
    writer::{Bench, Counts, Writer},
};

/// The database. Its clones share one open file. When the last clone is dropped, the thread blocks until all pending writes are
/// made and the file is closed.
#[derive(Debug, Clone)]
pub struct Database(Arc<Inner>);

/// The shared content of a [`Database`]. The fields are dropped in the order in which they are declared. So the writer's
/// connection closes last, and deletes the journal.
#[derive(Debug)]
struct Inner {
    view: View,
    writer: Writer,
    bells: Arc<Bells>,
    clock: Clock,
    #[expect(dead_code, reason = "held as long as the database is open")]
    lock: Lock,
}

/// Counters of what a database has done since it was opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Statistics {
    /// Number of writes, including refused writes.
    pub writes: u64,
    /// Number of commits. For all writes in one commit, the file is flushed to the disk at most once.
    pub commits: u64,
    /// Number of failed transactions. After such a failure, each write of the transaction was retried in a transaction of its
    /// own.
    pub failures: u64,
}

impl Database {
    /// Opens the database in the file `path`. Creates the file if it does not exist. Its folder must exist.
    ///
    /// # Errors
    /// Another process has the database open, the file belongs to another program or was written by a newer version of this
    /// one, or it could not be read or written.
    pub fn open(path: impl AsRef<Path>, options: Options) -> Result<Self, OpenError> {
        let path = path.as_ref();
        Self::open_file(path, options).map_err(|error| error.of_file(path))
    }

    fn open_file(path: &Path, options: Options) -> Result<Self, OpenError> {
        let file = |error| OpenError::File(path.to_owned(), error);
        let lock = Lock::take(path)?;
        let mut connection = connection::open_or_make(path, options.cache_kib)?;
        // The file is checked before anything is written to it, so that a file of another program stays unchanged.
        schema::check(&connection, path)?;
        connection::make_writer(&connection, options.max_pages)?;
        schema::migrate(&mut connection, path, &schema::STEPS)?;
        stream::register(&connection, options.followers)?;
        messages::release(&connection, options.clock.now())?;
        let bells = Arc::new(Bells::new());
        let writer = Writer::start(Bench {
            connection,
            clock: options.clock.clone(),
            observer: options.observer,
            bells: bells.clone(),
            counts: Arc::new(Counts::default()),
        });
        let readers = Readers::new(path, options.cache_kib / 4, Access::BesideWriter);
        Ok(Self(Arc::new(Inner {
            view: View::new(Arc::new(readers), options.clock.clone()),
            writer: writer.map_err(file)?,
            bells,
            clock: options.clock,
            lock,
        })))
    }

    /// Returns the path of the database file.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.0.view.readers.path()
    }

    /// Returns a read-only view of this database. The view may outlive the database.
    #[must_use]
    pub fn view(&self) -> View {
        self.0.view.clone()
    }

    /// Returns the stream for the follower `name`, which must be one of [`Options::followers`].
    #[must_use]
    pub fn stream(&self, name: &str) -> Stream {
        Stream::new(self.clone(), name)
    }

    /// Returns the schedules of this database.
    #[must_use]
    pub fn schedules(&self) -> Schedules {
        Schedules::new(self.clone())
    }

    /// Waits until all writes that were submitted before this call are on the disk.
    ///
    /// # Errors
    /// The database is not available.
    pub async fn flush(&self) -> Result<(), Error> {
        let nothing = |_: &mut Ledger<'_>| Ok(());
        self.writer().write::<_, Error, _>(nothing).await
    }

    /// Returns how many writes, commits and failures the database has counted since it was opened.
    #[must_use]
    pub fn statistics(&self) -> Statistics {
        let counts = &self.0.writer.counts;
        Statistics {
            writes: counts.writes.load(Ordering::Relaxed),
            commits: counts.commits.load(Ordering::Relaxed),
            failures: counts.failures.load(Ordering::Relaxed),
        }
    }

    pub(crate) fn readers(&self) -> &Readers {
        &self.0.view.readers
    }

    pub(crate) fn writer(&self) -> &Writer {
        &self.0.writer
    }

    pub(crate) fn bells(&self) -> &Bells {
        &self.0.bells
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.0.clock
    }
}

#[cfg(test)]
mod tests;
