//! The facts that changes add to statistics. Everything here is pure.

use std::collections::BTreeMap;

use domain::stats::{
    StatsOf,
    fact::{Fact, FactId},
    tally::Tally,
};
use jiff::Timestamp;
use store::stream::Change;

use crate::batch::Source;

/// The facts of a batch, by whose statistics they change, and a record that tells of them.
#[derive(Debug, Default)]
pub(crate) struct Facts(pub(crate) BTreeMap<StatsOf, (Vec<Fact>, Source)>);

impl Facts {
    /// Adds what follows from `change`, written at `at`.
    pub(crate) fn add(&mut self, change: &Change, at: Timestamp, source: &Source) {
        for (of, tally) in tallies(change) {
            if tally.is_zero() {
                continue;
            }
            let id = FactId::of(&source.pk, &source.sk, &source.sequence_number);
            let fact = Fact { id, at, tally };
            let facts = self.0.entry(of);
            let (facts, _) = facts.or_insert_with(|| (Vec::new(), source.clone()));
            facts.push(fact);
        }
    }
}

fn tallies(change: &Change) -> Vec<(StatsOf, Tally)> {
    let of_all = |tally| vec![(StatsOf::System, tally)];
    match change {
        Change::Registration { before, after, .. } => {
            let event = StatsOf::Event(after.event_id);
            both(event, before.as_ref(), after, Tally::of_registration)
        }
        Change::Ticket { before, after } => {
            let event = StatsOf::Event(after.event_id);
            both(event, before.as_deref(), after, Tally::of_ticket)
        }
        Change::Mail { key, before, after } => {
            let of_mail = |state: &_| Tally::of_mail(*state);
            match key.event_id() {
                Some(event) => both(StatsOf::Event(event), before.as_ref(), after, of_mail),
                None => of_all(since(before.as_ref(), after, of_mail)),
            }
        }
        Change::Account { before, after, .. } => {
            let role = |account: &store::Account| Tally::of_account(account.user.role);
            of_all(since(before.as_deref(), after, role))
        }
        Change::AccountErased { account } => {
            of_all(Tally::default().since(&Tally::of_account(account.user.role)))
        }
        Change::Event { before, after } => {
            let status = |event: &domain::events::Event| Tally::of_event(event.status);
            of_all(since(before.as_deref(), after, status))
        }
        Change::DraftDeleted { event } => {
            of_all(Tally::default().since(&Tally::of_event(event.status)))
        }
        _ => Vec::new(),
    }
}

/// Returns the facts that a change adds to an event's statistics, and to those of all.
fn both<T>(
    event: StatsOf,
    before: Option<&T>,
    after: &T,
    contributes: impl Fn(&T) -> Tally,
) -> Vec<(StatsOf, Tally)> {
    let tally = since(before, after, contributes);
    let for_all = tally.for_all();
    vec![(event, tally), (StatsOf::System, for_all)]
}

fn since<T>(before: Option<&T>, after: &T, contributes: impl Fn(&T) -> Tally) -> Tally {
    let standing = before.map(&contributes).unwrap_or_default();
    contributes(after).since(&standing)
}

#[cfg(test)]
mod tests;
