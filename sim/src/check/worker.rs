//! The calls that the relay makes for a batch of records.

use std::collections::BTreeSet;

use domain::seats::{
    availability::BucketCounts,
    bucket::{BucketNo, Terms},
    claim::SeatRev,
    leave::{Leave, LeaveStep},
    promotion::{Promotion, PromotionStep},
    waitlist::EntryId,
};

use super::{
    control::Without,
    record::{Record, SeatChange},
    setting::{Setting, User},
};

/// One call of the relay.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Job {
    /// Finds the registrations that do not show these changes yet. Each change has the revision of its bucket.
    ReadRegistrations(Vec<(SeatChange, u64)>),
    /// Finds the users in this list whose accounts are erased.
    ReadAccounts(Vec<User>),
    /// Reads whether an erased account still has a seat or a place.
    LookUp(User),
    /// Gives up the seat or the place of an erased account, with the steps that its user's own process would make.
    Leave(User, Leave, LeaveStep),
    /// Records the loss of an erased account's seat in the registration.
    TellRemoval(User, SeatRev),
    /// Records a seat, or the loss of a seat, in a registration that does not show the change yet.
    Repair {
        change: SeatChange,
        rev: u64,
    },
    /// Deletes the place of a user who no longer waits.
    DeletePlace(EntryId),
    /// Finds the buckets whose terms are older than these terms.
    FindBehind(Terms),
    Align(BucketNo, Terms),
    CountWaiting,
    /// Writes the counts of buckets and of places into the availability, and then checks whether a promotion is due.
    Learn {
        looks: Vec<(BucketNo, BucketCounts)>,
        waiting: Option<u32>,
    },
    /// Checks whether a promotion is due before the availability is written. Only a negative control makes this call.
    Look,
    /// Records the seat of a user whose place is deleted, as a part of [`PromotionStep::Strike`].
    TellSeat(User, SeatRev),
    /// Makes held seats free, as a part of [`PromotionStep::Release`].
    Release(BucketNo, u32),
}

/// A batch that the relay is processing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Worker {
    /// The number of records in the batch.
    pub(crate) records: usize,
    /// The remaining calls. The last element is the next call.
    pub(crate) jobs: Vec<Job>,
    /// The promotion in progress, and its current step. The calls in `jobs` are parts of this step. If `jobs` is empty, the
    /// step itself is the next call.
    pub(crate) promotion: Option<(Promotion, PromotionStep)>,
    /// Whether the account at the head of the waitlist exists; `None` if it was not read yet. The relay reads the account in
    /// one call and then the home bucket in another, because it cannot read both at one instant.
    pub(crate) has_account: Option<bool>,
}

impl Worker {
    /// Returns the worker for a batch of these records, before its first call.
    pub(crate) fn new(setting: &Setting, records: &[Record]) -> Self {
        let mut changes = Vec::new();
        let mut people = BTreeSet::new();
        let mut looks: Vec<(BucketNo, BucketCounts)> = Vec::new();
        for record in records {
            match record {
                Record::Bucket { no, counts, change } => {
                    changes.extend(change.map(|change| (change, counts.rev)));
                    let seated = change.filter(|change| change.seated);
                    if !setting.is_without(Without::SeatedAccount) {
                        people.extend(seated.map(|change| change.user));
                    }
                    looks.retain(|(other, _)| other != no);
                    looks.push((*no, *counts));
                }
                Record::Joined(user) if !setting.is_without(Without::JoinedAccount) => {
                    people.insert(*user);
                }
                Record::Account(user) if !setting.is_without(Without::ErasedAccount) => {
                    people.insert(*user);
                }
                Record::Joined(_) | Record::Account(_) | Record::Place | Record::Event(_) => {}
            }
        }
        people.retain(|_| setting.instance.erases());
        let accounts = Some(Job::ReadAccounts(people.into_iter().collect()));
        let accounts = accounts.filter(|job| *job != Job::ReadAccounts(Vec::new()));
        let too_early = setting.is_without(Without::AccountAfterRepair);
        let terms = records.iter().rev().find_map(|record| match record {
            Record::Event(terms) => Some(*terms),
            _ => None,
        });
        let places = records.contains(&Record::Place);
        let mut jobs = Vec::new();
        jobs.extend(accounts.clone().filter(|_| too_early));
        if !(changes.is_empty() || setting.is_without(Without::Repair)) {
            jobs.push(Job::ReadRegistrations(changes));
        }
        jobs.extend(accounts.filter(|_| !too_early));
        if let Some(terms) = terms.filter(|_| !setting.is_without(Without::Align)) {
            jobs.push(Job::FindBehind(terms));
        }
        if setting.is_without(Without::LearnFirst) {
            jobs.push(Job::Look);
        }
        if places {
            jobs.push(Job::CountWaiting);
        }
        if places || !looks.is_empty() {
            let waiting = None;
            jobs.push(Job::Learn { looks, waiting });
        }
        jobs.reverse();
        Self {
            records: records.len(),
            jobs,
            promotion: None,
            has_account: None,
        }
    }

    /// Whether the next call may have another effect if it is sent a second time. This is possible only if it writes without a
    /// transaction, because a transaction has an idempotency token.
    pub(crate) fn is_single_write(&self) -> bool {
        matches!(
            self.jobs.last(),
            Some(
                Job::Repair { .. }
                    | Job::TellSeat(..)
                    | Job::TellRemoval(..)
                    | Job::Leave(_, _, LeaveStep::RemoveGuest)
                    | Job::Release(..)
            )
        )
    }

    /// Whether the next call can conflict with another transaction.
    pub(crate) fn is_transaction(&self) -> bool {
        use LeaveStep as L;
        match (self.jobs.last(), &self.promotion) {
            (Some(Job::Leave(_, _, step)), _) => {
                matches!(step, L::RemoveGuest | L::GiveUpPlace { .. })
            }
            (None, Some((_, step))) => matches!(
                step,
                PromotionStep::Promote(_) | PromotionStep::GiveUp { .. }
            ),
            (Some(_), _) | (None, None) => false,
        }
    }
}
