//! What an instance is: the event, its users, what they do, and what may go wrong.

use domain::{
    id::{EventId, GuestId},
    seats::{
        availability::Availability,
        bucket::{BucketNo, BucketState, Terms, home},
    },
};
use uuid::Uuid;

/// The time of everything that happens, in milliseconds since 1970.
pub(crate) const NOW: i64 = 500;
/// When registration closes, while it is open, and once its end was moved into the past.
const CLOSES: (i64, i64) = (1_000, 400);

/// What a user wants, one thing after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Intent {
    /// A seat.
    Claim,
    /// A place on the waitlist.
    Join,
    /// Neither any more.
    Leave,
    /// The account erased. A token may outlive it, so that another process of the user goes on claiming or joining.
    Erase,
}

/// What the organizer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Change {
    /// So many seats more, beginning at this bucket.
    Raise(u32, BucketNo),
    /// So many seats less.
    Lower(u32),
    /// Registration ends now.
    Close,
    /// Registration ends later.
    Reopen,
}

/// Which availability a process remembers at its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Known {
    /// None.
    Nothing,
    /// The one at the beginning of the run.
    Initial,
    /// The one of this moment, which may be old when the first call is made.
    Current,
}

/// How the items' records are spread over the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Shards {
    /// A shard for each bucket and one for the event's partition: no order between them.
    PerItem,
    /// All in one.
    Single,
}

/// How many records a batch has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Batch {
    /// One.
    One,
    /// Any number of those that wait.
    Any,
}

/// How often what goes wrong goes wrong in one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(crate) struct Faults {
    /// Processes of users and the organizer that end after a call whose answer they did not get.
    pub(crate) deaths: u8,
    /// Users who try again after that.
    pub(crate) restarts: u8,
    /// The same of the relay, whose batch then comes again.
    pub(crate) relay_deaths: u8,
    /// Single writes that are sent again, because their answer was lost.
    pub(crate) repeats: u8,
    /// Calls that meet another transaction.
    pub(crate) conflicts: u8,
}

/// What is so before the first step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Before {
    /// The user has a seat, and everybody knows.
    Seated(usize),
    /// The user waits.
    Waits(usize),
}

/// An instance.
#[derive(Debug, Clone)]
pub(crate) struct Instance {
    /// Its name.
    pub(crate) name: &'static str,
    /// What it is about.
    pub(crate) about: &'static str,
    /// Seats of each bucket.
    pub(crate) seats: &'static [u32],
    /// Home of each user.
    pub(crate) homes: &'static [BucketNo],
    /// What is so at the beginning.
    pub(crate) before: &'static [Before],
    /// Who does what: a user and what is wanted.
    pub(crate) clients: &'static [(usize, &'static [Intent])],
    /// What the organizer does.
    pub(crate) organizer: &'static [Change],
    /// What processes may remember.
    pub(crate) known: &'static [Known],
    /// How many seeds a claim is tried with.
    pub(crate) seeds: u64,
    /// The stream.
    pub(crate) shards: Shards,
    /// Its batches.
    pub(crate) batch: Batch,
    /// Batches under way at once.
    pub(crate) workers: usize,
    /// What may go wrong.
    pub(crate) faults: Faults,
}

/// What most instances have in common.
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

/// The event.
pub(crate) fn event() -> EventId {
    EventId::from_uuid(Uuid::from_u128(0x0188_bac7_4afa_78aa_bc3b_bd1e_ef28_d881))
}

/// Terms of the event's buckets.
pub(crate) fn terms(open: bool, event_version: u64) -> Terms {
    Terms {
        state: BucketState::Open,
        opens_at: 0,
        closes_at: if open { CLOSES.0 } else { CLOSES.1 },
        event_version,
    }
}

impl Instance {
    /// How many buckets there are.
    pub(crate) fn count(&self) -> BucketNo {
        BucketNo::try_from(self.seats.len()).unwrap_or(BucketNo::MAX)
    }

    /// Ids whose homes are those of the users, and of one stranger for each bucket after them.
    pub(crate) fn guests(&self) -> Vec<GuestId> {
        let mut ids = (1u128..).map(|n| GuestId::from(n.to_be_bytes()));
        self.homes
            .iter()
            .copied()
            .chain(0..self.count())
            .filter_map(|no| ids.find(|id| home(event(), *id, self.count()) == no))
            .collect()
    }

    /// Whether an account is erased in a run. Otherwise nobody's account is looked at: each is there.
    pub(crate) fn erases(&self) -> bool {
        let wants = self.clients.iter().flat_map(|(_, wants)| *wants);
        wants.into_iter().any(|want| *want == Intent::Erase)
    }

    /// What is known of the buckets when nobody has come.
    pub(crate) fn untouched(&self) -> Availability {
        Availability::untouched(self.seats.iter().copied())
    }
}
