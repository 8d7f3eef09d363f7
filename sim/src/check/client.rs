//! The processes that act for users in the model, as the routes of `functions/api` do.

use super::{
    instance::Intent,
    setting::User,
    task::{Answered, Task},
};

/// The processes of one user, which run one after the other, and what the checker remembers about this user.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Client {
    pub(crate) user: User,
    /// The index of the current request in the user's list of requests.
    pub(crate) at: usize,
    /// The next call of the process for the current request; `None` if no process is running.
    pub(crate) task: Option<Task>,
    /// Whether the last process ended before it answered the user, who may then try again.
    pub(crate) unanswered: bool,
    /// The last answer to the user; `None` if the user has got no answer, or has lost the confirmed seat after the answer.
    pub(crate) answered: Option<Answered>,
    /// Whether the user had a seat when the process began, and has had a seat ever since.
    pub(crate) had_seat: bool,
    /// Whether the user has lost a seat since the process began.
    pub(crate) lost: bool,
    /// The number of this user's calls whose answers were lost. The count stops at 2.
    pub(crate) slips: u8,
}

impl Client {
    pub(crate) fn new(user: User) -> Self {
        Self {
            user,
            at: 0,
            task: None,
            unanswered: false,
            answered: None,
            had_seat: false,
            lost: false,
            slips: 0,
        }
    }

    pub(crate) fn is_done(&self, wants: &[Intent]) -> bool {
        self.at >= wants.len() && self.task.is_none()
    }

    /// Records that the user has lost the seat.
    pub(crate) fn lost_seat(&mut self) {
        self.had_seat = false;
        if self.task.is_some() {
            self.lost = true;
        } else if self.answered == Some(Answered::Confirmed) {
            self.answered = None;
        }
    }

    /// Counts a call whose answer was lost.
    pub(crate) fn slip(&mut self) {
        self.slips = (self.slips + 1).min(2);
    }

    /// Ends the current request with an answer, or with `None` if the user gives the request up.
    pub(crate) fn move_on(&mut self, answered: Option<Answered>) {
        // If the user lost the seat while the process ran, a confirmation is no longer true, so it is dropped.
        let answered = answered.filter(|answered| !(self.lost && *answered == Answered::Confirmed));
        *self = Self {
            at: self.at + 1,
            answered,
            slips: self.slips,
            ..Self::new(self.user)
        };
    }
}
