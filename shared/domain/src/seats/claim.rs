//! A state machine that claims a seat. It receives the result of the last call to the table and returns the next call to make.
//!
//! The machine makes no calls itself, so that the function, the tests and a simulator can run the same code:
//!
//! ```text
//! start ──► Claim at home ──► seat taken ─────────────────────────► Confirmed
//!   │            │ refused: full
//!   │            ▼
//!   │       where is a seat free? ──► Borrow from a donor ─► ReadHome ► Confirmed
//!   │            │ nowhere                  │ donor empty: next donor
//!   ▼            ▼
//! sold out is known ──► ReadHome: is the caller on the list? ─────► AlreadyConfirmed or SoldOut
//! ```

use std::hash::{Hash, Hasher};

use super::{
    availability::{Availability, BucketCounts},
    bucket::{Bucket, BucketNo},
};
use crate::id::GuestId;

/// The next call to the table, or the outcome of the claim.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ClaimStep {
    /// One conditional write: takes a free seat in the home bucket.
    Claim,
    /// One transaction: takes a free seat from the bucket `donor`, and adds the guest to the home bucket.
    Borrow {
        /// The bucket that gives the seat.
        donor: BucketNo,
    },
    /// Reads the event's availability with a strongly consistent read.
    ReadAvailability,
    /// Reads the home bucket with a strongly consistent read.
    ReadHome,
    /// Waits a short time before the next call to the table. A higher `attempt` means a longer wait.
    Pause {
        /// The number of waits so far, including this wait. The first wait has the number 1.
        attempt: u32,
    },
    /// The claim has ended with this outcome. No call to the table is left to make.
    Done(ClaimOutcome),
}

/// The result of one step of a claim.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ClaimReply {
    /// The write took a seat in the home bucket.
    Claimed {
        /// The revision that the home bucket has after this write.
        rev: u64,
    },
    /// The transaction took a seat from the donor. A transaction does not return the new revision of the home bucket.
    Borrowed,
    /// The conditions of the write [`ClaimStep::Claim`] failed. The value is the home bucket as it is stored.
    ClaimRefused(Bucket),
    /// The conditions of the transaction [`ClaimStep::Borrow`] failed, so nothing was written.
    BorrowRefused {
        /// The home bucket as it is stored, if its conditions failed.
        home: Option<Bucket>,
        /// The donor as it is stored, if the conditions on the donor failed.
        donor: Option<Bucket>,
    },
    /// Another transaction was changing an item of this write at the same time, so nothing was written.
    Conflict,
    /// The availability that [`ClaimStep::ReadAvailability`] has read.
    Availability(Availability),
    /// The home bucket that [`ClaimStep::ReadHome`] has read.
    Home(Bucket),
    /// The wait before the next call to the table has ended.
    Paused,
}

/// The home bucket's revision at which a guest got or lost a seat. It is known either exactly or as an upper limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SeatRev {
    /// The write that gave or took the seat produced this revision.
    Written(u64),
    /// The revision that the write produced is not known. A read after the write returned this revision, so the write produced
    /// this revision or an earlier one.
    Seen(u64),
}

impl SeatRev {
    /// Returns the number of the revision.
    #[must_use]
    pub fn get(self) -> u64 {
        match self {
            Self::Written(rev) | Self::Seen(rev) => rev,
        }
    }
}

/// The outcome of a claim.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ClaimOutcome {
    /// This claim gave the caller a seat.
    Confirmed(SeatRev),
    /// The caller had a seat before this claim.
    AlreadyConfirmed(SeatRev),
    /// No seat is free, and the caller has no seat.
    SoldOut,
    /// The buckets of the event do not accept guests at this time.
    Closed,
    /// Some seats seem to be free, but other callers took them first too many times. The caller may try again.
    Contended,
}

/// The maximum number of times that the table may refuse an attempt of one claim to take a seat. After more of them, the claim
/// ends as [`ClaimOutcome::Contended`], and the caller may try again later.
const MAX_REFUSALS: u32 = 24;
/// After this number of refused attempts to take a seat, the claim reads the availability again.
const REFUSALS_PER_LOOK: u32 = 6;
/// The maximum number of conflicts with other transactions. After more of them, the claim ends as [`ClaimOutcome::Contended`],
/// and the caller may try again later.
const MAX_PAUSES: u32 = 8;

/// The state of one caller's claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    guest: GuestId,
    home: BucketNo,
    count: BucketNo,
    now: i64,
    known: Option<Availability>,
    borrowed: bool,
    refusals: u32,
    pauses: u32,
    rng: fastrand::Rng,
}

/// Hashes every field, because a model checker compares states by their hashes.
impl Hash for Claim {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.guest, self.home, self.count, self.now, &self.known).hash(state);
        (self.borrowed, self.refusals, self.pauses).hash(state);
        self.rng.get_seed().hash(state);
    }
}

impl Claim {
    /// Begins a claim at the time `now` (milliseconds since 1970). The event has `count` buckets, and `home` is the home bucket
    /// of `guest`.
    ///
    /// `known` is the availability that the function has in memory, which is at most one or two seconds old. `seed` determines
    /// the random choice between donors.
    #[must_use]
    pub fn new(
        guest: GuestId,
        home: BucketNo,
        count: BucketNo,
        now: i64,
        known: Option<Availability>,
        seed: u64,
    ) -> Self {
        let known = known.map(|known| known.truncated(count));
        Self {
            guest,
            home,
            count,
            now,
            known,
            borrowed: false,
            refusals: 0,
            pauses: 0,
            rng: fastrand::Rng::with_seed(seed),
        }
    }

