//! Promotion: seats given back go to the head of the waitlist, or to everybody if nobody waits. A state machine like
//! [`claim::Claim`](super::claim::Claim), run by the relay whenever a seat may have been given back or somebody may have
//! joined.
//!
//! ```text
//!   ┌──────────────────────────────────────────────────────────────────────────────┐
//!   ▼                                                                              │
//! ReadHead ──► nobody waits ──► Release held seats ──► Settled                     │
//!   │ head                                                                         │
//!   ▼                                                                              │
//! ReadHome ──► has a seat already ──► Strike ─────────────────────────────────────►│
//!   │  │ the account is erased ──► GiveUp ────────────────────────────────────────►│
//!   │  │ registration closed ──► Closed                                            │
//!   ▼  no seat is known ──► Settled                                                │
//! Promote: a seat, the guest, the place and the registration in one transaction ──►┘
//! ```
//!
//! The order is strict: only who was seen at the head can be promoted, and only the head is ever seen. The caller
//! reads the availability, all of it, *after* having written what it learned from the stream, and the head after that; whoever joins
//! writes the place before the relay reads the availability on their behalf. So of a seat given back and a join at the
//! same moment, one side sees the other.
//!
//! A place whose account is erased is given up, as its holder would have done, and the next in line is the head. Whether the
//! account exists is not a condition of the promotion: an account that is erased between the look and the promotion gets the
//! seat, and the relay gives that back as it does with every seat of an erased account (`docs/decisions/0023`).

use super::{
    availability::{Availability, BucketCounts},
    bucket::{Bucket, BucketNo, SeatKind, home},
    claim::SeatRev,
    waitlist::Entry,
};
use crate::id::{EventId, GuestId};

/// A promotion, as one transaction writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Move {
    /// Who gets the seat: must still be waiting at this place, and the registration must say so.
    pub entry: Entry,
    /// The guest's home bucket.
    pub home: BucketNo,
    /// The revision that it must have; the transaction raises it by one.
    pub rev: u64,
    /// The bucket that gives the seat, perhaps the home bucket itself; it must have such a seat.
    pub source: BucketNo,
    /// Which seat.
    pub seat: SeatKind,
}

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    /// Read the head of the waitlist, consistently.
    ReadHead,
    /// Read the home bucket of the head, and whether the head's account exists, both consistently.
    ReadHome {
        /// The bucket.
        no: BucketNo,
        /// The guest at the head.
        guest: GuestId,
    },
    /// Promote the head.
    Promote(Move),
    /// The account of the head is erased. One transaction: the place is deleted, and the registration that tells of it is
    /// cancelled.
    GiveUp {
        /// The place.
        entry: Entry,
    },
    /// Delete a place of somebody who does not wait any more: who registered for a free seat and died before the place
    /// was deleted.
    Strike {
        /// The place.
        entry: Entry,
        /// The guest has a seat, seen at this revision of the home bucket: before the place is deleted, the registration
        /// is told, if it does not know.
        seat: Option<SeatRev>,
    },
    /// Make held seats free; of each bucket as many, if as many are held.
    Release(Vec<(BucketNo, u32)>),
    /// Wait a little, the longer the higher `attempt`, counted from 1.
    Pause {
        /// Pauses so far, this one included.
        attempt: u32,
    },
    /// Nothing more.
    Done(Outcome),
}

/// What a step brought.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Answer {
    /// The head of the waitlist, if anybody waits.
    Head(Option<Entry>),
    /// The home bucket of the head, and whether the head's account exists.
    Home {
        /// The bucket.
        home: Bucket,
        /// Whether the account exists.
        has_account: bool,
    },
    /// The head has a seat.
    Promoted,
    /// The transaction's conditions failed.
    Refused {
        /// The source, if it has no such seat.
        source: Option<Bucket>,
        /// The registration does not tell of this place: it never will again, for both are written together.
        obsolete: bool,
        /// The home bucket or the place had changed.
        stale: bool,
    },
    /// The place is deleted.
    Struck,
    /// The place of the erased account is given up.
    GivenUp,
    /// Another transaction held one of the items; nothing was written.
    Conflict,
    /// The seats are free, those that were still held.
    Released,
    /// The pause is over.
    Paused,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Nobody waits, or no seat is left to give.
    Settled,
    /// Somebody waits, but registration has closed; seats stay held.
    Closed,
    /// Enough for one run; its writes bring the relay back.
    Unfinished,
    /// Others kept changing the same items. Must be repeated.
    Contended,
}

/// Refusals and conflicts after which the run is given up.
const MAX_TRIES: u32 = 16;
/// Promotions of one run, so that it ends well before the function's time does.
pub const MAX_PROMOTIONS: usize = 50;

/// One run over an event's waitlist.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Promotion {
    event: EventId,
    count: BucketNo,
    now: i64,
    known: Availability,
    head: Option<Entry>,
    home: Option<Bucket>,
    moving: Option<Move>,
    promoted: Vec<GuestId>,
    tries: u32,
}

