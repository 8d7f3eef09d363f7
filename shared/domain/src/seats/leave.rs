//! Giving a seat, or a place on the waitlist, up: a state machine like [`claim::Claim`](super::claim::Claim).
//!
//! ```text
//! start ──► RemoveGuest ──► was on the list ─────────────────────────────► Removed
//!             ▲  │ was not
//!             │  ▼
//!             │ ReadRegistration ──► not waiting ──────────────────────────► NotOnList
//!             │  │ waiting
//!             │  ▼
//!             └─ GiveUpPlace ──► gone: promoted at this moment, or as wished ─► Waived
//! ```

use super::{claim::SeatRev, waitlist::EntryId};
use crate::seats::registration::{Registration, RegistrationStatus};

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    /// One conditional write: the guest leaves the home bucket, the seat is held.
    RemoveGuest,
    /// Read the registration, consistently.
    ReadRegistration,
    /// One transaction: the place is taken off the waitlist, and the registration, if it still tells of that place,
    /// says so.
    GiveUpPlace {
        /// The place.
        entry: EntryId,
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
    /// The guest was on the list.
    Removed(SeatRev),
    /// The guest was not on the list.
    NotOnList(SeatRev),
    /// The registration, if there is one.
    Registration(Option<Registration>),
    /// The place was given up; the registration says so.
    GivenUp,
    /// The place or the registration had changed; nothing was written.
    Refused,
    /// Another transaction held one of the items; nothing was written.
    Conflict,
    /// The pause is over.
    Paused,
}

/// How it ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// The seat was given up by this call; the registration is still to be told.
    Removed(SeatRev),
    /// The place on the waitlist was given up by this call.
    Waived,
    /// There was neither. A registration that tells of a seat is behind.
    NotOnList(SeatRev, Option<Registration>),
    /// Seat and place kept changing. Worth another try.
    Contended,
}

impl Outcome {
    /// Returns the loss of a seat that the registration does not show yet: the caller records it next.
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

/// Refusals and conflicts after which the caller is told to come back.
const MAX_TRIES: u32 = 8;

/// One user's way off the guest list and the waitlist.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Leave {
    not_on_list: Option<SeatRev>,
    tries: u32,
}

impl Leave {
    /// The first step.
    #[must_use]
    pub fn start(&self) -> Step {
        Step::RemoveGuest
    }

    /// The step after `answer`.
    pub fn advance(&mut self, answer: Answer) -> Step {
        match answer {
            Answer::Removed(rev) => Step::Done(Outcome::Removed(rev)),
            Answer::NotOnList(rev) => {
                self.not_on_list = Some(rev);
                Step::ReadRegistration
            }
            Answer::Registration(registration) => match (registration, self.not_on_list) {
                (
                    Some(Registration {
                        status: RegistrationStatus::Waitlisted,
                        entry_id: Some(entry),
                        ..
                    }),
                    _,
                ) => Step::GiveUpPlace { entry },
                (registration, Some(rev)) => Step::Done(Outcome::NotOnList(rev, registration)),
                (_, None) => Step::RemoveGuest,
            },
            Answer::GivenUp => Step::Done(Outcome::Waived),
            // A promotion was faster: the user has a seat now, and does not want it.
            Answer::Refused => self.try_again(Step::RemoveGuest),
            Answer::Conflict => {
                let attempt = self.tries + 1;
                self.try_again(Step::Pause { attempt })
            }
            Answer::Paused => Step::RemoveGuest,
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
}
