//! The number of people who are inside at an event.

use super::{counter::Counter, tally::Tally};
use crate::events::{Event, EventStatus};

/// The number of people who are inside at an event. The statistics and the check of the guest list count them in the same way.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Inside {
    /// The number of people who were admitted and whose admission was not taken back, even if their ticket has ended since. The
    /// number may exceed the event's capacity by at most `ended`, because the seats of ended tickets may be given to others.
    pub admitted: u64,
    /// The number of admitted people whose ticket has ended since, because the registration or the whole event was cancelled.
    pub ended: u64,
}

impl Inside {
    /// Counts the people inside at an event from the contributions of its tickets in `tally`.
    #[must_use]
    pub fn of(event: &Event, tally: &Tally) -> Self {
        let admitted = tally.sum(|counter| matches!(counter, Counter::Admitted(_)));
        Self {
            admitted,
            ended: match event.status {
                EventStatus::Cancelled => admitted,
                EventStatus::Draft | EventStatus::Published | EventStatus::Completed => {
                    tally.count(&Counter::AdmittedEnded)
                }
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        door::tests::{at, scan, ticket},
        events::tests::concert,
    };

    #[test]
    fn whoever_is_inside_counts_and_a_cancelled_event_ends_all_tickets() {
        let mut tally = Tally::default();
        let outside = ticket();
        let mut inside = ticket();
        inside.take(scan("a", 1));
        let mut ended = inside.clone();
        ended.end(at(2));
        let mut gone = ended.clone();
        gone.undo(at(3));
        for ticket in [outside, inside, ended, gone] {
            tally.add_all(&Tally::of_ticket(&ticket));
        }
        for (status, ended) in [
            (EventStatus::Published, 1),
            (EventStatus::Completed, 1),
            (EventStatus::Cancelled, 2),
        ] {
            let counted = Inside::of(&concert(status), &tally);
            assert_eq!(counted, Inside { admitted: 2, ended }, "{status:?}");
        }
    }
}
