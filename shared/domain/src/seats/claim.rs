//! A state machine that claims a seat. It gets the result of the last call to the table and returns the next call.
//!
//! It makes no call itself, so that the function, the tests and a simulator drive the same code:
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

/// The next call to the table, or the outcome.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    /// One conditional write: take a free seat of the home bucket.
    Claim,
    /// One transaction: a seat leaves `donor`, and the guest is added at home.
    Borrow {
        /// The bucket that gives the seat.
        donor: BucketNo,
    },
    /// Read the event's availability, consistently.
    ReadAvailability,
    /// Read the home bucket, consistently.
    ReadHome,
    /// Wait a little. The wait grows with `attempt`, which counts from 1.
    Pause {
        /// Pauses so far, this one included.
        attempt: u32,
    },
    /// The machine has ended, with this outcome.
    Done(Outcome),
}

/// The result of a step.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Answer {
    /// A seat of the home bucket was taken.
    Claimed {
        /// The revision of the home bucket by this write.
        rev: u64,
    },
    /// A donor's seat was taken. A transaction does not return the revision that it made.
    Borrowed,
    /// The demands failed for the home bucket, which is in this state.
    ClaimRefused(Bucket),
    /// Demands of the transaction failed; nothing was written.
    BorrowRefused {
        /// The stored home bucket, if its demands failed.
        home: Option<Bucket>,
        /// The stored donor, if its demands failed.
        donor: Option<Bucket>,
    },
    /// Another transaction held one of the items; nothing was written.
    Conflict,
    /// The availability.
    Availability(Availability),
    /// The home bucket.
    Home(Bucket),
    /// The pause is over.
    Paused,
}

/// The revision of the home bucket with which a guest got or lost a seat, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SeatRev {
    /// The write made this revision.
    Written(u64),
    /// The result was seen at this revision; the write made it or an earlier one.
    Seen(u64),
}

impl SeatRev {
    /// Returns the revision.
    #[must_use]
    pub fn get(self) -> u64 {
        match self {
            Self::Written(rev) | Self::Seen(rev) => rev,
        }
    }
}

/// The outcome of a claim.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The caller has a seat by this claim.
    Confirmed(SeatRev),
    /// The caller had a seat already.
    AlreadyConfirmed(SeatRev),
    /// No seat is free, and the caller has no seat.
    SoldOut,
    /// The buckets do not take guests at this time.
    Closed,
    /// Seats seem to be free, but other callers were faster too often. The caller may try again.
    Contended,
}

/// The number of refused borrowings after which the machine gives up. The caller may try again later.
const MAX_REFUSALS: u32 = 24;
/// The number of refused borrowings after which the availability is read again.
const REFUSALS_PER_LOOK: u32 = 6;
/// The number of conflicts with other transactions after which the machine gives up. The caller may try again later.
const MAX_PAUSES: u32 = 8;

/// One caller's claim.
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

/// A model checker distinguishes states by their hashes.
impl Hash for Claim {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.guest, self.home, self.count, self.now, &self.known).hash(state);
        (self.borrowed, self.refusals, self.pauses).hash(state);
        self.rng.get_seed().hash(state);
    }
}

impl Claim {
    /// Begins a claim of `guest`, whose home is `home` of `count` buckets, at `now` (milliseconds since 1970).
    ///
    /// `known` is the availability that the function remembers, at most a second or two old. `seed` decides between
    /// donors.
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

    /// Returns the guest who claims.
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

    /// Returns the availability that the claim has seen, to be remembered for the next claim.
    #[must_use]
    pub fn into_known(self) -> Option<Availability> {
        self.known
    }

    /// Whether a donor's seat was taken.
    #[must_use]
    pub fn has_borrowed(&self) -> bool {
        self.borrowed
    }

    /// Whether writes of others made the claim try again.
    #[must_use]
    pub fn tried_again(&self) -> bool {
        self.pauses > 0 || self.refusals > 0
    }

