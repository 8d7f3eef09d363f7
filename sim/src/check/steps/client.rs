//! Steps of users' processes.

use domain::seats::{
    bucket::Bucket,
    claim::{ClaimReply, ClaimStep},
    join::{JoinReply, JoinStep},
    leave::{LeaveReply, LeaveStep},
};

use super::{
    super::{
        client::Client,
        control::Without,
        setting::{Setting, User},
        task::{Answered, CallAnswer, Next, Task},
        world::{Broken, World},
    },
    Fate,
};

impl World {
    /// Makes the next call of a client's process.
    pub(crate) fn step_client(&mut self, setting: &Setting, at: usize, fate: Fate) {
        let Some(task) = self.clients[at].task.clone() else {
            return;
        };
        let user = self.clients[at].user;
        let answer = match fate {
            Fate::Conflicted => {
                self.left.conflicts -= 1;
                task.conflict()
            }
            _ => Some(self.call(setting, user, &task)),
        };
        match (fate, answer) {
            (Fate::Died, _) => {
                self.left.deaths -= 1;
                self.clients[at].slip();
                self.end_process(at);
            }
            (Fate::Repeated, _) => {
                self.left.repeats -= 1;
                self.clients[at].slip();
            }
            (Fate::Answered | Fate::Conflicted, Some(answer)) => match task.follow(answer) {
                Next::Task(task) => self.clients[at].task = Some(task),
                Next::Answered(answered) => self.tell(setting, at, answered),
            },
            (Fate::Answered | Fate::Conflicted, None) => {}
        }
    }

    fn call(&mut self, setting: &Setting, user: User, task: &Task) -> CallAnswer {
        let home =
            |world: &Self| -> Bucket { world.buckets[usize::from(setting.home(user))].clone() };
        match task {
            Task::Claim(_, step) => CallAnswer::Claim(match step {
                ClaimStep::Claim => self.claim(setting, user),
                ClaimStep::Borrow { donor } => self.borrow(setting, user, *donor),
                ClaimStep::ReadAvailability => {
                    let is_known = !setting.is_without(Without::SoldOutKnown);
                    let known = is_known.then(|| self.availability.clone());
                    ClaimReply::Availability(known.unwrap_or_default())
                }
                ClaimStep::ReadHome => ClaimReply::Home(home(self)),
                ClaimStep::Pause { .. } | ClaimStep::Done(_) => ClaimReply::Paused,
            }),
            Task::Join(_, step, place) => CallAnswer::Join(match step {
                JoinStep::ReadHome => JoinReply::Home(home(self)),
                JoinStep::ReadAvailability => JoinReply::Availability(self.availability.clone()),
                JoinStep::ReadBucket { no } => {
                    JoinReply::Bucket(self.buckets[usize::from(*no)].clone())
                }
                JoinStep::Enqueue { rev } => self.enqueue(setting, user, place, *rev),
                JoinStep::Affirm { entry, rev } => self.affirm(setting, user, *entry, *rev),
                JoinStep::Pause { .. } | JoinStep::Done(_) => JoinReply::Paused,
            }),
            Task::Leave(_, step) | Task::LeaveFirst(_, step) => {
                CallAnswer::Leave(self.leave(setting, user, step))
            }
            Task::ReadRegistration(_) | Task::Tell | Task::ListPlaces => {
                CallAnswer::Registration(self.registrations[user].clone())
            }
            Task::RecordSeat(rev) => {
                let (standing, written) = self.record_seat(setting, user, *rev);
                CallAnswer::Recorded(standing, written)
            }
            Task::RecordRemoval(rev) | Task::RecordRemovalFirst(rev) => {
                CallAnswer::Registration(self.record_removal(setting, user, *rev))
            }
            Task::DeletePlace(entry, _) => {
                if !setting.is_without(Without::Strike) {
                    self.delete_place(setting, *entry);
                }
                CallAnswer::Deleted
            }
            Task::EraseAccount => {
                self.erase_account(setting, user);
                CallAnswer::Erased
            }
        }
    }

    /// Makes the call that `step` requires. The step is part of giving up the user's seat or place.
    pub(crate) fn leave(&mut self, setting: &Setting, user: User, step: &LeaveStep) -> LeaveReply {
        match step {
            LeaveStep::RemoveGuest => self.remove_guest(setting, user),
            LeaveStep::ReadRegistration => {
                LeaveReply::Registration(self.registrations[user].clone())
            }
            LeaveStep::GiveUpPlace { entry } => self.give_up(setting, user, *entry),
            LeaveStep::Pause { .. } | LeaveStep::Done(_) => LeaveReply::Paused,
        }
    }

    fn tell(&mut self, setting: &Setting, at: usize, answered: Answered) {
        if answered == Answered::SoldOut && self.total_free() > 0 && !self.refilled {
            self.break_promise(Broken::FalseSoldOut);
        }
        let client = &self.clients[at];
        let denies = matches!(
            answered,
            Answered::SoldOut
                | Answered::Waitlisted
                | Answered::Closed
                | Answered::Off
                | Answered::SeatsAvailable
        );
        if denies && client.had_seat && self.is_guest(setting, client.user) {
            self.break_promise(Broken::Denied);
        }
        self.clients[at].move_on(Some(answered));
    }

    /// Ends the process of a client without an answer. The user may try again if the run has restarts left.
    fn end_process(&mut self, client: usize) {
        let restarts = self.left.restarts;
        let client = &mut self.clients[client];
        if restarts > 0 {
            *client = Client {
                at: client.at,
                unanswered: true,
                slips: client.slips,
                ..Client::new(client.user)
            };
        } else {
            client.move_on(None);
        }
    }
}
