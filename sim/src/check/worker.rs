//! The relay: what it does with a batch of records, call by call.

use std::collections::BTreeSet;

use domain::seats::{
    availability::BucketCounts,
    bucket::{BucketNo, Terms},
    claim::SeatRev,
    leave::{self, Leave},
    promotion::{self, Promotion},
    waitlist::EntryId,
};

use super::{
    control::Without,
    record::{Record, SeatChange},
    setting::{Setting, User},
};

/// A call to make.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Job {
    /// Which registrations lag behind these changes, each with the revision of its bucket?
    ReadRegistrations(Vec<(SeatChange, u64)>),
    /// Which of these accounts are erased?
    ReadAccounts(Vec<User>),
    /// What is left of an erased account?
    LookUp(User),
    /// It gives that up, as its holder would have done.
    Leave(User, Leave, leave::Step),
    /// The seat that it gave up.
    TellRemoval(User, SeatRev),
    /// A registration that did.
    Repair {
        change: SeatChange,
        rev: u64,
    },
    /// The place of one who does not wait any more.
    DeletePlace(EntryId),
    /// Which buckets are behind these terms?
    FindBehind(Terms),
    Align(BucketNo, Terms),
    CountWaiting,
    /// The availability takes in what buckets looked like, and how many wait. Is a promotion due?
    Learn {
        looks: Vec<(BucketNo, BucketCounts)>,
        waiting: Option<u32>,
    },
    /// The availability is read first, and learned of afterwards: wrong.
    Look,
    /// Part of [`promotion::Step::Strike`].
    TellSeat(User, SeatRev),
    /// Part of [`promotion::Step::Release`].
    Release(BucketNo, u32),
}

/// A batch under way.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Worker {
    /// How many records it has.
    pub(crate) records: usize,
    /// What is to be done, the next last.
    pub(crate) jobs: Vec<Job>,
    /// The promotion under way, and its step: the jobs are parts of it, or it is the next call itself.
    pub(crate) promotion: Option<(Promotion, promotion::Step)>,
    /// Whether the account of the head exists, once that is read: before the home bucket is, for the two reads are no one
    /// instant.
    pub(crate) has_account: Option<bool>,
}

impl Worker {
    /// What the first records of a shard ask for.
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

    /// Whether the next call is one write that does something else when it is sent again.
    pub(crate) fn is_single_write(&self) -> bool {
        matches!(
            self.jobs.last(),
            Some(
                Job::Repair { .. }
                    | Job::TellSeat(..)
                    | Job::TellRemoval(..)
                    | Job::Leave(_, _, leave::Step::RemoveGuest)
                    | Job::Release(..)
            )
        )
    }

    /// Whether the next call can meet another transaction.
    pub(crate) fn is_transaction(&self) -> bool {
        use leave::Step as L;
        match (self.jobs.last(), &self.promotion) {
            (Some(Job::Leave(_, _, step)), _) => {
                matches!(step, L::RemoveGuest | L::GiveUpPlace { .. })
            }
            (None, Some((_, step))) => matches!(
                step,
                promotion::Step::Promote(_) | promotion::Step::GiveUp { .. }
            ),
            (Some(_), _) | (None, None) => false,
        }
    }
}
