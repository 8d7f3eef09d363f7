//! Configurations with a waitlist: users join, are promoted, claim directly, or change their mind.

use super::super::instance::{
    Batch,
    Before::{Seated, Waits},
    Faults, Instance,
    Intent::{Claim, Join, Leave},
    Known, PLAIN, Shards, faults,
};

pub(super) const ALL: &[Instance] = &[
    Instance {
        name: "given-back",
        about: "sold out; one leaves while another joins the waitlist",
        seats: &[1, 1],
        homes: &[0, 1, 0],
        before: &[Seated(0), Seated(1)],
        clients: &[(0, &[Leave]), (2, &[Join])],
        faults: Faults {
            repeats: 1,
            conflicts: 1,
            ..faults(1, 1, 1)
        },
        ..PLAIN
    },
    Instance {
        name: "two-wait",
        about: "one leaves while two join",
        seats: &[1, 1],
        homes: &[0, 1, 0, 1],
        before: &[Seated(0), Seated(1)],
        clients: &[(0, &[Leave]), (2, &[Join]), (3, &[Join])],
        faults: faults(0, 0, 1),
        ..PLAIN
    },
    Instance {
        name: "two-leave",
        about: "two leave while one waits and another joins",
        seats: &[1, 1],
        homes: &[0, 1, 1, 0],
        before: &[Seated(0), Seated(1), Waits(2)],
        clients: &[(0, &[Leave]), (1, &[Leave]), (3, &[Join])],
        ..PLAIN
    },
    Instance {
        name: "single-shard",
        about: "as two-wait, batches of any size from one shard",
        seats: &[1, 1],
        homes: &[0, 1, 0, 1],
        before: &[Seated(0), Seated(1)],
        clients: &[(0, &[Leave]), (2, &[Join]), (3, &[Join])],
        shards: Shards::Single,
        batch: Batch::Any,
        faults: faults(1, 0, 1),
        ..PLAIN
    },
    Instance {
        name: "waits-and-claims",
        about: "somebody who waits registers directly, and leaves",
        seats: &[1, 1],
        homes: &[0, 1, 0],
        before: &[Seated(0), Seated(1), Waits(2)],
        clients: &[(0, &[Leave]), (2, &[Claim, Leave])],
        known: &[Known::Nothing, Known::Current],
        faults: faults(2, 2, 0),
        ..PLAIN
    },
    Instance {
        name: "waits-beside-free",
        about: "a seat is free; somebody who waits claims, leaves, joins",
        seats: &[1, 1],
        homes: &[0, 1],
        before: &[Seated(0), Waits(1)],
        clients: &[(1, &[Claim, Leave, Join])],
        faults: faults(2, 1, 0),
        ..PLAIN
    },
    Instance {
        name: "waits-and-leaves",
        about: "waiting users give up while promoted",
        seats: &[1, 0],
        homes: &[0, 1, 0],
        before: &[Seated(0), Waits(1)],
        clients: &[(0, &[Leave]), (1, &[Leave]), (2, &[Join])],
        faults: faults(0, 0, 0),
        ..PLAIN
    },
    Instance {
        name: "sniped",
        about: "newcomer claims while seat is given back and others wait",
        seats: &[1, 1],
        homes: &[0, 1, 0, 1],
        before: &[Seated(0), Seated(1), Waits(2)],
        clients: &[(0, &[Leave]), (3, &[Claim, Join])],
        known: &[Known::Nothing, Known::Initial],
        faults: Faults {
            repeats: 1,
            ..faults(1, 0, 1)
        },
        ..PLAIN
    },
    Instance {
        name: "two-devices",
        about: "one user claims, leaves, joins from two devices",
        seats: &[1, 0],
        homes: &[0, 1],
        before: &[],
        clients: &[(0, &[Claim, Leave]), (0, &[Join, Leave])],
        faults: faults(0, 0, 0),
        ..PLAIN
    },
];
