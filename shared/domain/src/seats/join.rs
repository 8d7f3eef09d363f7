//! A state machine that adds a caller to the waitlist. It works like [`claim::Claim`](super::claim::Claim).
//!
//! ```text
//! start ──► ReadHome ──► has a seat ─► AlreadyConfirmed      a seat is free ─► SeatsAvailable
//!             ▲  │ neither, and no other bucket is known to have a free seat
//!             │  ▼
//!             └─ Enqueue: if the home bucket is as it was read, and the caller is not waiting ──► Waitlisted
//! ```
//!
//! A caller who is already on the waitlist gets the existing place. If the registration has an earlier revision than the home
//! bucket that was read, the registration first gets the revision of the home bucket (`Affirm`). Without this step, a delayed
//! write could cancel the registration and, with it, the place. Such a write records the loss of a seat that the caller got and
//! lost after the registration's revision.
//!
//! One transaction writes the place and the registration that names it, on the condition that the home bucket still has the
//! revision that was read. So nobody can have a place and a seat at the same time, and the registration stores the home
//! bucket's revision at which the registration became correct.

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

/// The next call to the table, or the outcome of joining.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum JoinStep {
    /// Reads the home bucket with a strongly consistent read.
    ReadHome,
    /// Reads the event's availability with a strongly consistent read.
    ReadAvailability,
    /// Reads another bucket with a strongly consistent read.
    ReadBucket {
        /// The number of the bucket to read.
        no: BucketNo,
    },
    /// One transaction: creates the place on the waitlist and stores its id in the registration. The transaction is refused if
    /// the home bucket has another revision, or if the registration has a later revision or is already waitlisted.
    Enqueue {
        /// The revision that the home bucket must have.
        rev: u64,
    },
    /// One transaction: sets the registration's revision to `rev`. The transaction is refused if the home bucket has another
    /// revision, or if the registration does not name the place `entry` any more.
    Affirm {
        /// The id of the caller's place.
        entry: EntryId,
        /// The revision that the home bucket must have.
        rev: u64,
    },
    /// Waits a short time before the next call to the table. A higher `attempt` means a longer wait.
    Pause {
        /// The number of refusals and conflicts so far, at least 1.
        attempt: u32,
    },
    /// The attempt to join the waitlist has ended with this outcome.
    Done(JoinOutcome),
}

/// The result of one step of joining the waitlist.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum JoinReply {
    /// The home bucket that [`JoinStep::ReadHome`] has read.
    Home(Bucket),
    /// The availability that [`JoinStep::ReadAvailability`] has read.
    Availability(Availability),
    /// The bucket that [`JoinStep::ReadBucket`] has read.
    Bucket(Bucket),
    /// The caller is now on the waitlist.
    Enqueued,
    /// The registration names this place, and now has the revision at which the home bucket was read.
    Affirmed(EntryId),
    /// The conditions of the transaction of [`JoinStep::Enqueue`] or [`JoinStep::Affirm`] failed, so nothing was written.
    Refused {
        /// The caller's registration as it is stored, if its conditions failed when the transaction tried to create a place.
        registration: Option<Registration>,
    },
    /// Another transaction was changing an item of this transaction at the same time, so nothing was written.
    Conflict,
    /// The wait before the next call to the table has ended.
    Paused,
}

/// The outcome of joining the waitlist.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum JoinOutcome {
    /// This call put the caller on the waitlist.
    Waitlisted,
    /// The caller already had this place on the waitlist.
    AlreadyWaitlisted(EntryId),
    /// The caller has a seat.
    AlreadyConfirmed(SeatRev),
    /// Some seats are free, so the caller should register instead.
    SeatsAvailable,
    /// Registration is not open.
    Closed,
    /// The home bucket changed too many times while the caller tried to join. The caller may try again.
    Contended,
}

/// The maximum number of refused transactions and conflicts in one attempt to join the waitlist. After more of them, the
/// machine ends with [`JoinOutcome::Contended`], and the caller may try again later.
const MAX_TRIES: u32 = 8;
/// The maximum number of buckets that are read because the availability shows free seats there. After that many reads, the
/// caller may join the waitlist even if the availability shows more free seats.
const MAX_LOOKS: u32 = 4;

