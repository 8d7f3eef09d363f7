//! What happens when: the clock of a simulation.

use std::{cmp::Ordering, collections::BinaryHeap, time::Duration};

/// Time since the simulation began.
pub(crate) type Time = Duration;

/// Things that will happen, in the order of their times; what is due at one time happens in the order in which it
/// was noted, so that a run is the same every time.
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
    /// Nothing is due, and it is time 0.
    pub(crate) fn new() -> Self {
        Self {
            due: BinaryHeap::new(),
            noted: 0,
            now: Time::ZERO,
        }
    }

    /// The time of what happened last.
    pub(crate) fn now(&self) -> Time {
        self.now
    }

    /// Notes what happens at a time, or now if that is over.
    pub(crate) fn at(&mut self, at: Time, what: H) {
        self.noted += 1;
        self.due.push(Entry {
            at: at.max(self.now),
            number: self.noted,
            what,
        });
    }

    /// Notes what happens after a while.
    pub(crate) fn after(&mut self, delay: Duration, what: H) {
        self.at(self.now + delay, what);
    }

    /// What happens next; the clock is put forward to it.
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
    /// The heap gives its greatest first: that is the earliest here.
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
