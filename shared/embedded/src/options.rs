//! Options of a database, its observer and its clock.

use std::{fmt, sync::Arc};

use jiff::Timestamp;

/// Options of a database.
#[derive(Debug, Clone)]
pub struct Options {
    /// The followers of the stream, by name. A record is kept until all of them are done with it.
    pub followers: &'static [&'static str],
    /// Receives the key of each changed item, for a cache. `None`: keys are not collected.
    pub observer: Option<Arc<dyn Observer>>,
    /// The clock.
    pub clock: Clock,
    /// Page cache of the writer's connection, in KiB; each of the readers' has a quarter of it.
    pub cache_kib: u32,
    /// Most pages of 4 KiB in the file; `None`: as many as the disk holds.
    pub max_pages: Option<u32>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            followers: &["relay"],
            observer: None,
            clock: Clock::system(),
            cache_kib: 16 << 10,
            max_pages: None,
        }
    }
}

/// Receives the key of every changed item, so that a cache is never older than an answer.
pub trait Observer: fmt::Debug + Send + Sync {
    /// Receives changes that were committed. The writer's thread calls it after the commit and before the answers leave, so it must
    /// be quick, and must not call the database.
    fn committed(&self, changes: &[Changed]);
}

/// The key of an item that was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Partition key.
    pub pk: String,
    /// Sort key.
    pub sk: String,
}

/// The clock of a database.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// Returns the clock of the system.
    #[must_use]
    pub fn system() -> Self {
        Self::of(Timestamp::now)
    }

    /// Returns the clock that `now` reads.
    #[must_use]
    pub fn of(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    pub(crate) fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}
