//! Steps of users' processes.

use domain::seats::{bucket::Bucket, claim, join, leave};

use super::{
    super::{
        client::Client,
        control::Without,
        setting::{Setting, User},
        task::{CallAnswer, Next, Task, Told},
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
                Next::Told(told) => self.tell(setting, at, told),
            },
            (Fate::Answered | Fate::Conflicted, None) => {}
        }
    }

    fn call(&mut self, setting: &Setting, user: User, task: &Task) -> CallAnswer {
        let home =
            |world: &Self| -> Bucket { world.buckets[usize::from(setting.home(user))].clone() };
        match task {
            Task::Claim(_, step) => CallAnswer::Claim(match step {
                claim::Step::Claim => self.claim(setting, user),
                claim::Step::Borrow { donor } => self.borrow(setting, user, *donor),
                claim::Step::ReadAvailability => {
                    let is_known = !setting.is_without(Without::SoldOutKnown);
                    let known = is_known.then(|| self.availability.clone());
                    claim::Answer::Availability(known.unwrap_or_default())
                }
                claim::Step::ReadHome => claim::Answer::Home(home(self)),
                claim::Step::Pause { .. } | claim::Step::Done(_) => claim::Answer::Paused,
            }),
            Task::Join(_, step, place) => CallAnswer::Join(match step {
                join::Step::ReadHome => join::Answer::Home(home(self)),
                join::Step::ReadAvailability => {
                    join::Answer::Availability(self.availability.clone())
                }
                join::Step::ReadBucket { no } => {
                    join::Answer::Bucket(self.buckets[usize::from(*no)].clone())
                }
                join::Step::Enqueue { rev } => self.enqueue(setting, user, place, *rev),
                join::Step::Affirm { entry, rev } => self.affirm(setting, user, *entry, *rev),
                join::Step::Pause { .. } | join::Step::Done(_) => join::Answer::Paused,
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

    /// Makes the call of one step in which a user gives up a seat or a place.
    pub(crate) fn leave(
        &mut self,
        setting: &Setting,
        user: User,
        step: &leave::Step,
    ) -> leave::Answer {
        match step {
            leave::Step::RemoveGuest => self.remove_guest(setting, user),
            leave::Step::ReadRegistration => {
                leave::Answer::Registration(self.registrations[user].clone())
            }
            leave::Step::GiveUpPlace { entry } => self.give_up(setting, user, *entry),
            leave::Step::Pause { .. } | leave::Step::Done(_) => leave::Answer::Paused,
        }
    }

    fn tell(&mut self, setting: &Setting, at: usize, told: Told) {
        if told == Told::SoldOut && self.total_free() > 0 && !self.refilled {
            self.break_promise(Broken::FalseSoldOut);
        }
        let client = &self.clients[at];
        let denies = matches!(
            told,
            Told::SoldOut | Told::Waitlisted | Told::Closed | Told::Off | Told::SeatsAvailable
        );
        if denies && client.had_seat && self.is_guest(setting, client.user) {
            self.break_promise(Broken::Denied);
        }
        self.clients[at].move_on(Some(told));
    }

    /// Ends the process of a client without an answer. The user may try again if the run still allows it.
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