    /// Returns the first step.
    #[must_use]
    pub fn start(&self) -> Step {
        match &self.known {
            // Seats become free only after a cancellation or a raise of the capacity. So if no free seat is known, a read is
            // enough.
            Some(known) if known.total_free() == 0 => Step::ReadHome,
            _ => Step::Claim,
        }
    }

    /// Returns the step after `answer`.
    pub fn advance(&mut self, answer: Answer) -> Step {
        match answer {
            Answer::Claimed { rev } => Step::Done(Outcome::Confirmed(SeatRev::Written(rev))),
            Answer::Borrowed => {
                self.borrowed = true;
                Step::ReadHome
            }
            Answer::ClaimRefused(home) => {
                self.judge_home(&home).unwrap_or_else(|| self.find_donor())
            }
            Answer::BorrowRefused { home, donor } => {
                self.refusals += 1;
                if let Some(donor) = donor {
                    self.learn(&donor);
                }
                home.and_then(|home| self.judge_home(&home))
                    .unwrap_or_else(|| self.find_donor())
            }
            Answer::Conflict => {
                self.pauses += 1;
                if self.pauses > MAX_PAUSES {
                    Step::Done(Outcome::Contended)
                } else {
                    Step::Pause {
                        attempt: self.pauses,
                    }
                }
            }
            Answer::Availability(seen) => {
                let known = self.known.get_or_insert_default();
                for (no, counts) in seen.truncated(self.count).iter() {
                    known.learn(no, counts);
                }
                self.find_donor()
            }
            Answer::Home(home) => match self.judge_home(&home) {
                Some(step) => step,
                // The caller or the organizer cancelled the seat before this read.
                None if self.borrowed => Step::Done(Outcome::Contended),
                None if home.free > 0 => self.take_up(),
                None => Step::Done(Outcome::SoldOut),
            },
            Answer::Paused => self.find_donor(),
        }
    }

    /// Returns the last step, if the home bucket has the guest or takes no guests; `None` otherwise.
    fn judge_home(&mut self, home: &Bucket) -> Option<Step> {
        self.learn(home);
        if home.has(self.guest) {
            let rev = SeatRev::Seen(home.rev);
            Some(Step::Done(if self.borrowed {
                Outcome::Confirmed(rev)
            } else {
                Outcome::AlreadyConfirmed(rev)
            }))
        } else if !home.terms.admit(self.now) {
            Some(Step::Done(Outcome::Closed))
        } else {
            None
        }
    }

    fn learn(&mut self, bucket: &Bucket) {
        if let Some(known) = &mut self.known {
            known.learn(bucket.no, BucketCounts::from(bucket));
        }
    }

    /// Claims at home once more, because a free seat was seen there.
    fn take_up(&mut self) -> Step {
        self.refusals += 1;
        if self.refusals > MAX_REFUSALS {
            Step::Done(Outcome::Contended)
        } else {
            Step::Claim
        }
    }

    /// Chooses the better of two random buckets with free seats. The best of all would be the same for every caller, and a
    /// single random one would empty the buckets unevenly (Mitzenmacher, "The power of two choices in randomized load
    /// balancing", 2001).
    fn find_donor(&mut self) -> Step {
        if self.refusals > MAX_REFUSALS {
            return Step::Done(Outcome::Contended);
        }
        let Some(known) = &self.known else {
            return Step::ReadAvailability;
        };
        if self.refusals > 0 && self.refusals.is_multiple_of(REFUSALS_PER_LOOK) {
            self.refusals += 1;
            return Step::ReadAvailability;
        }
        if known.free(self.home) > 0 {
            return self.take_up();
        }
        let donors: Vec<BucketNo> = (0..self.count).filter(|no| known.free(*no) > 0).collect();
        if donors.is_empty() {
            return Step::ReadHome;
        }
        let [first, second] = [0, 1].map(|_| donors[self.rng.usize(..donors.len())]);
        let donor = if known.free(second) > known.free(first) {
            second
        } else {
            first
        };
        Step::Borrow { donor }
    }
}
