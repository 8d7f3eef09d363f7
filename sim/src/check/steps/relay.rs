//! Steps of the relay.

use domain::seats::{
    claim::SeatRev,
    leave::{Leave, LeaveOutcome, LeaveReply, LeaveStep},
    promotion::{Promotion, PromotionOutcome, PromotionReply, PromotionStep},
    registration::RegistrationStatus,
};

use super::{
    super::{
        control::Without,
        instance::{NOW, event},
        setting::{Setting, User},
        task::removal_to_record,
        worker::{Job, Worker},
        world::World,
    },
    Fate,
};

impl World {
    /// Makes the relay's next call for a shard. If no batch of the shard is in progress, begins a batch of `records` records.
    pub(crate) fn step_worker(
        &mut self,
        setting: &Setting,
        shard: usize,
        records: usize,
        fate: Fate,
    ) {
        let mut worker = self.workers[shard]
            .take()
            .unwrap_or_else(|| Worker::new(setting, &self.stream[shard][..records]));
        match fate {
            Fate::Died => {
                self.left.relay_deaths -= 1;
                self.call_worker(setting, &mut worker);
                return;
            }
            Fate::Conflicted => {
                self.left.conflicts -= 1;
                match worker.jobs.pop() {
                    Some(Job::Leave(user, leave, _)) => {
                        leave_on(&mut worker, user, leave, LeaveReply::Conflict);
                    }
                    _ => follow(setting, &mut worker, PromotionReply::Conflict),
                }
            }
            Fate::Repeated => {
                self.left.repeats -= 1;
                self.call_worker(setting, &mut worker.clone());
            }
            Fate::Answered => self.call_worker(setting, &mut worker),
        }
        let outcome = match &worker.promotion {
            _ if !worker.jobs.is_empty() => None,
            None => Some(PromotionOutcome::Settled),
            Some((_, PromotionStep::Done(outcome))) => Some(*outcome),
            Some(_) => None,
        };
        match outcome {
            None => self.workers[shard] = Some(worker),
            Some(PromotionOutcome::Settled | PromotionOutcome::Closed) => {
                self.stream[shard].drain(..worker.records);
            }
            // The promotion is not complete. The records stay in the stream, so the relay processes the batch once more.
            Some(PromotionOutcome::Contended | PromotionOutcome::Unfinished) => {}
        }
    }

    fn call_worker(&mut self, setting: &Setting, worker: &mut Worker) {
        if let Some(job) = worker.jobs.pop() {
            self.do_job(setting, worker, job);
            if worker.jobs.is_empty()
                && let Some((_, step)) = &worker.promotion
            {
                match step {
                    PromotionStep::Strike { .. } => {
                        follow(setting, worker, PromotionReply::Struck);
                    }
                    PromotionStep::Release(_) => {
                        follow(setting, worker, PromotionReply::Released);
                    }
                    _ => {}
                }
            }
            return;
        }
        let Some((_, step)) = &worker.promotion else {
            return;
        };
        let answer = match step {
            PromotionStep::ReadHead if setting.is_without(Without::Head) => {
                PromotionReply::Head(self.entries.last().copied())
            }
            PromotionStep::ReadHead => PromotionReply::Head(self.entries.first().copied()),
            PromotionStep::ReadHome { no, guest } => {
                let has_account = setting.user(*guest).is_none_or(|user| !self.erased[user]);
                if setting.instance.erases() && worker.has_account.is_none() {
                    worker.has_account = Some(has_account);
                    return;
                }
                PromotionReply::Home {
                    home: self.buckets[usize::from(*no)].clone(),
                    has_account: worker.has_account.take().unwrap_or(has_account),
                }
            }
            PromotionStep::Promote(moving) => self.promote(setting, *moving),
            PromotionStep::GiveUp { entry } => {
                let user = setting.user(entry.guest);
                let given_up = user.map(|user| self.give_up(setting, user, entry.id));
                // A stranger, who is not a user of the model, has no registration that could name the place.
                PromotionReply::of_give_up(&given_up.unwrap_or(LeaveReply::Refused))
            }
            PromotionStep::Strike { .. }
            | PromotionStep::Release(_)
            | PromotionStep::Pause { .. }
            | PromotionStep::Done(_) => return,
        };
        follow(setting, worker, answer);
    }

