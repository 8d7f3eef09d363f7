//! Instances: an event, its users, what they do, and the faults that may happen.

use domain::{
    id::{EventId, GuestId},
    seats::{
        availability::Availability,
        bucket::{BucketNo, BucketState, Terms, home},
    },
};
use uuid::Uuid;

/// The time of all calls, in milliseconds since 1970.
pub(crate) const NOW: i64 = 500;
/// The time at which registration closes: while it is open, and after its end was moved into the past.
const CLOSES: (i64, i64) = (1_000, 400);

/// One wish of a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Intent {
    /// A seat.
    Claim,
    /// A place on the waitlist.
    Join,
    /// To give the seat or the place up.
    Leave,
    /// To have the account erased. A token may still be valid then, so that another process of the user continues to claim or
    /// join.
    Erase,
}

/// One change by the organizer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Change {
    /// The capacity is raised by this number of seats, beginning at this bucket.
    Raise(u32, BucketNo),
    /// The capacity is lowered by this number of seats.
    Lower(u32),
    /// Registration ends now.
    Close,
    /// Registration ends later.
    Reopen,
}

/// The availability that a process remembers at its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Known {
    /// No availability.
    Nothing,
    /// The availability at the beginning of the run.
    Initial,
    /// The availability of this moment, which may be old when the first call is made.
    Current,
}

/// The spread of records over the shards of the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Shards {
    /// A shard for each bucket, and one for the event's partition. There is no order between shards.
    PerItem,
    /// All in one.
    Single,
}

/// The number of records of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Batch {
    /// One.
    One,
    /// Any number of the records that wait.
    Any,
}

/// The number of faults of each kind in one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Faults {
    /// Processes of users and of the organizer that end after a call, without its answer.
    pub(crate) deaths: u8,
    /// Users who try again after their process has ended.
    pub(crate) restarts: u8,
    /// Processes of the relay that end in the same way. Their batch is retried.
    pub(crate) relay_deaths: u8,
    /// Single writes that are sent twice, because the first answer was lost.
    pub(crate) repeats: u8,
    /// Calls that meet another transaction.
    pub(crate) conflicts: u8,
}

/// A fact before the first step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Before {
    /// The user has a seat, and registration and availability show it.
    Seated(usize),
    /// The user waits.
    Waits(usize),
}

/// An instance.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    /// The name.
    pub(crate) name: &'static str,
    /// A description for `--list`.
    pub(crate) about: &'static str,
    /// Seats of each bucket.
    pub(crate) seats: &'static [u32],
    /// Home of each user.
    pub(crate) homes: &'static [BucketNo],
    /// The facts at the beginning.
    pub(crate) before: &'static [Before],
    /// The clients: each is a user, and the wishes of that user.
    pub(crate) clients: &'static [(usize, &'static [Intent])],
    /// The changes by the organizer, one after the other.
    pub(crate) organizer: &'static [Change],
    /// The availabilities that processes may remember.
    pub(crate) known: &'static [Known],
    /// The number of seeds that a claim is tried with.
    pub(crate) seeds: u64,
    /// The shards of the stream.
    pub(crate) shards: Shards,
    /// The size of the stream's batches.
    pub(crate) batch: Batch,
    /// The number of batches that are handled concurrently.
    pub(crate) workers: usize,
    /// The faults that may happen.
    pub(crate) faults: Faults,
}

/// The values that most instances have in common.
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

/// Returns the faults of processes that end, and of users who try again.
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

/// Returns the terms of the event's buckets.
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

    /// Returns ids whose homes are those of the users, followed by the id of one stranger for each bucket.
    pub(crate) fn guests(&self) -> Vec<GuestId> {
        let mut ids = (1u128..).map(|n| GuestId::from(n.to_be_bytes()));
        self.homes
            .iter()
            .copied()
            .chain(0..self.count())
            .filter_map(|no| ids.find(|id| home(event(), *id, self.count()) == no))
            .collect()
    }

    /// Whether an account is erased in a run. Otherwise every account exists, and none is read.
    pub(crate) fn erases(&self) -> bool {
        let wants = self.clients.iter().flat_map(|(_, wants)| *wants);
        wants.into_iter().any(|want| *want == Intent::Erase)
    }

    /// Returns the availability of the buckets before anybody has come.
    pub(crate) fn untouched(&self) -> Availability {
        Availability::untouched(self.seats.iter().copied())
    }
}
