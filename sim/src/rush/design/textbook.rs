//! The code that the textbook designs share: counters, registrations, and retries after a conflict.

use std::time::Duration;

use crate::rush::{
    chance::Chance,
    design::{Action, RequestEnd, Seats},
    item::{Item, Key},
    table::Table,
};

/// The greatest number of attempts at a transaction that conflicts, including the first attempt.
pub(super) const MOST_TRIES: u32 = 8;

/// Returns a wait of random length before the retry that follows a conflict. The longest possible wait grows with each attempt,
/// as in the product's store.
pub(crate) fn back_off(chance: &mut Chance, attempt: u32) -> Action {
    Action::Wait(chance.within(Duration::from_millis(25 << attempt.min(5))))
}

/// Returns a wait before the next attempt at a transaction that conflicted. Ends the request instead if it has made
/// [`MOST_TRIES`] attempts.
pub(super) fn again_later(chance: &mut Chance, tries: &mut u32) -> Action {
    *tries += 1;
    if *tries >= MOST_TRIES {
        Action::Done(RequestEnd::Unavailable)
    } else {
        back_off(chance, *tries)
    }
}

/// Adds the event and the counters to the table, and divides the seats evenly among the counters.
pub(super) fn lay_out(table: &mut Table, seats: u32, counters: u32) {
    table.lay_out(Key::Event, Item::Event);
    for no in 0..counters {
        let share = seats / counters + u32::from(no < seats % counters);
        table.lay_out(Key::Counter(no), Item::Counter(share.into()));
    }
}

/// Counts each registration as a sold seat, and the sum of the counters as the remaining seats.
pub(super) fn count(table: &Table) -> Seats {
    let mut seats = Seats { sold: 0, left: 0 };
    for (_, item) in table.items() {
        match item {
            Item::Registration => seats.sold += 1,
            Item::Counter(left) => seats.left += u32::try_from(*left).unwrap_or(0),
            _ => {}
        }
    }
    seats
}
