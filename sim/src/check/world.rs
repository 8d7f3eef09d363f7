//! A state of the whole: the table, its stream, everybody's processes, and what was promised to whom.

use std::collections::{BTreeMap, BTreeSet};

use domain::seats::{
    availability::Availability,
    bucket::{Bucket, Terms},
    registration::{Registration, RegistrationStatus},
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

/// What was promised and not kept, seen at the call that broke it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Broken {
    /// A registration's revision fell.
    RevFell,
    /// Somebody got a seat after registration had been closed.
    SeatAfterClose,
    /// Somebody was promoted past one who waited longer.
    OutOfOrder,
    /// Told sold out though a seat was free and none had ever been given back.
    FalseSoldOut,
    /// Put on the waitlist, with a seat.
    WaitsWithSeat,
    /// Told to have no seat, with one.
    Denied,
}

/// A state.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct World {
    // The table.
    pub(crate) buckets: Vec<Bucket>,
    pub(crate) registrations: Vec<Option<Registration>>,
    pub(crate) entries: BTreeSet<Entry>,
    /// Whether each user's account is erased.
    pub(crate) erased: Vec<bool>,
    pub(crate) availability: Availability,
    /// Terms that follow from the event item.
    pub(crate) event: Terms,
    /// Places made so far; ids rise with them.
    pub(crate) places_made: u8,
    /// Records that are not processed yet, by shard.
    pub(crate) stream: Vec<Vec<Record>>,
    // Processes.
    pub(crate) clients: Vec<Client>,
    pub(crate) organizer: Organizer,
    pub(crate) workers: Vec<Option<Worker>>,
    /// What may still go wrong.
    pub(crate) left: Faults,
    // Known to nobody but the properties.
    pub(crate) capacity: u32,
    /// Which places stood when the process of a standing one began.
    pub(crate) behind: BTreeMap<EntryId, Vec<EntryId>>,
    /// How often each user got a seat.
    pub(crate) seatings: Vec<u8>,
    /// A free seat has been added since the beginning.
    pub(crate) refilled: bool,
    /// A call that closes registration has returned, and none has begun to open it again.
    pub(crate) closed: bool,
    pub(crate) broken: Option<Broken>,
}

impl World {
    /// The next place, which a process makes for itself when it begins.
    pub(crate) fn new_place(&mut self) -> Place {
        self.places_made += 1;
        Place {
            id: EntryId::from(uuid::Uuid::from_u128(self.places_made.into())),
            behind: self.entries.iter().map(|entry| entry.id).collect(),
        }
    }

    /// Whether nothing more happens of itself.
    pub(crate) fn is_at_rest(&self, setting: &Setting) -> bool {
        let instance = &setting.instance;
        self.stream.iter().all(Vec::is_empty)
            && self.workers.iter().all(Option::is_none)
            && self.organizer.is_done(instance)
            && (self.clients.iter().zip(instance.clients))
                .all(|(client, (_, wants))| client.is_done(wants))
    }

    /// Whether seats can be given to those who wait.
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

    /// Whether the user's registration tells of this very place.
    pub(crate) fn waits_at(&self, user: User, entry: EntryId) -> bool {
        self.registrations[user].as_ref().is_some_and(|item| {
            item.status == RegistrationStatus::Waitlisted && item.entry_id == Some(entry)
        })
    }

    pub(crate) fn break_promise(&mut self, broken: Broken) {
        self.broken.get_or_insert(broken);
    }
}