impl Promotion {
    /// A run over the waitlist of `event`, of `count` buckets, at `now` (milliseconds since 1970), with its availability
    /// just read, consistently.
    #[must_use]
    pub fn new(event: EventId, count: BucketNo, now: i64, known: Availability) -> Self {
        Self {
            event,
            count,
            now,
            known: known.truncated(count),
            head: None,
            home: None,
            moving: None,
            promoted: Vec::new(),
            tries: 0,
        }
    }

    /// Whether there may be anything to do: a seat was given back, or somebody waits beside a free one.
    #[must_use]
    pub fn is_due(known: &Availability) -> bool {
        known.total_held() > 0 || (known.waitlisted > 0 && known.total_free() > 0)
    }

    /// The event.
    #[must_use]
    pub fn event(&self) -> EventId {
        self.event
    }

    /// Who was promoted by this run, in order.
    #[must_use]
    pub fn promoted(&self) -> &[GuestId] {
        &self.promoted
    }

    /// The first step.
    #[must_use]
    pub fn start(&self) -> Step {
        Step::ReadHead
    }

    /// The step after `answer`.
    pub fn advance(&mut self, answer: Answer) -> Step {
        match answer {
            Answer::Head(None) => self.release(),
            Answer::Head(Some(head)) => {
                self.head = Some(head);
                Step::ReadHome {
                    no: home(self.event, head.guest, self.count),
                    guest: head.guest,
                }
            }
            Answer::Home { home, has_account } => {
                self.known.learn(home.no, BucketCounts::from(&home));
                let Some(entry) = self.head else {
                    return Step::ReadHead;
                };
                if home.has(entry.guest) {
                    return Step::Strike {
                        entry,
                        seat: Some(SeatRev::Seen(home.rev)),
                    };
                }
                if !has_account {
                    return Step::GiveUp { entry };
                }
                if !home.terms.promote(self.now) {
                    return Step::Done(Outcome::Closed);
                }
                self.home = Some(home);
                self.promote()
            }
            Answer::Promoted => {
                self.count_promotion();
                if self.promoted.len() >= MAX_PROMOTIONS {
                    Step::Done(Outcome::Unfinished)
                } else {
                    Step::ReadHead
                }
            }
            Answer::Refused {
                source,
                obsolete,
                stale,
            } => {
                if let Some(source) = source {
                    self.known.learn(source.no, BucketCounts::from(&source));
                }
                match self.head {
                    // The home bucket may have changed as well, but a newer look at it would lead here again.
                    Some(entry) if obsolete => Step::Strike { entry, seat: None },
                    _ if stale => self.try_again(Step::ReadHead),
                    _ => self.promote(),
                }
            }
            Answer::Conflict => {
                let attempt = self.tries + 1;
                self.try_again(Step::Pause { attempt })
            }
            Answer::Struck | Answer::GivenUp | Answer::Paused => Step::ReadHead,
            Answer::Released => Step::Done(Outcome::Settled),
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

    fn release(&self) -> Step {
        let held: Vec<_> = self
            .known
            .iter()
            .filter(|(_, counts)| counts.held > 0)
            .map(|(no, counts)| (no, counts.held))
            .collect();
        if held.is_empty() {
            Step::Done(Outcome::Settled)
        } else {
            Step::Release(held)
        }
    }

    /// Promotes the head by a seat of the home bucket, which makes the transaction smaller, or of any other; seats
    /// given back go first.
    fn promote(&mut self) -> Step {
        let (Some(entry), Some(home)) = (self.head, &self.home) else {
            return Step::ReadHead;
        };
        let has = |no, seat| {
            let counts = self.known.counts(no);
            match seat {
                SeatKind::Held => counts.held > 0,
                SeatKind::Free => counts.free > 0,
            }
        };
        let buckets = std::iter::once(home.no).chain(0..self.count);
        let found = [SeatKind::Held, SeatKind::Free]
            .into_iter()
            .find_map(|seat| {
                buckets
                    .clone()
                    .find(|no| has(*no, seat))
                    .map(|no| (no, seat))
            });
        let Some((source, seat)) = found else {
            return Step::Done(Outcome::Settled);
        };
        let moving = Move {
            entry,
            home: home.no,
            rev: home.rev,
            source,
            seat,
        };
        self.moving = Some(moving);
        Step::Promote(moving)
    }

    /// Takes in what the transaction did to the counts, so that the next promotion of this run looks elsewhere.
    fn count_promotion(&mut self) {
        let Some(Move {
            entry,
            home,
            source,
            seat,
            ..
        }) = self.moving.take()
        else {
            return;
        };
        let mut counts = self.known.counts(source);
        match seat {
            SeatKind::Held => counts.held -= 1,
            SeatKind::Free => counts.free -= 1,
        }
        counts.rev += 1;
        self.known.learn(source, counts);
        if home != source {
            let mut counts = self.known.counts(home);
            counts.guests += 1;
            counts.rev += 1;
            self.known.learn(home, counts);
        }
        self.promoted.push(entry.guest);
        (self.head, self.home) = (None, None);
    }
}
