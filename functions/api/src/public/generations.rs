//! Counts the changes of public answers' items, so that the cache recognises an answer that a write has outdated.

use std::sync::atomic::{AtomicU64, Ordering};

use domain::id::EventId;
use store::public::touched;

/// Number of counters of events. Two events may share one: a change of either then outdates the answers of both.
const COUNTERS: u16 = 1_024;

/// The subject of a public answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// One event.
    Event(EventId),
    /// The list of published events.
    List,
    /// A subject that no write changes.
    Constant,
}

/// Counts the changes of events and of the list of events.
///
/// A host whose table reports every change shares it with the [`App`](crate::App); the public answers are then as fresh as the
/// last write. A host that reports no change has answers that are at most a second old.
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
    /// Notes that the item under these keys has changed.
    ///
    /// The host calls it after the change is visible to reads, and before the write is acknowledged: then every request that
    /// begins after the acknowledgement sees the change. The call is quick, and waits for nothing.
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

    /// Returns the generation of the subject. It has to be read before the table is.
    pub(super) fn of(&self, subject: Subject) -> u64 {
        let counter = match subject {
            Subject::Event(event) => self.counter(event),
            Subject::List => Some(&self.list),
            Subject::Constant => None,
        };
        counter.map_or(0, |counter| counter.load(Ordering::SeqCst))
    }

    fn counter(&self, event: EventId) -> Option<&AtomicU64> {
        // The last bytes of a UUIDv7 are random.
        let [.., high, low] = event.uuid().into_bytes();
        let at = u16::from_be_bytes([high, low]) % COUNTERS;
        self.events.get(usize::from(at))
    }
}
