//! The common parts of the textbook designs: counters, registrations, and retries after a conflict.

use std::time::Duration;

use crate::rush::{
    chance::Chance,
    design::{Action, RequestEnd, Seats},
    item::{Item, Key},
    table::Table,
};

/// Tries of a transaction after conflicts, the first try included.
pub(super) const MOST_TRIES: u32 = 8;

/// Waits at random after a conflict, longer after each, as the product's store does.
pub(crate) fn back_off(chance: &mut Chance, attempt: u32) -> Action {
    Action::Wait(chance.within(Duration::from_millis(25 << attempt.min(5))))
}

/// Tries again after a conflict, or ends the request.
pub(super) fn again_later(chance: &mut Chance, tries: &mut u32) -> Action {
    *tries += 1;
    if *tries >= MOST_TRIES {
        Action::Done(RequestEnd::Unavailable)
    } else {
        back_off(chance, *tries)
    }
}

/// Lays the seats out over counters.
pub(super) fn lay_out(table: &mut Table, seats: u32, counters: u32) {
    table.lay_out(Key::Event, Item::Event);
    for no in 0..counters {
        let share = seats / counters + u32::from(no < seats % counters);
        table.lay_out(Key::Counter(no), Item::Counter(share.into()));
    }
}

/// Counts registrations as sold seats, and the sum of the counters as seats left.
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
