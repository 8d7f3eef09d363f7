//! Promotion: seats that were given back go to the head of the waitlist, or become free if nobody waits. It is a state machine
//! like [`claim::Claim`](super::claim::Claim). The relay runs it whenever a seat may have been given back or a user may have
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
//! The order is strict: a run reads the head alone, and promotes only the head that it read. The caller first adds the changes
//! from the stream to the availability, then reads the whole availability, then the head. A user who joins writes the place
//! before the relay reads the availability because of that place. So if a seat is given back and a user joins at the same
//! moment, one side sees the other.
//!
//! A place of an erased account is given up, as its holder would have done, and the next place becomes the head. The promotion
//! does not demand that the account exists. If an account is erased after it was read, it gets the seat, and the relay gives
//! the seat back like every seat of an erased account (`docs/decisions/0023`).

use super::{
    availability::{Availability, BucketCounts},
    bucket::{Bucket, BucketNo, SeatKind, home},
    claim::SeatRev,
    leave,
    waitlist::Entry,
};
use crate::id::{EventId, GuestId};

/// One promotion, which one transaction writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Move {
    /// The place of the guest who gets the seat. The place must exist, and the registration must name it.
    pub entry: Entry,
    /// The guest's home bucket.
    pub home: BucketNo,
    /// The revision that the home bucket must have. The transaction raises it by one.
    pub rev: u64,
    /// The bucket that gives the seat, perhaps the home bucket itself. It must have such a seat.
    pub source: BucketNo,
    /// The kind of the seat.
    pub seat: SeatKind,
}

/// The next call to the table, or the outcome.
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
    /// The account of the head is erased. One transaction: the place is deleted, and the registration that names it is
    /// cancelled.
    GiveUp {
        /// The place.
        entry: Entry,
    },
    /// Delete a place of a user who does not wait any more: the process that registered the user for a free seat ended before
    /// it deleted the place.
    Strike {
        /// The place.
        entry: Entry,
        /// The revision of the home bucket at which the guest was seen with a seat, if so. The seat is recorded in the
        /// registration before the place is deleted.
        seat: Option<SeatRev>,
    },
    /// Make held seats free: of each bucket this number, if the bucket still holds as many.
    Release(Vec<(BucketNo, u32)>),
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
    /// Demands of the transaction failed; nothing was written.
    Refused {
        /// The bucket that was to give the seat, if it has no such seat.
        source: Option<Bucket>,
        /// Whether the registration does not name this place. It never will again, because place and registration are written
        /// together.
        obsolete: bool,
        /// Whether the home bucket or the place had changed.
        stale: bool,
    },
    /// The place is deleted.
    Struck,
    /// The place of the erased account is given up.
    GivenUp,
    /// Another transaction held one of the items; nothing was written.
    Conflict,
    /// The seats that were still held are free.
    Released,
    /// The pause is over.
    Paused,
}

impl Answer {
    /// Returns the answer to [`Step::GiveUp`] from the answer to giving the place up.
    #[must_use]
    pub fn of_give_up(answer: &leave::Answer) -> Self {
        match answer {
            leave::Answer::GivenUp => Self::GivenUp,
            leave::Answer::Conflict => Self::Conflict,
            // The registration does not name this place.
            leave::Answer::Refused
            | leave::Answer::Removed(_)
            | leave::Answer::NotOnList(_)
            | leave::Answer::Registration(_)
            | leave::Answer::Paused => Self::Refused {
                source: None,
                obsolete: true,
                stale: false,
            },
        }
    }
}

/// The outcome of a run of promotions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Nobody waits, or no seat is left to give.
    Settled,
    /// Somebody waits, but registration has closed; seats stay held.
    Closed,
    /// The run reached its limit of promotions. Its writes bring the relay back.
    Unfinished,
    /// Other processes kept changing the same items; the run must be repeated.
    Contended,
}

/// The number of refusals and conflicts after which the run is given up.
const MAX_TRIES: u32 = 16;
/// The maximum number of promotions of one run, so that it ends well before the function's time limit.
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
    /// Begins a run over the waitlist of `event`, which has `count` buckets, at `now` (milliseconds since 1970). `known` is the
    /// availability, which the caller has just read, consistently.
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

    /// Whether there may be anything to do: a seat was given back, or a user waits beside a free one.
    #[must_use]
    pub fn is_due(known: &Availability) -> bool {
        known.total_held() > 0 || (known.waitlisted > 0 && known.total_free() > 0)
    }

    /// Returns the event.
    #[must_use]
    pub fn event(&self) -> EventId {
        self.event
    }

    /// Returns the guests whom this run promoted, in order.
    #[must_use]
    pub fn promoted(&self) -> &[GuestId] {
        &self.promoted
    }

    /// Returns the first step.
    #[must_use]
    pub fn start(&self) -> Step {
        Step::ReadHead
    }

    /// Returns the step after `answer`.
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

    /// Promotes the head. Held seats go before free ones, and a seat of the home bucket before others, because the transaction
    /// is smaller then.
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

    /// Counts the seat that was given and the guest, for the next promotion of this run.
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
