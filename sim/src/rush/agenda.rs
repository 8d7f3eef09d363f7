//! The clock and the future events of a simulation.

use std::{cmp::Ordering, collections::BinaryHeap, time::Duration};

/// Time since the simulation began.
pub(crate) type Time = Duration;

/// Future events, in the order of their times. Events with the same time happen in the order in which they were added, so that
/// every run with the same seed is the same.
#[derive(Debug)]
pub(crate) struct Agenda<H> {
    due: BinaryHeap<Entry<H>>,
    noted: u64,
    now: Time,
}

#[derive(Debug)]
struct Entry<H> {
    at: Time,
    number: u64,
    what: H,
}

impl<H> Agenda<H> {
    /// Creates an empty agenda at time 0.
    pub(crate) fn new() -> Self {
        Self {
            due: BinaryHeap::new(),
            noted: 0,
            now: Time::ZERO,
        }
    }

    /// Returns the simulated time. It is the time of the event that [`Self::next`] returned last.
    pub(crate) fn now(&self) -> Time {
        self.now
    }

    /// Adds an event at the time `at`, or at the current time if `at` has already passed.
    pub(crate) fn at(&mut self, at: Time, what: H) {
        self.noted += 1;
        self.due.push(Entry {
            at: at.max(self.now),
            number: self.noted,
            what,
        });
    }

    /// Adds an event after a delay.
    pub(crate) fn after(&mut self, delay: Duration, what: H) {
        self.at(self.now + delay, what);
    }

    /// Removes and returns the next event, and sets the clock to the event's time.
    pub(crate) fn next(&mut self) -> Option<H> {
        let entry = self.due.pop()?;
        self.now = entry.at;
        Some(entry.what)
    }
}

impl<H> PartialEq for Entry<H> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<H> Eq for Entry<H> {}

impl<H> PartialOrd for Entry<H> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<H> Ord for Entry<H> {
    /// Compares in reverse order. The heap returns its greatest entry first, and that must be the earliest event.
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.number).cmp(&(self.at, self.number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn things_happen_in_the_order_of_time_then_of_noting() {
        let mut agenda = Agenda::new();
        for (at, what) in [(3, 'd'), (1, 'a'), (2, 'b'), (2, 'c')] {
            agenda.at(Duration::from_secs(at), what);
        }
        let order: String = std::iter::from_fn(|| agenda.next()).collect();
        assert_eq!(
            (order.as_str(), agenda.now()),
            ("abcd", Duration::from_secs(3))
        );
    }
}