/// The state of one caller who joins the waitlist.
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
    /// Begins to add `guest` to the waitlist at the time `now` (milliseconds since 1970). The event has `count` buckets, and
    /// `home` is the home bucket of `guest`. `known` is the availability that the function has in memory, which is at most one
    /// or two seconds old.
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
            // If `known` shows a free seat, that seat may be taken by now. So this is no reason to refuse the caller, and the
            // machine reads the availability itself.
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

    /// Returns the guest who wants to join the waitlist.
    #[must_use]
    pub fn guest(&self) -> GuestId {
        self.guest
    }

    /// Returns the caller's home bucket.
    #[must_use]
    pub fn home(&self) -> BucketNo {
        self.home
    }

    /// Returns the first step of joining the waitlist.
    #[must_use]
    pub fn start(&self) -> JoinStep {
        JoinStep::ReadHome
    }

    /// Takes the result `answer` of the last step, and returns the next step of joining the waitlist.
    pub fn advance(&mut self, answer: JoinReply) -> JoinStep {
        match answer {
            JoinReply::Home(home) => {
                if home.has(self.guest) {
                    return JoinStep::Done(JoinOutcome::AlreadyConfirmed(SeatRev::Seen(home.rev)));
                }
                if !home.terms.admit(self.now) {
                    return JoinStep::Done(JoinOutcome::Closed);
                }
                if home.free > 0 {
                    return JoinStep::Done(JoinOutcome::SeatsAvailable);
                }
                self.rev = home.rev;
                self.update(&home);
                self.look_or_enqueue()
            }
            JoinReply::Availability(seen) => {
                self.known = Some(seen.truncated(self.count));
                self.look_or_enqueue()
            }
            JoinReply::Bucket(bucket) => {
                if bucket.free > 0 && bucket.terms.admit(self.now) {
                    return JoinStep::Done(JoinOutcome::SeatsAvailable);
                }
                self.looks += 1;
                self.update(&bucket);
                self.look_or_enqueue()
            }
            JoinReply::Enqueued => JoinStep::Done(JoinOutcome::Waitlisted),
            JoinReply::Affirmed(entry) => JoinStep::Done(JoinOutcome::AlreadyWaitlisted(entry)),
            JoinReply::Refused { registration } => match registration {
                Some(Registration {
                    status: RegistrationStatus::Waitlisted,
                    entry_id: Some(entry),
                    rev,
                    ..
                }) if rev >= self.rev => JoinStep::Done(JoinOutcome::AlreadyWaitlisted(entry)),
                Some(Registration {
                    status: RegistrationStatus::Waitlisted,
                    entry_id: Some(entry),
                    ..
                }) => JoinStep::Affirm {
                    entry,
                    rev: self.rev,
                },
                _ => self.try_again(JoinStep::ReadHome),
            },
            JoinReply::Conflict => {
                let attempt = self.tries + 1;
                self.try_again(JoinStep::Pause { attempt })
            }
            JoinReply::Paused => JoinStep::ReadHome,
        }
    }

    fn try_again(&mut self, step: JoinStep) -> JoinStep {
        self.tries += 1;
        if self.tries > MAX_TRIES {
            JoinStep::Done(JoinOutcome::Contended)
        } else {
            step
        }
    }

    fn update(&mut self, bucket: &Bucket) {
        if let Some(known) = &mut self.known {
            known.update(bucket.no, BucketCounts::from(bucket));
        }
    }

    fn look_or_enqueue(&self) -> JoinStep {
        let Some(known) = &self.known else {
            return JoinStep::ReadAvailability;
        };
        let fullest = known
            .iter()
            .filter(|(no, counts)| *no != self.home && counts.free > 0)
            .max_by_key(|(_, counts)| counts.free);
        match fullest {
            Some((no, _)) if self.looks < MAX_LOOKS => JoinStep::ReadBucket { no },
            _ => JoinStep::Enqueue { rev: self.rev },
        }
    }
}
