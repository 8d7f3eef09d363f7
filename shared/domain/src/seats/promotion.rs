//! Promotion: gives held and free seats to the head of the waitlist, and makes held seats free if nobody waits. A promotion is
//! a state machine that works like [`claim::Claim`](super::claim::Claim). The relay runs the machine whenever a guest may have
//! given back a seat or a user may have joined the waitlist.
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
//! The order of the waitlist is strict: a run reads only the head, and promotes only the head that it read. The caller first
//! adds the changes from the stream to the availability, then reads the whole availability, and then the head. When a user
//! joins, the place is written first. The relay reads the availability only after the record of the place has arrived. So if a
//! seat is given back while a user joins, the relay runs for both changes, and at least one of these runs sees both the seat
//! and the place.
//!
//! If the account of the head was erased, the machine gives up the place, as its holder would have done, and the next place
//! becomes the head. The promotion itself has no condition on the account. So an account that is erased after it was read still
//! gets the seat. The relay then gives the seat back, as it does with every seat of an erased account (`docs/decisions/0023`).

use super::{
    availability::{Availability, BucketCounts},
    bucket::{Bucket, BucketNo, SeatKind, home},
    claim::SeatRev,
    leave::LeaveReply,
    waitlist::Entry,
};
use crate::id::{EventId, GuestId};

/// One promotion, which is written in one transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Move {
    /// The place of the guest who gets the seat. The promotion requires that the place exists and that the registration names
    /// it.
    pub entry: Entry,
    /// The number of the guest's home bucket.
    pub home: BucketNo,
    /// The revision that the home bucket must have. The transaction increases the revision by one.
    pub rev: u64,
    /// The number of the bucket that gives the seat, which may be the home bucket itself. This bucket must have a seat of the
    /// kind `seat`.
    pub source: BucketNo,
    /// The kind of seat that the guest gets.
    pub seat: SeatKind,
}

/// The next call to the table, or the outcome of the run of promotions.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PromotionStep {
    /// Reads the head of the waitlist with a strongly consistent read.
    ReadHead,
    /// Reads the home bucket of the head and whether the head's account exists. Both reads are strongly consistent.
    ReadHome {
        /// The number of the home bucket.
        no: BucketNo,
        /// The guest at the head of the waitlist.
        guest: GuestId,
    },
    /// Promotes the head of the waitlist.
    Promote(Move),
    /// The account of the head is erased. One transaction deletes the place and cancels the registration that names it.
    GiveUp {
        /// The place to give up.
        entry: Entry,
    },
    /// Deletes a place whose user does not wait any more. Such a place remains if a process gave the user a free seat, but
    /// ended before it deleted the place.
    Strike {
        /// The place to delete.
        entry: Entry,
        /// The home bucket's revision at which a read showed the guest in that bucket; `None` if no read showed the guest
        /// there. If there is a seat, it is recorded in the registration before the place is deleted.
        seat: Option<SeatRev>,
    },
    /// Makes held seats free: the given number of seats in each bucket, if the bucket still has at least this number of held
    /// seats.
    Release(Vec<(BucketNo, u32)>),
    /// Waits a short time before the next call to the table. A higher `attempt` means a longer wait.
    Pause {
        /// The number of refusals and conflicts so far, at least 1.
        attempt: u32,
    },
    /// The run of promotions has ended with this outcome.
    Done(PromotionOutcome),
}

/// The result of one step of a run of promotions.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum PromotionReply {
    /// The head of the waitlist, or `None` if nobody waits.
    Head(Option<Entry>),
    /// The home bucket of the head, and whether the head's account exists.
    Home {
        /// The home bucket of the head.
        home: Bucket,
        /// Whether the account of the head exists.
        has_account: bool,
    },
    /// The head of the waitlist got a seat.
    Promoted,
    /// The conditions of the transaction of [`PromotionStep::Promote`] or [`PromotionStep::GiveUp`] failed, so nothing was
    /// written.
    Refused {
        /// The bucket that should have given the seat, if it has no seat of the kind that was to be given.
        source: Option<Bucket>,
        /// Whether the registration does not name the place of the head. The registration will not name the place later either,
        /// because the place and the registration are always written in one transaction.
        obsolete: bool,
        /// Whether the home bucket or the place had changed after it was read.
        stale: bool,
    },
    /// The place of a user who does not wait any more is deleted.
    Struck,
    /// The place of the erased account was given up.
    GivenUp,
    /// Another transaction was changing an item of this write at the same time, so nothing was written.
    Conflict,
    /// The held seats are free now, in each bucket that still had enough held seats.
    Released,
    /// The wait before the next call to the table has ended.
    Paused,
}

impl PromotionReply {
    /// Returns the answer to [`PromotionStep::GiveUp`]. `answer` is the result of the transaction that gives up the place.
    #[must_use]
    pub fn of_give_up(answer: &LeaveReply) -> Self {
        match answer {
            LeaveReply::GivenUp => Self::GivenUp,
            LeaveReply::Conflict => Self::Conflict,
            // Each of the results in this match arm means that the registration does not name the place.
            LeaveReply::Refused
            | LeaveReply::Removed(_)
            | LeaveReply::NotOnList(_)
            | LeaveReply::Registration(_)
            | LeaveReply::Paused => Self::Refused {
                source: None,
                obsolete: true,
                stale: false,
            },
        }
    }
}

