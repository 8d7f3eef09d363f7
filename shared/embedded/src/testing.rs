//! A database for a test, and a clock that the test sets.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use jiff::Timestamp;
use table::{Item, PK, SK, s};
use tempfile::TempDir;

use crate::{Clock, Database, Options};

/// A test database in a temporary folder. The folder is deleted when this value is dropped.
pub(crate) struct Fixture {
    pub(crate) database: Database,
    pub(crate) options: Options,
    now: Arc<AtomicI64>,
    folder: TempDir,
}

impl Fixture {
    pub(crate) fn new() -> Self {
        Self::with(Options::default())
    }

    pub(crate) fn with(options: Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let now = Arc::new(AtomicI64::new(1_800_000_000_000));
        let clock = now.clone();
        let clock =
            Clock::of(move || Timestamp::from_millisecond(clock.load(Ordering::SeqCst)).unwrap());
        let options = Options { clock, ..options };
        let path = folder.path().join("test.db");
        Self {
            database: Database::open(path, options.clone()).unwrap(),
            options,
            now,
            folder,
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.now.load(Ordering::SeqCst)).unwrap()
    }

    /// Moves the clock of the test forward by `time`.
    pub(crate) fn pass(&self, time: Duration) {
        let time = i64::try_from(time.as_millis()).unwrap();
        self.now.fetch_add(time, Ordering::SeqCst);
    }

    /// Moves the clock of the test back by `time`.
    pub(crate) fn set_back(&self, time: Duration) {
        let time = i64::try_from(time.as_millis()).unwrap();
        self.now.fetch_sub(time, Ordering::SeqCst);
    }

    /// Closes the database, and returns its folder.
    pub(crate) fn closed(self) -> TempDir {
        drop(self.database);
        self.folder
    }

    /// Drops `clone` while the database is still open, then closes the database and opens it anew.
    pub(crate) fn reopened_after(self, clone: Database) -> Self {
        drop(clone);
        self.reopened()
    }

    /// Closes the database and opens it anew.
    pub(crate) fn reopened(self) -> Self {
        let Self {
            database,
            options,
            now,
            folder,
        } = self;
        let path = database.path().to_owned();
        drop(database);
        Self {
            database: Database::open(path, options.clone()).unwrap(),
            options,
            now,
            folder,
        }
    }
}

pub(crate) fn key(pk: &str, sk: &str) -> Item {
    Item::from([(PK.to_owned(), s(pk)), (SK.to_owned(), s(sk))])
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap()
}
