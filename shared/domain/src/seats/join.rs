//! Joining the waitlist: a state machine like [`claim::Claim`](super::claim::Claim).
//!
//! ```text
//! start ──► ReadHome ──► has a seat ─► AlreadyConfirmed      a seat is free ─► SeatsAvailable
//!             ▲  │ neither, and no other bucket is known to have a free seat
//!             │  ▼
//!             └─ Enqueue: if the home bucket is as it was read, and the caller is not waiting ──► Waitlisted
//! ```
//!
//! A caller who already waits gets the existing place. If the registration is of an earlier revision than the home bucket that
//! was read, it gets that revision first (`Affirm`). Otherwise a late record of a seat that the caller had and gave up in
//! between would cancel the registration, and with it the place.
//!
//! The place and the registration that names it are written in one transaction, on the condition that the home bucket still has
//! the revision that was read. So nobody can wait and have a seat, and the registration has the revision from which on it is
//! true.

use super::{
    availability::{Availability, BucketCounts},
    bucket::{Bucket, BucketNo},
    claim::SeatRev,
    waitlist::EntryId,
};
use crate::{
    id::GuestId,
    seats::registration::{Registration, RegistrationStatus},
};

/// The next call to the table, or the outcome.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    /// Read the home bucket, consistently.
    ReadHome,
    /// Read the event's availability, consistently.
    ReadAvailability,
    /// Read another bucket, consistently.
    ReadBucket {
        /// The bucket.
        no: BucketNo,
    },
    /// One transaction: the place on the waitlist is made, and the registration names it. The transaction is refused if the
    /// home bucket has another revision, or if the registration has a later revision or names a place already.
    Enqueue {
        /// The revision of the home bucket.
        rev: u64,
    },
    /// One transaction: the registration gets this revision. The transaction is refused if the home bucket has another
    /// revision, or if the registration does not name this place any more.
    Affirm {
        /// The place.
        entry: EntryId,
        /// The revision of the home bucket.
        rev: u64,
    },
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
    /// The home bucket.
    Home(Bucket),
    /// The availability.
    Availability(Availability),
    /// The other bucket.
    Bucket(Bucket),
    /// The caller waits.
    Enqueued,
    /// The registration, which names this place, has the revision that was read.
    Affirmed(EntryId),
    /// Demands of the transaction failed; nothing was written.
    Refused {
        /// The caller's registration, if its demands failed when a place was to be made.
        registration: Option<Registration>,
    },
    /// Another transaction held one of the items; nothing was written.
    Conflict,
    /// The pause is over.
    Paused,
}

/// The outcome of joining the waitlist.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The caller waits, by this call.
    Waitlisted,
    /// The caller was waiting already, at this place.
    AlreadyWaitlisted(EntryId),
    /// The caller has a seat.
    AlreadyConfirmed(SeatRev),
    /// There are free seats.
    SeatsAvailable,
    /// Registration is not open.
    Closed,
    /// The home bucket kept changing; the caller may try again.
    Contended,
}

/// The number of refusals and conflicts after which the machine gives up. The caller may try again later.
const MAX_TRIES: u32 = 8;
/// The number of buckets with free seats by the availability that are read before the caller may wait all the same.
const MAX_LOOKS: u32 = 4;

/// The state of one caller's joining.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Join {
    guest: GuestId,
    home: BucketNo,
    count: BucketNo,
    now: i64,
    known: Option<Availability>,
    rev: u64,
    looks: u32,
    tries: u32,
}

impl Join {
    /// Begins the joining of `guest`, whose home is `home` of `count` buckets, at `now` (milliseconds since 1970). `known` is
    /// the availability that the function remembers, at most a second or two old.
    #[must_use]
    pub fn new(
        guest: GuestId,
        home: BucketNo,
        count: BucketNo,
        now: i64,
        known: Option<Availability>,
    ) -> Self {
        let known = known
            .map(|known| known.truncated(count))
            // A seat that looked free may be taken by now, so it is no reason to refuse the caller.
            .filter(|known| known.total_free() == 0);
        Self {
            guest,
            home,
            count,
            now,
            known,
            rev: 0,
            looks: 0,
            tries: 0,
        }
    }

    /// Returns the guest who wants to wait.
    #[must_use]
    pub fn guest(&self) -> GuestId {
        self.guest
    }

    /// Returns the caller's home bucket.
    #[must_use]
    pub fn home(&self) -> BucketNo {
        self.home
    }

    /// Returns the first step.
    #[must_use]
    pub fn start(&self) -> Step {
        Step::ReadHome
    }

    /// Returns the step after `answer`.
    pub fn advance(&mut self, answer: Answer) -> Step {
        match answer {
            Answer::Home(home) => {
                if home.has(self.guest) {
                    return Step::Done(Outcome::AlreadyConfirmed(SeatRev::Seen(home.rev)));
                }
                if !home.terms.admit(self.now) {
                    return Step::Done(Outcome::Closed);
                }
                if home.free > 0 {
                    return Step::Done(Outcome::SeatsAvailable);
                }
                self.rev = home.rev;
                self.learn(&home);
                self.look_or_enqueue()
            }
            Answer::Availability(seen) => {
                self.known = Some(seen.truncated(self.count));
                self.look_or_enqueue()
            }
            Answer::Bucket(bucket) => {
                if bucket.free > 0 && bucket.terms.admit(self.now) {
                    return Step::Done(Outcome::SeatsAvailable);
                }
                self.looks += 1;
                self.learn(&bucket);
                self.look_or_enqueue()
            }
            Answer::Enqueued => Step::Done(Outcome::Waitlisted),
            Answer::Affirmed(entry) => Step::Done(Outcome::AlreadyWaitlisted(entry)),
            Answer::Refused { registration } => match registration {
                Some(Registration {
                    status: RegistrationStatus::Waitlisted,
                    entry_id: Some(entry),
                    rev,
                    ..
                }) if rev >= self.rev => Step::Done(Outcome::AlreadyWaitlisted(entry)),
                Some(Registration {
                    status: RegistrationStatus::Waitlisted,
                    entry_id: Some(entry),
                    ..
                }) => Step::Affirm {
                    entry,
                    rev: self.rev,
                },
                _ => self.try_again(Step::ReadHome),
            },
            Answer::Conflict => {
                let attempt = self.tries + 1;
                self.try_again(Step::Pause { attempt })
            }
            Answer::Paused => Step::ReadHome,
        }
    }

    fn try_again(&mut self, step: Step) -> Step {
        self.tries += 1;
        if self.tries > MAX_TRIES {
            Step::Done(Outcome::Contended)
        } else {
            step
        }
    }

    fn learn(&mut self, bucket: &Bucket) {
        if let Some(known) = &mut self.known {
            known.learn(bucket.no, BucketCounts::from(bucket));
        }
    }

    fn look_or_enqueue(&self) -> Step {
        let Some(known) = &self.known else {
            return Step::ReadAvailability;
        };
        let fullest = known
            .iter()
            .filter(|(no, counts)| *no != self.home && counts.free > 0)
            .max_by_key(|(_, counts)| counts.free);
        match fullest {
            Some((no, _)) if self.looks < MAX_LOOKS => Step::ReadBucket { no },
            _ => Step::Enqueue { rev: self.rev },
        }
    }
}
