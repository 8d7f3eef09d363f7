//! Configurations in which the organizer changes the capacity, or closes registration.

use super::super::instance::{
    Before::{Seated, Waits},
    Change, Instance,
    Intent::{Claim, Join, Leave},
    PLAIN, faults,
};

pub(super) const ALL: &[Instance] = &[
    Instance {
        name: "raise",
        about: "capacity raised while one waits and one joins",
        seats: &[1, 1],
        homes: &[0, 1, 0],
        before: &[Seated(0), Seated(1)],
        clients: &[(2, &[Join]), (1, &[Leave])],
        organizer: &[Change::Raise(1, 1)],
        faults: faults(1, 1, 0),
        ..PLAIN
    },
    Instance {
        name: "lower",
        about: "capacity lowered while one claims, one leaves",
        seats: &[1, 1],
        homes: &[0, 1, 1],
        before: &[Seated(0)],
        clients: &[(0, &[Leave]), (1, &[Claim]), (2, &[Join])],
        organizer: &[Change::Lower(1)],
        faults: faults(0, 0, 0),
        ..PLAIN
    },
    Instance {
        name: "close",
        about: "closed while people claim, join, and are promoted",
        seats: &[1, 1],
        homes: &[0, 1, 0],
        before: &[Seated(0), Seated(1), Waits(2)],
        clients: &[(0, &[Leave]), (2, &[Claim])],
        organizer: &[Change::Close],
        faults: faults(1, 1, 0),
        ..PLAIN
    },
    Instance {
        name: "reopen",
        about: "closed and opened again while one waits and another leaves",
        seats: &[1, 0],
        homes: &[0, 1],
        before: &[Seated(0), Waits(1)],
        clients: &[(0, &[Leave])],
        organizer: &[Change::Close, Change::Reopen],
        faults: faults(1, 1, 0),
        ..PLAIN
    },
];
