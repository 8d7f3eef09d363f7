//! The calls of a user's process, and what follows from the table's answers. This module models what the routes of
//! `functions/api` do with the state machines of `domain`.

use domain::seats::{
    availability::Availability,
    claim::{Claim, ClaimOutcome, ClaimReply, ClaimStep, SeatRev},
    join::{Join, JoinOutcome, JoinReply, JoinStep},
    leave::{Leave, LeaveOutcome, LeaveReply, LeaveStep},
    registration::{Registration, RegistrationStatus},
    waitlist::EntryId,
};

use super::{
    instance::{Intent, NOW},
    setting::{Setting, User},
};

/// The answer that a process gives to its user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Answered {
    Confirmed,
    Waitlisted,
    /// The user has neither a seat nor a place.
    Off,
    SoldOut,
    SeatsAvailable,
    Closed,
    /// There were too many conflicts, so the user may try again.
    Busy,
    /// The user's account is erased.
    Erased,
}

/// A new place on the waitlist, before the table contains it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    pub(crate) id: EntryId,
    /// The places that existed when the process began, and whose users therefore came earlier.
    pub(crate) behind: Vec<EntryId>,
}

/// The next call that a user's process makes to the table.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Task {
    Claim(Claim, ClaimStep),
    Join(Join, JoinStep, Place),
    Leave(Leave, LeaveStep),
    /// Reads the registration of a user who has a seat.
    ReadRegistration(SeatRev),
    RecordSeat(SeatRev),
    RecordRemoval(SeatRev),
    /// Deletes the place of a user who got a seat by a claim. Then the process gives this answer to the user.
    DeletePlace(EntryId, Answered),
    /// Reads the registration, and answers the user with the registration's status.
    Tell,
    /// Reads the registration of a user whose account will be erased.
    ListPlaces,
    /// Gives up the seat or the place before the account is erased.
    LeaveFirst(Leave, LeaveStep),
    RecordRemovalFirst(SeatRev),
    EraseAccount,
}

/// The table's answer to a call.
#[derive(Debug, Clone)]
pub(crate) enum CallAnswer {
    Claim(ClaimReply),
    Join(JoinReply),
    Leave(LeaveReply),
    Registration(Option<Registration>),
    /// The stored registration, and whether the call wrote it.
    Recorded(Registration, bool),
    Deleted,
    Erased,
}

/// The next step of the process after the table's answer: the process makes another call, or answers the user.
#[derive(Debug, Clone)]
#[expect(
    clippy::large_enum_variant,
    reason = "it is taken apart at once, and most values are tasks"
)]
pub(crate) enum Next {
    Task(Task),
    Answered(Answered),
}

impl Task {
    /// Returns the first call for a user's request.
    pub(crate) fn begin(
        setting: &Setting,
        user: User,
        intent: Intent,
        known: Option<Availability>,
        seed: u64,
        place: Place,
    ) -> Self {
        let (guest, home) = (setting.guests[user], setting.home(user));
        let count = setting.instance.count();
        match intent {
            Intent::Claim => {
                let claim = Claim::new(guest, home, count, NOW, known, seed);
                let step = claim.start();
                Self::Claim(claim, step)
            }
            Intent::Join => {
                let join = Join::new(guest, home, count, NOW, known);
                let step = join.start();
                Self::Join(join, step, place)
            }
            Intent::Leave => {
                let leave = Leave::default();
                let step = leave.start();
                Self::Leave(leave, step)
            }
            Intent::Erase => Self::ListPlaces,
        }
    }

    /// Returns the answer that the call gets if it conflicts with another transaction; `None` if the call cannot conflict.
    pub(crate) fn conflict(&self) -> Option<CallAnswer> {
        use {ClaimStep as C, JoinStep as J, LeaveStep as L};
        match self {
            Self::Claim(_, C::Claim | C::Borrow { .. }) => {
                Some(CallAnswer::Claim(ClaimReply::Conflict))
            }
            Self::Join(_, J::Enqueue { .. } | J::Affirm { .. }, _) => {
                Some(CallAnswer::Join(JoinReply::Conflict))
            }
            Self::Leave(_, step) | Self::LeaveFirst(_, step)
                if matches!(step, L::RemoveGuest | L::GiveUpPlace { .. }) =>
            {
                Some(CallAnswer::Leave(LeaveReply::Conflict))
            }
            _ => None,
        }
    }

    /// Whether the call may have another effect if it is sent a second time. This is possible only if it writes without a
    /// transaction, because a transaction has an idempotency token.
    pub(crate) fn is_single_write(&self) -> bool {
        matches!(
            self,
            Self::Claim(_, ClaimStep::Claim)
                | Self::Leave(_, LeaveStep::RemoveGuest)
                | Self::LeaveFirst(_, LeaveStep::RemoveGuest)
                | Self::RecordSeat(_)
                | Self::RecordRemoval(_)
                | Self::RecordRemovalFirst(_)
        )
    }

