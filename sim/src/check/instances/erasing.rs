//! Configurations in which an account is erased while its user still claims, joins or is promoted. The user's token is still
//! valid.

use super::super::instance::{
    Batch,
    Before::{Seated, Waits},
    Change, Instance,
    Intent::{Claim, Erase, Join, Leave},
    PLAIN, Shards, faults,
};

pub(super) const ALL: &[Instance] = &[
    Instance {
        name: "erase-and-claim",
        about: "an account is erased while its token claims",
        seats: &[1, 0],
        homes: &[0],
        clients: &[(0, &[Erase]), (0, &[Claim])],
        faults: faults(1, 0, 1),
        ..PLAIN
    },
    Instance {
        name: "erase-and-join",
        about: "an account is erased while its token joins",
        seats: &[1, 0],
        homes: &[0, 1],
        before: &[Seated(0)],
        clients: &[(1, &[Erase]), (1, &[Join])],
        faults: faults(1, 0, 1),
        ..PLAIN
    },
    Instance {
        name: "erase-the-head",
        about: "the head of the waitlist is erased while a seat is given back",
        seats: &[1, 0],
        homes: &[0, 1, 0],
        before: &[Seated(0), Waits(1), Waits(2)],
        clients: &[(0, &[Leave]), (1, &[Erase])],
        ..PLAIN
    },
    Instance {
        name: "erase-a-guest",
        about: "a guest is erased, and the token claims again; another waits",
        seats: &[1, 0],
        homes: &[0, 1],
        before: &[Seated(0), Waits(1)],
        clients: &[(0, &[Erase]), (0, &[Claim])],
        ..PLAIN
    },
    Instance {
        name: "erase-who-waits-and-claims",
        about: "a waiting user claims a free seat while the account is erased",
        seats: &[1, 1],
        homes: &[0, 1],
        before: &[Seated(0), Waits(1)],
        clients: &[(1, &[Claim]), (1, &[Erase])],
        ..PLAIN
    },
    Instance {
        name: "erase-and-close",
        about: "registration is closed while an account is erased whose token joins",
        seats: &[1],
        homes: &[0, 0],
        before: &[Seated(0)],
        clients: &[(1, &[Erase]), (1, &[Join])],
        organizer: &[Change::Close],
        ..PLAIN
    },
    Instance {
        name: "erase-single-shard",
        about: "an account is erased while its token claims and another joins; batches of any size from one shard",
        seats: &[1, 0],
        homes: &[0, 1],
        clients: &[(0, &[Erase]), (0, &[Claim]), (1, &[Join])],
        shards: Shards::Single,
        batch: Batch::Any,
        faults: faults(1, 1, 1),
        ..PLAIN
    },
];