/// The outcome of a run of promotions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PromotionOutcome {
    /// Nobody waits, or no seat is left for those who wait.
    Settled,
    /// Somebody waits, but registration has closed. Held seats stay held.
    Closed,
    /// The run has made its maximum number of promotions. The writes of this run appear in the table's stream, and their
    /// records start another run.
    Unfinished,
    /// Other processes changed the items of this run's transactions too many times, so the caller must repeat the run.
    Contended,
}

/// The maximum number of refusals and conflicts in one run of promotions. After more of them, the run ends as
/// [`PromotionOutcome::Contended`].
const MAX_TRIES: u32 = 16;
/// The maximum number of promotions in one run, so that the run ends well before the time limit of the relay's function.
pub const MAX_PROMOTIONS: usize = 50;

/// The state of one run. A run promotes users from an event's waitlist.
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
    /// Begins a run for the waitlist of `event`, which has `count` buckets, at the time `now` (milliseconds since 1970).
    /// `known` is the availability, which the caller has just read with a strongly consistent read.
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

    /// Whether a run of promotions may have work to do: either a seat is held, or a seat is free and a user waits.
    #[must_use]
    pub fn is_due(known: &Availability) -> bool {
        known.total_held() > 0 || (known.waitlisted > 0 && known.total_free() > 0)
    }

    /// Returns the id of the event.
    #[must_use]
    pub fn event(&self) -> EventId {
        self.event
    }

    /// Returns the guests whom this run promoted, in the order of their promotions.
    #[must_use]
    pub fn promoted(&self) -> &[GuestId] {
        &self.promoted
    }

    /// Returns the first step of the run of promotions.
    #[must_use]
    pub fn start(&self) -> PromotionStep {
        PromotionStep::ReadHead
    }

    /// Takes the result `answer` of the last step, and returns the next step of the run of promotions.
    pub fn advance(&mut self, answer: PromotionReply) -> PromotionStep {
        match answer {
            PromotionReply::Head(None) => self.release(),
            PromotionReply::Head(Some(head)) => {
                self.head = Some(head);
                PromotionStep::ReadHome {
                    no: home(self.event, head.guest, self.count),
                    guest: head.guest,
                }
            }
            PromotionReply::Home { home, has_account } => {
                self.known.update(home.no, BucketCounts::from(&home));
                let Some(entry) = self.head else {
                    return PromotionStep::ReadHead;
                };
                if home.has(entry.guest) {
                    return PromotionStep::Strike {
                        entry,
                        seat: Some(SeatRev::Seen(home.rev)),
                    };
                }
                if !has_account {
                    return PromotionStep::GiveUp { entry };
                }
                if !home.terms.promote(self.now) {
                    return PromotionStep::Done(PromotionOutcome::Closed);
                }
                self.home = Some(home);
                self.promote()
            }
            PromotionReply::Promoted => {
                self.count_promotion();
                if self.promoted.len() >= MAX_PROMOTIONS {
                    PromotionStep::Done(PromotionOutcome::Unfinished)
                } else {
                    PromotionStep::ReadHead
                }
            }
            PromotionReply::Refused {
                source,
                obsolete,
                stale,
            } => {
                if let Some(source) = source {
                    self.known.update(source.no, BucketCounts::from(&source));
                }
                match self.head {
                    // The home bucket may have changed as well. But a new read of the home bucket would lead to this case
                    // again, so the place is deleted first.
                    Some(entry) if obsolete => PromotionStep::Strike { entry, seat: None },
                    _ if stale => self.try_again(PromotionStep::ReadHead),
                    _ => self.promote(),
                }
            }
            PromotionReply::Conflict => {
                let attempt = self.tries + 1;
                self.try_again(PromotionStep::Pause { attempt })
            }
            PromotionReply::Struck | PromotionReply::GivenUp | PromotionReply::Paused => {
                PromotionStep::ReadHead
            }
            PromotionReply::Released => PromotionStep::Done(PromotionOutcome::Settled),
        }
    }

    fn try_again(&mut self, step: PromotionStep) -> PromotionStep {
        self.tries += 1;
        if self.tries > MAX_TRIES {
            PromotionStep::Done(PromotionOutcome::Contended)
        } else {
            step
        }
    }

    fn release(&self) -> PromotionStep {
        let held: Vec<_> = self
            .known
            .iter()
            .filter(|(_, counts)| counts.held > 0)
            .map(|(no, counts)| (no, counts.held))
            .collect();
        if held.is_empty() {
            PromotionStep::Done(PromotionOutcome::Settled)
        } else {
            PromotionStep::Release(held)
        }
    }

    /// Promotes the head. Held seats are given before free seats. Among seats of one kind, a seat in the home bucket comes
    /// first, because the transaction is smaller then.
    fn promote(&mut self) -> PromotionStep {
        let (Some(entry), Some(home)) = (self.head, &self.home) else {
            return PromotionStep::ReadHead;
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
            return PromotionStep::Done(PromotionOutcome::Settled);
        };
        let moving = Move {
            entry,
            home: home.no,
            rev: home.rev,
            source,
            seat,
        };
        self.moving = Some(moving);
        PromotionStep::Promote(moving)
    }

    /// Updates the known counts after a promotion, so that the next promotion of this run does not try to give the same seat.
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
        self.known.update(source, counts);
        if home != source {
            let mut counts = self.known.counts(home);
            counts.guests += 1;
            counts.rev += 1;
            self.known.update(home, counts);
        }
        self.promoted.push(entry.guest);
        (self.head, self.home) = (None, None);
    }
}
