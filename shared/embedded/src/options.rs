//! The options with which a database is opened, with its observer and its clock.

use std::{fmt, sync::Arc};

use jiff::Timestamp;

/// Options of a database.
#[derive(Debug, Clone)]
pub struct Options {
    /// The names of the stream's followers. A record of the stream is kept until every follower has marked it as done.
    pub followers: &'static [&'static str],
    /// The observer that receives the key of each changed item, for example to keep a cache up to date. If there is no
    /// observer, the database does not collect these keys.
    pub observer: Option<Arc<dyn Observer>>,
    /// The clock from which the database reads the time.
    pub clock: Clock,
    /// The page cache of the writer's connection, in KiB. The connection of each reader has a quarter of this size.
    pub cache_kib: u32,
    /// The maximum size of the database file, as a number of pages of 4 KiB. `None` means no limit except the size of the disk.
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

/// Receives the key of every changed item. With these keys, a cache can drop outdated entries before a caller of the database
/// receives a newer result.
pub trait Observer: fmt::Debug + Send + Sync {
    /// Receives the keys that a commit changed. The writer's thread calls this method after the commit and before it returns
    /// the results to the callers. So the method must be quick, and must not call the database.
    fn committed(&self, changes: &[Changed]);
}

/// The key of an item that was changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The partition key of the item.
    pub pk: String,
    /// The sort key of the item.
    pub sk: String,
}

/// The clock of a database.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// Returns a clock that reads the time of the system.
    #[must_use]
    pub fn system() -> Self {
        Self::of(Timestamp::now)
    }

    /// Returns a clock that reads the time by calling `now`.
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