    fn do_job(&mut self, setting: &Setting, worker: &mut Worker, job: Job) {
        match job {
            Job::ReadRegistrations(changes) => {
                let jobs = changes.into_iter().rev();
                let jobs =
                    jobs.filter_map(|(change, rev)| match &self.registrations[change.user] {
                        Some(standing) if standing.rev >= rev => {
                            let entry = standing.obsolete_entry();
                            let entry = entry.filter(|_| !setting.is_without(Without::Strike));
                            entry.map(Job::DeletePlace)
                        }
                        _ => Some(Job::Repair { change, rev }),
                    });
                worker.jobs.extend(jobs);
            }
            Job::Repair { change, rev } => {
                let rev = SeatRev::Written(rev);
                if change.seated {
                    self.record_and_strike(setting, worker, change.user, rev);
                } else {
                    self.record_removal(setting, change.user, rev);
                }
            }
            Job::ReadAccounts(people) => {
                let erased = people.into_iter().filter(|user| self.erased[*user]);
                worker.jobs.extend(erased.map(Job::LookUp));
            }
            Job::LookUp(user) => {
                let standing = self.registrations[user].as_ref();
                if standing.is_some_and(|item| item.status != RegistrationStatus::Cancelled) {
                    let leave = Leave::default();
                    let step = leave.start();
                    worker.jobs.push(Job::Leave(user, leave, step));
                }
            }
            Job::Leave(user, leave, step) => {
                let answer = self.leave(setting, user, &step);
                leave_on(worker, user, leave, answer);
            }
            Job::TellRemoval(user, rev) => {
                self.record_removal(setting, user, rev);
            }
            Job::DeletePlace(entry) => self.delete_place(setting, entry),
            Job::FindBehind(terms) => {
                let buckets = self.buckets.iter().rev();
                let behind = buckets.filter(|bucket| bucket.terms.are_behind(&terms));
                let jobs = behind.map(|bucket| Job::Align(bucket.no, terms));
                worker.jobs.extend(jobs);
            }
            Job::Align(no, terms) => self.align(setting, no, terms),
            Job::CountWaiting => {
                let count = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
                if let Some(Job::Learn { waiting, .. }) = worker.jobs.last_mut() {
                    *waiting = Some(count);
                }
            }
            Job::Learn { looks, waiting } => {
                for (no, counts) in looks {
                    self.availability.update(no, counts);
                }
                let news = waiting.unwrap_or(self.availability.waitlisted);
                self.availability.waitlisted = news;
                let is_occasion = waiting.is_none() || !setting.is_without(Without::JoinOccasion);
                if is_occasion && !setting.is_without(Without::LearnFirst) {
                    self.look(setting, worker);
                }
            }
            Job::Look => self.look(setting, worker),
            Job::TellSeat(user, rev) => self.record_and_strike(setting, worker, user, rev),
            Job::Release(no, seats) => self.release(setting, no, seats),
        }
    }

    /// Begins a run of promotions if the availability shows a held seat, or shows a free seat while a user waits.
    fn look(&self, setting: &Setting, worker: &mut Worker) {
        let known = self.availability.clone();
        if Promotion::is_due(&known) {
            let promotion = Promotion::new(event(), setting.instance.count(), NOW, known);
            let step = promotion.start();
            worker.promotion = Some((promotion, step));
        }
    }

    /// Records a seat in the registration. If this write succeeded and the registration names an obsolete place, adds a call to
    /// the worker's remaining calls. This call deletes the place.
    fn record_and_strike(
        &mut self,
        setting: &Setting,
        worker: &mut Worker,
        user: User,
        rev: SeatRev,
    ) {
        let (standing, written) = self.record_seat(setting, user, rev);
        let entry = standing.obsolete_entry().filter(|_| written);
        let entry = entry.filter(|_| !setting.is_without(Without::Strike));
        worker.jobs.extend(entry.map(Job::DeletePlace));
    }
}

/// Passes `answer` to the state machine that gives up an erased account's seat or place. Adds the call that the state machine
/// requires next to the worker's remaining calls.
fn leave_on(worker: &mut Worker, user: User, mut leave: Leave, answer: LeaveReply) {
    let mut step = leave.advance(answer);
    while matches!(step, LeaveStep::Pause { .. }) {
        step = leave.advance(LeaveReply::Paused);
    }
    let job = match (removal_to_record(&step), step) {
        (Some(rev), _) => Some(Job::TellRemoval(user, rev)),
        // The state machine met too many conflicts. The relay looks the account up once more, as it would in a retry of the
        // batch.
        (None, LeaveStep::Done(LeaveOutcome::Contended)) => Some(Job::LookUp(user)),
        (None, LeaveStep::Done(_)) => None,
        (None, step) => Some(Job::Leave(user, leave, step)),
    };
    worker.jobs.extend(job);
}

/// Passes `answer` to the promotion in progress. Adds the calls that the promotion's next step requires to the worker's
/// remaining calls.
fn follow(setting: &Setting, worker: &mut Worker, answer: PromotionReply) {
    let Some((promotion, step)) = &mut worker.promotion else {
        return;
    };
    *step = promotion.advance(answer);
    while matches!(step, PromotionStep::Pause { .. }) {
        *step = promotion.advance(PromotionReply::Paused);
    }
    match step {
        PromotionStep::Strike { entry, seat } => {
            worker.jobs.push(Job::DeletePlace(entry.id));
            if let (Some(rev), Some(user)) = (*seat, setting.user(entry.guest)) {
                worker.jobs.push(Job::TellSeat(user, rev));
            }
        }
        PromotionStep::Release(held) => {
            let held = held.iter().rev();
            let jobs = held.map(|(no, seats)| Job::Release(*no, *seats));
            worker.jobs.extend(jobs);
        }
        _ => {}
    }
}
