//! A state of the model: the table, its stream, all processes, and the promises that were made to users.

use std::collections::{BTreeMap, BTreeSet};

use domain::seats::{
    availability::Availability,
    bucket::{Bucket, Terms},
    registration::Registration,
    waitlist::{Entry, EntryId},
};

use super::{
    client::Client,
    instance::{Faults, NOW},
    organizer::Organizer,
    record::Record,
    setting::{Setting, User},
    task::Place,
    worker::Worker,
};

/// A promise to users that a call has broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Broken {
    /// A write made a registration's revision smaller.
    RevFell,
    /// A user got a seat after registration was closed.
    SeatAfterClose,
    /// A user was promoted before another user who had joined earlier.
    OutOfOrder,
    /// A user got the answer that all seats are taken, although a seat was free and no seat had ever been given back.
    FalseSoldOut,
    /// A user who had a seat got a place on the waitlist.
    WaitsWithSeat,
    /// A user who had a seat got the answer that the user has no seat.
    Denied,
}

/// A state of the model.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct World {
    // The next fields are the content of the table and its stream.
    pub(crate) buckets: Vec<Bucket>,
    pub(crate) registrations: Vec<Option<Registration>>,
    pub(crate) entries: BTreeSet<Entry>,
    /// Whether each user's account is erased.
    pub(crate) erased: Vec<bool>,
    pub(crate) availability: Availability,
    /// The event's terms, which the buckets should have.
    pub(crate) event: Terms,
    /// The number of places made so far. The id of each place is derived from this number.
    pub(crate) places_made: u8,
    /// The records that the relay has not processed yet, for each shard.
    pub(crate) stream: Vec<Vec<Record>>,
    // The next fields are the states of the processes.
    pub(crate) clients: Vec<Client>,
    pub(crate) organizer: Organizer,
    pub(crate) workers: Vec<Option<Worker>>,
    /// The faults that may still happen in this run.
    pub(crate) left: Faults,
    // The next fields exist only to check the properties.
    pub(crate) capacity: u32,
    /// For each existing place, the other places that existed already when the user's process began to join.
    pub(crate) behind: BTreeMap<EntryId, Vec<EntryId>>,
    /// The number of times that each user got a seat.
    pub(crate) seatings: Vec<u8>,
    /// Whether a held seat has become free in an earlier step of the run.
    pub(crate) refilled: bool,
    /// Whether a call that closes registration has returned, and no later call to open registration has begun.
    pub(crate) closed: bool,
    pub(crate) broken: Option<Broken>,
}

impl World {
    /// Returns a new place for a process that begins.
    pub(crate) fn new_place(&mut self) -> Place {
        self.places_made += 1;
        Place {
            id: EntryId::from(uuid::Uuid::from_u128(self.places_made.into())),
            behind: self.entries.iter().map(|entry| entry.id).collect(),
        }
    }

    /// Whether the users and the organizer have nothing left to do, and the relay has processed all records.
    pub(crate) fn is_at_rest(&self, setting: &Setting) -> bool {
        let instance = &setting.instance;
        self.stream.iter().all(Vec::is_empty)
            && self.workers.iter().all(Option::is_none)
            && self.organizer.is_done(instance)
            && (self.clients.iter().zip(instance.clients))
                .all(|(client, (_, wants))| client.is_done(wants))
    }

    /// Whether the terms of all buckets allow promotions now.
    pub(crate) fn is_open(&self) -> bool {
        let now = NOW;
        self.buckets.iter().all(|bucket| bucket.terms.promote(now))
    }

    pub(crate) fn total_free(&self) -> u32 {
        self.buckets.iter().map(|bucket| bucket.free).sum()
    }

    pub(crate) fn is_guest(&self, setting: &Setting, user: User) -> bool {
        let guest = setting.guests[user];
        self.buckets.iter().any(|bucket| bucket.has(guest))
    }

    /// Whether the user's registration is waitlisted and names this place.
    pub(crate) fn waits_at(&self, user: User, entry: EntryId) -> bool {
        let registration = self.registrations[user].as_ref();
        registration.is_some_and(|registration| registration.waits_at(entry))
    }

    pub(crate) fn break_promise(&mut self, broken: Broken) {
        self.broken.get_or_insert(broken);
    }
}
