//! Joining the waitlist: a state machine like [`claim::Claim`](super::claim::Claim).
//!
//! ```text
//! start ──► ReadHome ──► has a seat ─► AlreadyConfirmed      a seat is free ─► SeatsAvailable
//!             ▲  │ neither, and no other bucket is known to have a free seat
//!             │  ▼
//!             └─ Enqueue: if the home bucket is as it was read, and the caller is not waiting ──► Waitlisted
//! ```
//!
//! Who waits already is told so when the registration is known to be true: if it is of an earlier revision than the home
//! bucket as it was read, that one is noted first (`Affirm`). Otherwise news of a seat that was had and given up in between,
//! and that the registration has yet to hear of, would take the place away.
//!
//! The place, and the registration that tells of it, are written in one transaction, on the condition that the home
//! bucket still has the revision that was read: so nobody can wait and have a seat, and the registration item
//! knows the revision from which on it is true.

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

/// What to do next.
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
    /// One transaction: the place on the waitlist is made; the caller's registration says so, unless it tells of
    /// a later revision of the home bucket or of a place; and the home bucket has this revision.
    Enqueue {
        /// Revision of the home bucket.
        rev: u64,
    },
    /// One transaction: the caller's registration, if it still tells of this place, is of this revision of the home
    /// bucket; and the home bucket has it.
    Affirm {
        /// The place.
        entry: EntryId,
        /// Revision of the home bucket.
        rev: u64,
    },
    /// Wait a little, the longer the higher `attempt`, counted from 1.
    Pause {
        /// Pauses so far, this one included.
        attempt: u32,
    },
    /// The answer.
    Done(Outcome),
}

/// What a step brought.
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
    /// The registration of who waits at this place is of the revision that was read.
    Affirmed(EntryId),
    /// The transaction's conditions failed.
    Refused {
        /// The caller's registration, if its condition failed when a place was to be made.
        registration: Option<Registration>,
    },
    /// Another transaction held one of the items; nothing was written.
    Conflict,
    /// The pause is over.
    Paused,
}

/// How joining ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The caller waits, by this very call.
    Waitlisted,
    /// The caller was waiting, at this place.
    AlreadyWaitlisted(EntryId),
    /// The caller has a seat.
    AlreadyConfirmed(SeatRev),
    /// There are seats: no need to wait.
    SeatsAvailable,
    /// Registration is not open.
    Closed,
    /// The home bucket kept changing. Worth another try.
    Contended,
}

/// Refusals and conflicts after which the caller is told to come back.
const MAX_TRIES: u32 = 8;
/// Buckets that are looked at, whose availability tells of free seats, before the caller may wait all the same.
const MAX_LOOKS: u32 = 4;

/// One caller's way to the waitlist.
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
    /// `guest`, whose home is `home` of `count` buckets, wants to wait at `now` (milliseconds since 1970).
    /// `known` is what the function remembers of the event, at most a second or two old.
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
            // What looked free may be taken by now, and would send the caller away for nothing.
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

    /// Who wants to wait.
    #[must_use]
    pub fn guest(&self) -> GuestId {
        self.guest
    }

    /// The caller's home bucket.
    #[must_use]
    pub fn home(&self) -> BucketNo {
        self.home
    }

    /// The first step.
    #[must_use]
    pub fn start(&self) -> Step {
        Step::ReadHome
    }

    /// The step after `answer`.
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
