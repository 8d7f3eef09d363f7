//! The relay's part in a sale: it writes missing registrations, and keeps the availability up to date.

use std::collections::BTreeMap;

use domain::seats::{availability::BucketCounts, bucket::BucketNo};

use super::guest::person;
use crate::rush::{
    chance::Chance,
    design::{Action, News, RequestEnd, Script, textbook::back_off},
    item::{Item, Key, Write},
    table::{Call, Record, Reply},
};

/// The behaviour of the relay for one batch of records. A second call with the same content would change nothing, so every call
/// can be retried.
#[derive(Debug)]
pub(super) struct Relaying {
    /// The registrations of all guests whom the writes in the batch added to buckets. Each of these registrations should exist.
    wanted: Vec<Key>,
    /// The registrations that should exist but do not.
    missing: Vec<Key>,
    /// For each bucket, the newest counts that the records of the batch contain.
    looks: BTreeMap<BucketNo, BucketCounts>,
    stage: Stage,
    tries: u32,
    chance: Chance,
}

#[derive(Debug)]
enum Stage {
    Looking,
    Repairing,
    Reading,
    Writing,
}

impl Relaying {
    /// Creates the relay's behaviour for a batch of records.
    pub(super) fn new(records: Vec<Record>, seed: u64) -> Self {
        let mut looks = BTreeMap::<_, BucketCounts>::new();
        let mut wanted = Vec::new();
        for record in records {
            let look = looks.entry(record.no).or_insert(record.counts);
            if record.counts.rev > look.rev {
                *look = record.counts;
            }
            wanted.extend(record.guest.map(|guest| Key::Registration(person(guest))));
        }
        Self {
            wanted,
            missing: Vec::new(),
            looks,
            stage: Stage::Looking,
            tries: 0,
            chance: Chance::new(seed),
        }
    }

    fn repair(&mut self) -> Action {
        match self.missing.pop() {
            Some(key) => {
                self.stage = Stage::Repairing;
                Action::Call(Call::Write(key, Write::Record))
            }
            None => self.read(),
        }
    }

    fn read(&mut self) -> Action {
        self.stage = Stage::Reading;
        Action::Call(Call::Read(vec![Key::Availability]))
    }

    /// Adds the batch's counts to the availability in `items`, and writes the result if it differs from that availability.
    fn update(&mut self, items: Vec<Option<Item>>) -> Action {
        let Some(Some(Item::Availability(mut known, rev, _))) = items.into_iter().next() else {
            return Action::Done(RequestEnd::Unavailable);
        };
        let mut news = false;
        for (no, counts) in &self.looks {
            news |= known.update(*no, *counts);
        }
        if !news {
            return Action::Done(RequestEnd::Confirmed);
        }
        self.stage = Stage::Writing;
        Action::Call(Call::Write(
            Key::Availability,
            Write::PutAvailability(known, rev),
        ))
    }
}

impl Script for Relaying {
    fn next(&mut self, news: News) -> Action {
        match (&self.stage, news) {
            (Stage::Looking, News::Begin) if self.wanted.is_empty() => self.read(),
            (Stage::Looking, News::Begin) => Action::Call(Call::Read(self.wanted.clone())),
            (Stage::Looking, News::Reply(Reply::Items(items))) => {
                let found = self.wanted.iter().zip(items);
                self.missing = found
                    .filter(|(_, item)| item.is_none())
                    .map(|(key, _)| *key)
                    .collect();
                self.repair()
            }
            (Stage::Repairing, News::Reply(_)) => self.repair(),
            (Stage::Reading, News::Reply(Reply::Items(items))) => self.update(items),
            (Stage::Reading, News::Waited) => self.read(),
            (Stage::Writing, News::Reply(Reply::Written(_))) => Action::Done(RequestEnd::Confirmed),
            (Stage::Writing, News::Reply(_)) if self.tries < 8 => {
                // A batch of another shard has written the availability since this batch read it, so this batch reads it once
                // more.
                self.tries += 1;
                self.stage = Stage::Reading;
                back_off(&mut self.chance, self.tries)
            }
            _ => Action::Done(RequestEnd::Unavailable),
        }
    }
}
