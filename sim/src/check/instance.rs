//! Configurations of the model: each gives an event, its users, their requests, and the faults that may happen.

use domain::{
    id::{EventId, GuestId},
    seats::{
        availability::Availability,
        bucket::{BucketNo, BucketState, Terms, home},
    },
};
use uuid::Uuid;

/// The time of every call in the model, in milliseconds since 1970.
pub(crate) const NOW: i64 = 500;
/// The two times at which registration may close. [`NOW`] is before the first time and after the second, so registration is
/// open with the first and closed with the second.
const CLOSES: (i64, i64) = (1_000, 400);

/// One request of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Intent {
    /// The user requests a seat.
    Claim,
    /// The user requests a place on the waitlist.
    Join,
    /// The user gives up the seat or the place.
    Leave,
    /// The user has the account erased. The user's token may still be valid afterwards, so another process may continue to
    /// claim or join for the user.
    Erase,
}

/// One change that the organizer makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Change {
    /// Raises the capacity by this number of seats, spread over the buckets, beginning at this bucket.
    Raise(u32, BucketNo),
    /// Lowers the capacity by this number of seats.
    Lower(u32),
    /// Ends registration now.
    Close,
    /// Moves the end of registration into the future, so that registration is open again.
    Reopen,
}

/// The cached availability with which a process begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Known {
    /// No cached availability.
    Nothing,
    /// The availability in the first state of the run.
    Initial,
    /// The availability when the process begins. It may be out of date when the process makes its first call.
    Current,
}

/// The distribution of the stream's records over its shards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Shards {
    /// Each bucket and each other kind of item has its own shard. Records of different shards may be processed in any order.
    PerItem,
    /// All records are in one shard.
    Single,
}

/// The number of records that the relay takes as one batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Batch {
    /// The relay takes exactly one record.
    One,
    /// The relay takes any number of the records that are not processed yet.
    Any,
}

/// The greatest number of faults of each kind in one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Faults {
    /// Processes of users and of the organizer that end after a call, before they receive its answer.
    pub(crate) deaths: u8,
    /// Users who try again after their process has ended.
    pub(crate) restarts: u8,
    /// Batches whose processing ends after a call, before the relay receives its answer. Such a batch is retried.
    pub(crate) relay_deaths: u8,
    /// Writes outside a transaction that are sent twice because the first answer was lost.
    pub(crate) repeats: u8,
    /// Calls that fail because they conflict with another transaction.
    pub(crate) conflicts: u8,
}

/// A fact that is true before the first step of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Before {
    /// The user has a seat, which the registration and the availability show.
    Seated(usize),
    /// The user is on the waitlist.
    Waits(usize),
}

/// A configuration of the model, which the checker explores completely.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    /// The name of the configuration.
    pub(crate) name: &'static str,
    /// A description for `--list`.
    pub(crate) about: &'static str,
    /// The number of seats of each bucket.
    pub(crate) seats: &'static [u32],
    /// The home bucket of each user.
    pub(crate) homes: &'static [BucketNo],
    /// The facts that are true before the first step of a run.
    pub(crate) before: &'static [Before],
    /// The clients. Each entry is the number of a user and the list of this user's requests.
    pub(crate) clients: &'static [(usize, &'static [Intent])],
    /// The changes that the organizer makes, one after the other.
    pub(crate) organizer: &'static [Change],
    /// The cached availabilities with which processes may begin.
    pub(crate) known: &'static [Known],
    /// The number of random seeds with which each claim is tried.
    pub(crate) seeds: u64,
    /// The distribution of the stream's records over its shards.
    pub(crate) shards: Shards,
    /// The number of records that the relay takes as one batch.
    pub(crate) batch: Batch,
    /// The number of batches that the relay processes concurrently.
    pub(crate) workers: usize,
    /// The faults that may happen.
    pub(crate) faults: Faults,
}

/// The values that most configurations share.
pub(crate) const PLAIN: Instance = Instance {
    name: "",
    about: "",
    seats: &[],
    homes: &[],
    before: &[],
    clients: &[],
    organizer: &[],
    known: &[Known::Nothing],
    seeds: 1,
    shards: Shards::PerItem,
    batch: Batch::One,
    workers: 2,
    faults: Faults {
        deaths: 0,
        restarts: 0,
        relay_deaths: 0,
        repeats: 0,
        conflicts: 0,
    },
};

/// Returns the limits for three kinds of faults: processes that end, users who try again, and batches of the relay that end.
/// Faults of all other kinds do not happen.
pub(crate) const fn faults(deaths: u8, restarts: u8, relay_deaths: u8) -> Faults {
    Faults {
        deaths,
        restarts,
        relay_deaths,
        ..PLAIN.faults
    }
}

/// Returns the id of the event.
pub(crate) fn event() -> EventId {
    EventId::from_uuid(Uuid::from_u128(0x0188_bac7_4afa_78aa_bc3b_bd1e_ef28_d881))
}

/// Returns the terms of the event's buckets, with registration open or closed.
pub(crate) fn terms(open: bool, event_version: u64) -> Terms {
    Terms {
        state: BucketState::Open,
        opens_at: 0,
        closes_at: if open { CLOSES.0 } else { CLOSES.1 },
        event_version,
    }
}

impl Instance {
    /// Returns the number of buckets.
    pub(crate) fn count(&self) -> BucketNo {
        BucketNo::try_from(self.seats.len()).unwrap_or(BucketNo::MAX)
    }

    /// Returns one guest id for each user. The home of this id is the home bucket that the configuration gives the user. After
    /// these ids, returns the id of one stranger for each bucket. A stranger is not a user of the model.
    pub(crate) fn guests(&self) -> Vec<GuestId> {
        let mut ids = (1u128..).map(|n| GuestId::from(n.to_be_bytes()));
        self.homes
            .iter()
            .copied()
            .chain(0..self.count())
            .filter_map(|no| ids.find(|id| home(event(), *id, self.count()) == no))
            .collect()
    }

    /// Whether a user of this configuration requests the erasure of an account. If no user does, the model reads no accounts.
    pub(crate) fn erases(&self) -> bool {
        let wants = self.clients.iter().flat_map(|(_, wants)| *wants);
        wants.into_iter().any(|want| *want == Intent::Erase)
    }

    /// Returns the availability of the buckets before any user has a seat or a place.
    pub(crate) fn untouched(&self) -> Availability {
        Availability::untouched(self.seats.iter().copied())
    }
}