    /// Takes the table's answer to this call. Returns the next call, or the answer to the user.
    pub(crate) fn follow(self, answer: CallAnswer) -> Next {
        match (self, answer) {
            (Self::Claim(mut claim, _), CallAnswer::Claim(answer)) => {
                let mut step = claim.advance(answer);
                while matches!(step, ClaimStep::Pause { .. }) {
                    step = claim.advance(ClaimReply::Paused);
                }
                after_claim(claim, step)
            }
            (Self::Join(mut join, _, place), CallAnswer::Join(answer)) => {
                let mut step = join.advance(answer);
                while matches!(step, JoinStep::Pause { .. }) {
                    step = join.advance(JoinReply::Paused);
                }
                after_join(join, step, place)
            }
            (Self::Leave(mut leave, _), CallAnswer::Leave(answer)) => {
                let mut step = leave.advance(answer);
                while matches!(step, LeaveStep::Pause { .. }) {
                    step = leave.advance(LeaveReply::Paused);
                }
                after_leave(leave, step)
            }
            (Self::ListPlaces, CallAnswer::Registration(standing)) => match standing {
                Some(item) if item.status != RegistrationStatus::Cancelled => {
                    let leave = Leave::default();
                    let step = leave.start();
                    Next::Task(Self::LeaveFirst(leave, step))
                }
                _ => Next::Task(Self::EraseAccount),
            },
            (Self::LeaveFirst(mut leave, _), CallAnswer::Leave(answer)) => {
                let mut step = leave.advance(answer);
                while matches!(step, LeaveStep::Pause { .. }) {
                    step = leave.advance(LeaveReply::Paused);
                }
                match (removal_to_record(&step), step) {
                    (Some(rev), _) => Next::Task(Self::RecordRemovalFirst(rev)),
                    (None, LeaveStep::Done(LeaveOutcome::Contended)) => {
                        Next::Answered(Answered::Busy)
                    }
                    (None, LeaveStep::Done(_)) => Next::Task(Self::EraseAccount),
                    (None, step) => Next::Task(Self::LeaveFirst(leave, step)),
                }
            }
            (Self::RecordRemovalFirst(_), _) => Next::Task(Self::EraseAccount),
            (Self::EraseAccount, _) => Next::Answered(Answered::Erased),
            (Self::ReadRegistration(rev), CallAnswer::Registration(standing)) => match standing {
                Some(item) if item.status == RegistrationStatus::Confirmed => {
                    Next::Answered(Answered::Confirmed)
                }
                _ => Next::Task(Self::RecordSeat(rev)),
            },
            (Self::RecordSeat(_), CallAnswer::Recorded(item, written)) => {
                let answered = answer_for(Some(&item));
                match item.obsolete_entry() {
                    Some(entry) if written => Next::Task(Self::DeletePlace(entry, answered)),
                    _ => Next::Answered(answered),
                }
            }
            (Self::DeletePlace(_, answered), _) => Next::Answered(answered),
            (_, CallAnswer::Registration(standing)) => {
                Next::Answered(answer_for(standing.as_ref()))
            }
            (task, _) => Next::Task(task),
        }
    }
}

fn after_claim(claim: Claim, step: ClaimStep) -> Next {
    match step {
        ClaimStep::Done(ClaimOutcome::Confirmed(rev)) => Next::Task(Task::RecordSeat(rev)),
        ClaimStep::Done(ClaimOutcome::AlreadyConfirmed(rev)) => {
            Next::Task(Task::ReadRegistration(rev))
        }
        ClaimStep::Done(ClaimOutcome::SoldOut) => Next::Answered(Answered::SoldOut),
        ClaimStep::Done(ClaimOutcome::Closed) => Next::Answered(Answered::Closed),
        ClaimStep::Done(ClaimOutcome::Contended) => Next::Answered(Answered::Busy),
        step => Next::Task(Task::Claim(claim, step)),
    }
}

fn after_join(join: Join, step: JoinStep, place: Place) -> Next {
    match step {
        // The user may have been promoted in the meantime, so the process reads the registration before it answers.
        JoinStep::Done(JoinOutcome::Waitlisted | JoinOutcome::AlreadyWaitlisted(_)) => {
            Next::Task(Task::Tell)
        }
        JoinStep::Done(JoinOutcome::AlreadyConfirmed(rev)) => {
            Next::Task(Task::ReadRegistration(rev))
        }
        JoinStep::Done(JoinOutcome::SeatsAvailable) => Next::Answered(Answered::SeatsAvailable),
        JoinStep::Done(JoinOutcome::Closed) => Next::Answered(Answered::Closed),
        JoinStep::Done(JoinOutcome::Contended) => Next::Answered(Answered::Busy),
        step => Next::Task(Task::Join(join, step, place)),
    }
}

/// If `step` ends with the loss of a seat, returns the revision of this loss, which must be recorded in the registration next.
pub(crate) fn removal_to_record(step: &LeaveStep) -> Option<SeatRev> {
    match step {
        LeaveStep::Done(outcome) => outcome.unrecorded_removal(),
        _ => None,
    }
}

fn after_leave(leave: Leave, step: LeaveStep) -> Next {
    if let Some(rev) = removal_to_record(&step) {
        return Next::Task(Task::RecordRemoval(rev));
    }
    match step {
        LeaveStep::Done(LeaveOutcome::Waived) => Next::Task(Task::Tell),
        LeaveStep::Done(LeaveOutcome::NotOnList(_, standing)) => {
            Next::Answered(answer_for(standing.as_ref()))
        }
        LeaveStep::Done(LeaveOutcome::Contended) => Next::Answered(Answered::Busy),
        step => Next::Task(Task::Leave(leave, step)),
    }
}

/// Returns the answer to the user that corresponds to the stored registration.
fn answer_for(standing: Option<&Registration>) -> Answered {
    match standing.map(|item| item.status) {
        Some(RegistrationStatus::Confirmed) => Answered::Confirmed,
        Some(RegistrationStatus::Waitlisted) => Answered::Waitlisted,
        Some(RegistrationStatus::Cancelled) | None => Answered::Off,
    }
}
