//! Counts the changes of the items that public answers show. With the counts, the cache finds answers that are outdated.

use std::sync::atomic::{AtomicU64, Ordering};

use domain::id::EventId;
use store::public::touched;

/// The number of counters for events. If two events share a counter, a change of either makes the cached answers of both
/// invalid.
const COUNTERS: u16 = 1_024;

/// The data that a public answer shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// The data of one event.
    Event(EventId),
    /// The list of published events.
    List,
    /// Data that no write changes.
    Constant,
}

/// Counts the changes of events and of the list of events.
///
/// If a host's table reports every change, the host shares this value with the [`App`](crate::App). Public answers then always
/// contain the last write. On other hosts, public answers may be up to a second old.
#[derive(Debug)]
pub struct Generations {
    list: AtomicU64,
    events: Box<[AtomicU64]>,
}

impl Default for Generations {
    fn default() -> Self {
        Self {
            list: AtomicU64::default(),
            events: (0..COUNTERS).map(|_| AtomicU64::default()).collect(),
        }
    }
}

impl Generations {
    /// Records that the item with these keys has changed.
    ///
    /// The host calls this function when reads can already see the change, but before it acknowledges the write. So every
    /// request that begins after the acknowledgement sees the change. The function is quick and does not block.
    pub fn changed(&self, pk: &str, sk: &str) {
        let Some(touched) = touched(pk, sk) else {
            return;
        };
        if let Some(counter) = self.counter(touched.event) {
            counter.fetch_add(1, Ordering::SeqCst);
        }
        if touched.is_listed {
            self.list.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// Returns the current generation of `subject`, which counts the changes of its data. The caller must read the generation
    /// before it reads the table.
    pub(super) fn of(&self, subject: Subject) -> u64 {
        let counter = match subject {
            Subject::Event(event) => self.counter(event),
            Subject::List => Some(&self.list),
            Subject::Constant => None,
        };
        counter.map_or(0, |counter| counter.load(Ordering::SeqCst))
    }

    fn counter(&self, event: EventId) -> Option<&AtomicU64> {
        // The last bytes of a UUIDv7 are random, so the events spread evenly over the counters.
        let [.., high, low] = event.uuid().into_bytes();
        let at = u16::from_be_bytes([high, low]) % COUNTERS;
        self.events.get(usize::from(at))
    }
}
