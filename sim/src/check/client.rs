//! Processes that act for users: what the routes of `functions/api` do with the machines of `domain`.

use super::{
    instance::Intent,
    setting::User,
    task::{Task, Told},
};

/// One user's processes, one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Client {
    pub(crate) user: User,
    /// Which wish.
    pub(crate) at: usize,
    /// What is done for it.
    pub(crate) task: Option<Task>,
    /// The last process ended without an answer; the user may try again.
    pub(crate) unanswered: bool,
    /// What was answered last; it may have been overtaken by a loss of the seat.
    pub(crate) told: Option<Told>,
    /// The user had a seat when the process began, and has had it since.
    pub(crate) had_seat: bool,
    /// The user lost a seat since the process began.
    pub(crate) lost: bool,
    /// Whether one, or more, of the calls so far was lost: two stand for more.
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

    /// The user's seat was given up, by whomever.
    pub(crate) fn lost_seat(&mut self) {
        self.had_seat = false;
        if self.task.is_some() {
            self.lost = true;
        } else if self.told == Some(Told::Confirmed) {
            self.told = None;
        }
    }

    /// A call was lost.
    pub(crate) fn slip(&mut self) {
        self.slips = (self.slips + 1).min(2);
    }

    /// The wish is answered, or given up.
    pub(crate) fn move_on(&mut self, told: Option<Told>) {
        // Who was told of a seat that went at the same moment knows nothing.
        let told = told.filter(|told| !(self.lost && *told == Told::Confirmed));
        *self = Self {
            at: self.at + 1,
            told,
            slips: self.slips,
            ..Self::new(self.user)
        };
    }
}
