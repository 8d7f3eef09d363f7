//! A state machine that gives up a seat or a place on the waitlist. It works like [`claim::Claim`](super::claim::Claim).
//!
//! ```text
//! start ──► RemoveGuest ──► was on the list ─────────────────────────────► Removed
//!             ▲  │ was not
//!             │  ▼
//!             │ ReadRegistration ──► not waiting ──────────────────────────► NotOnList
//!             │  │ waiting
//!             │  ▼
//!             └─ GiveUpPlace ──► the place is deleted ───────────────────► Waived
//! ```
//!
//! `GiveUpPlace` is refused if the user was promoted in the meantime. Then the machine begins again.

use super::{claim::SeatRev, waitlist::EntryId};
use crate::seats::registration::{Registration, RegistrationStatus};

/// The next call to the table, or the outcome of leaving.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum LeaveStep {
    /// One conditional write: removes the guest from the home bucket, and the seat becomes held.
    RemoveGuest,
    /// Reads the user's registration with a strongly consistent read.
    ReadRegistration,
    /// One transaction: deletes the place and cancels the registration. The transaction is refused if the registration does not
    /// name the place `entry` any more.
    GiveUpPlace {
        /// The id of the place to delete.
        entry: EntryId,
    },
    /// Waits a short time before the next call to the table. A higher `attempt` means a longer wait.
    Pause {
        /// The number of refusals and conflicts so far, at least 1.
        attempt: u32,
    },
    /// The attempt to give up the seat or place has ended with this outcome.
    Done(LeaveOutcome),
}

/// The result of one step of giving up a seat or a place.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum LeaveReply {
    /// The guest was on the guest list and is removed.
    Removed(SeatRev),
    /// The guest was not on the guest list.
    NotOnList(SeatRev),
    /// The registration that [`LeaveStep::ReadRegistration`] has read; `None` if the user has no registration.
    Registration(Option<Registration>),
    /// The place is deleted, and the registration is cancelled.
    GivenUp,
    /// The registration does not name the place that was to be deleted, so nothing was written.
    Refused,
    /// Another transaction was changing an item of this write at the same time, so nothing was written.
    Conflict,
    /// The wait before the next call to the table has ended.
    Paused,
}

/// The outcome of an attempt to give up a seat or a place.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum LeaveOutcome {
    /// This call gave up the seat. The registration does not show yet that the seat is lost.
    Removed(SeatRev),
    /// This call gave up the place on the waitlist.
    Waived,
    /// The caller had neither a seat nor a place. If the registration is still confirmed, it is out of date, because the user
    /// is not on the guest list any more.
    NotOnList(SeatRev, Option<Registration>),
    /// The seat and the place changed too many times while the caller tried to give them up. The caller may try again.
    Contended,
}

impl LeaveOutcome {
    /// Returns the revision at which the seat was lost, if the registration does not show the loss yet. The caller of this
    /// machine records the loss next.
    #[must_use]
    pub fn unrecorded_removal(&self) -> Option<SeatRev> {
        match self {
            Self::Removed(rev) => Some(*rev),
            Self::NotOnList(rev, Some(registration))
                if registration.status == RegistrationStatus::Confirmed
                    && registration.rev < rev.get() =>
            {
                Some(*rev)
            }
            Self::NotOnList(..) | Self::Waived | Self::Contended => None,
        }
    }
}

/// The maximum number of refusals and conflicts in one attempt to give up a seat or a place. After more of them, the machine
/// ends with [`LeaveOutcome::Contended`], and the caller may try again later.
const MAX_TRIES: u32 = 8;

/// The state of one user who gives up a seat or a place.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Leave {
    not_on_list: Option<SeatRev>,
    tries: u32,
}

impl Leave {
    /// Returns the first step of giving up a seat or a place.
    #[must_use]
    pub fn start(&self) -> LeaveStep {
        LeaveStep::RemoveGuest
    }

    /// Takes the result `answer` of the last step, and returns the next step of giving up a seat or a place.
    pub fn advance(&mut self, answer: LeaveReply) -> LeaveStep {
        match answer {
            LeaveReply::Removed(rev) => LeaveStep::Done(LeaveOutcome::Removed(rev)),
            LeaveReply::NotOnList(rev) => {
                self.not_on_list = Some(rev);
                LeaveStep::ReadRegistration
            }
            LeaveReply::Registration(registration) => match (registration, self.not_on_list) {
                (
                    Some(Registration {
                        status: RegistrationStatus::Waitlisted,
                        entry_id: Some(entry),
                        ..
                    }),
                    _,
                ) => LeaveStep::GiveUpPlace { entry },
                (registration, Some(rev)) => {
                    LeaveStep::Done(LeaveOutcome::NotOnList(rev, registration))
                }
                (_, None) => LeaveStep::RemoveGuest,
            },
            LeaveReply::GivenUp => LeaveStep::Done(LeaveOutcome::Waived),
            // The transaction was refused, because the user was promoted just before it. So the place no longer exists, and the
            // user now has a seat, which the machine must remove.
            LeaveReply::Refused => self.try_again(LeaveStep::RemoveGuest),
            LeaveReply::Conflict => {
                let attempt = self.tries + 1;
                self.try_again(LeaveStep::Pause { attempt })
            }
            LeaveReply::Paused => LeaveStep::RemoveGuest,
        }
    }

    fn try_again(&mut self, step: LeaveStep) -> LeaveStep {
        self.tries += 1;
        if self.tries > MAX_TRIES {
            LeaveStep::Done(LeaveOutcome::Contended)
        } else {
            step
        }
    }
}