    /// Returns the guest who claims a seat.
    #[must_use]
    pub fn guest(&self) -> GuestId {
        self.guest
    }

    /// Returns the guest's home bucket.
    #[must_use]
    pub fn home(&self) -> BucketNo {
        self.home
    }

    /// Returns the time of the claim, in milliseconds since 1970.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.now
    }

    /// Returns the latest availability that the claim has seen, so that the next caller's claim can begin with it.
    #[must_use]
    pub fn into_known(self) -> Option<Availability> {
        self.known
    }

    /// Whether the claim took a seat from a donor.
    #[must_use]
    pub fn has_borrowed(&self) -> bool {
        self.borrowed
    }

    /// Whether writes by other callers forced the claim to try again.
    #[must_use]
    pub fn tried_again(&self) -> bool {
        self.pauses > 0 || self.refusals > 0
    }

    /// Returns the first step of the claim.
    #[must_use]
    pub fn start(&self) -> ClaimStep {
        match &self.known {
            // Seats become free only after a cancellation or an increase of the capacity. So if no seat was free a moment ago,
            // a read of the home bucket is enough.
            Some(known) if known.total_free() == 0 => ClaimStep::ReadHome,
            _ => ClaimStep::Claim,
        }
    }

    /// Takes the result `answer` of the last step, and returns the next step of the claim.
    pub fn advance(&mut self, answer: ClaimReply) -> ClaimStep {
        match answer {
            ClaimReply::Claimed { rev } => {
                ClaimStep::Done(ClaimOutcome::Confirmed(SeatRev::Written(rev)))
            }
            ClaimReply::Borrowed => {
                self.borrowed = true;
                ClaimStep::ReadHome
            }
            ClaimReply::ClaimRefused(home) => {
                self.judge_home(&home).unwrap_or_else(|| self.find_donor())
            }
            ClaimReply::BorrowRefused { home, donor } => {
                self.refusals += 1;
                if let Some(donor) = donor {
                    self.update(&donor);
                }
                home.and_then(|home| self.judge_home(&home))
                    .unwrap_or_else(|| self.find_donor())
            }
            ClaimReply::Conflict => {
                self.pauses += 1;
                if self.pauses > MAX_PAUSES {
                    ClaimStep::Done(ClaimOutcome::Contended)
                } else {
                    ClaimStep::Pause {
                        attempt: self.pauses,
                    }
                }
            }
            ClaimReply::Availability(seen) => {
                let known = self.known.get_or_insert_default();
                for (no, counts) in seen.truncated(self.count).iter() {
                    known.update(no, counts);
                }
                self.find_donor()
            }
            ClaimReply::Home(home) => match self.judge_home(&home) {
                Some(step) => step,
                // The home bucket does not contain the guest, although the claim has borrowed a seat. So somebody cancelled the
                // registration between the transaction and this read.
                None if self.borrowed => ClaimStep::Done(ClaimOutcome::Contended),
                None if home.free > 0 => self.take_up(),
                None => ClaimStep::Done(ClaimOutcome::SoldOut),
            },
            ClaimReply::Paused => self.find_donor(),
        }
    }

    /// Returns the final step if the home bucket contains the guest or accepts no guests. Otherwise returns `None`.
    fn judge_home(&mut self, home: &Bucket) -> Option<ClaimStep> {
        self.update(home);
        if home.has(self.guest) {
            let rev = SeatRev::Seen(home.rev);
            Some(ClaimStep::Done(if self.borrowed {
                ClaimOutcome::Confirmed(rev)
            } else {
                ClaimOutcome::AlreadyConfirmed(rev)
            }))
        } else if !home.terms.admit(self.now) {
            Some(ClaimStep::Done(ClaimOutcome::Closed))
        } else {
            None
        }
    }

    fn update(&mut self, bucket: &Bucket) {
        if let Some(known) = &mut self.known {
            known.update(bucket.no, BucketCounts::from(bucket));
        }
    }

    /// Returns the step that tries the home bucket again, because this bucket seems to have a free seat.
    fn take_up(&mut self) -> ClaimStep {
        self.refusals += 1;
        if self.refusals > MAX_REFUSALS {
            ClaimStep::Done(ClaimOutcome::Contended)
        } else {
            ClaimStep::Claim
        }
    }

    /// Chooses two random buckets with free seats. The donor is the one of them that has more free seats. If every caller chose
    /// the bucket with the most free seats, all of them would choose the same bucket. If every caller chose one bucket at
    /// random, the buckets would empty unevenly (Mitzenmacher, "The power of two choices in randomized load balancing", 2001).
    fn find_donor(&mut self) -> ClaimStep {
        if self.refusals > MAX_REFUSALS {
            return ClaimStep::Done(ClaimOutcome::Contended);
        }
        let Some(known) = &self.known else {
            return ClaimStep::ReadAvailability;
        };
        if self.refusals > 0 && self.refusals.is_multiple_of(REFUSALS_PER_LOOK) {
            self.refusals += 1;
            return ClaimStep::ReadAvailability;
        }
        if known.free(self.home) > 0 {
            return self.take_up();
        }
        let donors: Vec<BucketNo> = (0..self.count).filter(|no| known.free(*no) > 0).collect();
        if donors.is_empty() {
            return ClaimStep::ReadHome;
        }
        let [first, second] = [0, 1].map(|_| donors[self.rng.usize(..donors.len())]);
        let donor = if known.free(second) > known.free(first) {
            second
        } else {
            first
        };
        ClaimStep::Borrow { donor }
    }
}
