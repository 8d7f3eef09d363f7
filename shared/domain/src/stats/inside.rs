//! How many people are inside.

use super::{counter::Counter, tally::Tally};
use crate::events::{Event, EventStatus};

/// Number of people who are inside, as statistics and the check of the guest list both count them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Inside {
    /// People who came in and whose admission was not taken back, those included whose ticket has ended since. May be more than
    /// the capacity, by `ended` at most.
    pub admitted: u64,
    /// People among them whose ticket has ended since: the registration was cancelled, or the event, which ends all its tickets.
    pub ended: u64,
}

impl Inside {
    /// Counts the people inside an event, by what its tickets contribute.
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
