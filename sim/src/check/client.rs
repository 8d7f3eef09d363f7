//! Processes that act for users, as the routes of `functions/api` do.

use super::{
    instance::Intent,
    setting::User,
    task::{Task, Told},
};

/// The processes of one user, one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Client {
    pub(crate) user: User,
    /// The index of the wish.
    pub(crate) at: usize,
    /// The next call of the process that acts on the wish; `None`: no process is running.
    pub(crate) task: Option<Task>,
    /// Whether the last process ended without an answer. The user may try again.
    pub(crate) unanswered: bool,
    /// The last answer; `None` if a loss of the seat has overtaken it.
    pub(crate) told: Option<Told>,
    /// Whether the user had a seat when the process began, and has had it since.
    pub(crate) had_seat: bool,
    /// Whether the user has lost a seat since the process began.
    pub(crate) lost: bool,
    /// The number of lost calls so far, at most 2.
    pub(crate) slips: u8,
}

impl Client {
    pub(crate) fn new(user: User) -> Self {
        Self {
            user,
            at: 0,
            task: None,
            unanswered: false,
            told: None,
            had_seat: false,
            lost: false,
            slips: 0,
        }
    }

    pub(crate) fn is_done(&self, wants: &[Intent]) -> bool {
        self.at >= wants.len() && self.task.is_none()
    }

    /// Takes note that the user's seat was given up.
    pub(crate) fn lost_seat(&mut self) {
        self.had_seat = false;
        if self.task.is_some() {
            self.lost = true;
        } else if self.told == Some(Told::Confirmed) {
            self.told = None;
        }
    }

    /// Takes note that a call was lost.
    pub(crate) fn slip(&mut self) {
        self.slips = (self.slips + 1).min(2);
    }

    /// Ends the wish with an answer; `None`: the user gives it up.
    pub(crate) fn move_on(&mut self, told: Option<Told>) {
        // If the seat was lost while the process ran, the answer does not count.
        let told = told.filter(|told| !(self.lost && *told == Told::Confirmed));
        *self = Self {
            at: self.at + 1,
            told,
            slips: self.slips,
            ..Self::new(self.user)
        };
    }
}
