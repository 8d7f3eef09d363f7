//! Giving up a seat or a place on the waitlist: a state machine like [`claim::Claim`](super::claim::Claim).
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

/// The next call to the table, or the outcome.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    /// One conditional write: the guest leaves the home bucket, and the seat is held.
    RemoveGuest,
    /// Read the registration, consistently.
    ReadRegistration,
    /// One transaction: the place is deleted, and the registration is cancelled. The transaction is refused if the registration
    /// does not name this place any more.
    GiveUpPlace {
        /// The place.
        entry: EntryId,
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
    /// The guest was on the list.
    Removed(SeatRev),
    /// The guest was not on the list.
    NotOnList(SeatRev),
    /// The registration, if there is one.
    Registration(Option<Registration>),
    /// The place is deleted, and the registration is cancelled.
    GivenUp,
    /// The registration does not name the place any more; nothing was written.
    Refused,
    /// Another transaction held one of the items; nothing was written.
    Conflict,
    /// The pause is over.
    Paused,
}

/// The outcome of giving a seat or a place up.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// This call gave the seat up. The registration does not show it yet.
    Removed(SeatRev),
    /// This call gave the place on the waitlist up.
    Waived,
    /// The caller had neither seat nor place. If the registration is confirmed, it is older than the guest list.
    NotOnList(SeatRev, Option<Registration>),
    /// Seat and place kept changing; the caller may try again.
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

/// The number of refusals and conflicts after which the machine gives up. The caller may try again later.
const MAX_TRIES: u32 = 8;

/// The state of one user's leaving.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Leave {
    not_on_list: Option<SeatRev>,
    tries: u32,
}

impl Leave {
    /// Returns the first step.
    #[must_use]
    pub fn start(&self) -> Step {
        Step::RemoveGuest
    }

    /// Returns the step after `answer`.
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
