//! Configurations without a waitlist, in which users claim seats and give them up.

use super::super::instance::{
    Faults, Instance,
    Intent::{Claim, Leave},
    Known, PLAIN, faults,
};

pub(super) const ALL: &[Instance] = &[
    Instance {
        name: "claim",
        about: "two seats in two buckets, three claim",
        seats: &[1, 1],
        homes: &[0, 0, 1],
        clients: &[(0, &[Claim]), (1, &[Claim]), (2, &[Claim])],
        known: &[Known::Nothing, Known::Initial],
        faults: faults(1, 1, 0),
        ..PLAIN
    },
    Instance {
        name: "claim-faults",
        about: "two seats, two users, repeats, conflicts and deaths",
        seats: &[2, 0],
        homes: &[0, 1],
        clients: &[(0, &[Claim]), (1, &[Claim])],
        known: &[Known::Nothing, Known::Initial, Known::Current],
        faults: Faults {
            repeats: 2,
            conflicts: 1,
            ..faults(2, 2, 1)
        },
        ..PLAIN
    },
    Instance {
        name: "claim-leave-claim",
        about: "the same user on and off, others borrow",
        seats: &[1, 1],
        homes: &[0, 1],
        clients: &[(0, &[Claim, Leave, Claim]), (1, &[Claim])],
        known: &[Known::Nothing, Known::Initial],
        faults: Faults {
            repeats: 1,
            ..faults(2, 2, 0)
        },
        ..PLAIN
    },
    Instance {
        name: "three-buckets",
        about: "three buckets, borrowing with choice of donor",
        seats: &[0, 1, 1],
        homes: &[0, 0, 1],
        clients: &[(0, &[Claim]), (1, &[Claim]), (2, &[Claim])],
        known: &[Known::Nothing, Known::Initial],
        seeds: 2,
        faults: faults(1, 1, 0),
        ..PLAIN
    },
];
