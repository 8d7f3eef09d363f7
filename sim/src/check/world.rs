//! A state of the whole: the table, its stream, everybody's processes, and what was promised to whom.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use domain::{
    id::GuestId,
    seats::{
        availability::Availability,
        bucket::{Bucket, BucketNo, Terms},
        claim::SeatRev,
        registration::{Registration, RegistrationStatus},
        waitlist::{Entry, EntryId},
        writes::{BorrowWrite, BucketWrite, EnqueueWrite, RegistrationWrite},
    },
};
use jiff::Timestamp;

use super::{
    client::Client,
    control::Without,
    instance::{Before, Faults, Instance, NOW, event, terms},
    organizer::Organizer,
    record::Record,
    worker::Worker,
};

/// An instance with what follows from it, and perhaps without one of the protocol's conditions.
#[derive(Debug, Clone)]
pub(crate) struct Setting {
    pub(crate) instance: Instance,
    /// Ids of the users, and of one stranger for each bucket after them.
    pub(crate) guests: Vec<GuestId>,
    /// What availability there is at the beginning.
    pub(crate) initial: Availability,
    pub(crate) without: Option<Without>,
    /// Only this property is checked, not all.
    pub(crate) only: Option<&'static str>,
}

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

/// A place as it is thought of before it is made.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    pub(crate) id: EntryId,
    /// The places that stood when the process began: whoever is there has come before.
    pub(crate) behind: Vec<EntryId>,
}

/// One of the users, by number.
pub(crate) type User = usize;

impl Setting {
    pub(crate) fn new(instance: Instance) -> Arc<Self> {
        let guests = instance.guests();
        let mut setting = Self {
            initial: instance.untouched(),
            guests,
            instance,
            without: None,
            only: None,
        };
        setting.initial = setting.world().availability;
        Arc::new(setting)
    }

    pub(crate) fn is_without(&self, condition: Without) -> bool {
        self.without == Some(condition)
    }

    /// Home of a user, or of the stranger of a bucket.
    pub(crate) fn home(&self, user: User) -> BucketNo {
        let users = self.instance.homes;
        let stranger = || u16::try_from(user - users.len()).unwrap_or(0);
        users.get(user).copied().unwrap_or_else(stranger)
    }

    /// The user with this id; strangers are none.
    pub(crate) fn user(&self, guest: GuestId) -> Option<User> {
        let users = &self.guests[..self.instance.homes.len()];
        users.iter().position(|id| *id == guest)
    }

    /// The first state.
    pub(crate) fn world(&self) -> World {
        let instance = &self.instance;
        let bucket = |(no, free): (BucketNo, &u32)| Bucket {
            no,
            free: *free,
            held: 0,
            guests: BTreeSet::new(),
            rev: 0,
            terms: terms(true, 1),
        };
        let clients = instance.clients.iter().map(|(user, _)| Client::new(*user));
        let mut world = World {
            buckets: (0..).zip(instance.seats).map(bucket).collect(),
            registrations: vec![None; instance.homes.len()],
            entries: BTreeSet::new(),
            erased: vec![false; instance.homes.len()],
            availability: instance.untouched(),
            event: terms(true, 1),
            places_made: 0,
            stream: vec![Vec::new(); self.shards()],
            clients: clients.collect(),
            organizer: Organizer::default(),
            workers: vec![None; self.shards()],
            left: instance.faults,
            capacity: instance.seats.iter().sum(),
            behind: BTreeMap::new(),
            seatings: vec![0; instance.homes.len()],
            refilled: false,
            closed: false,
            broken: None,
        };
        for before in instance.before {
            match *before {
                Before::Seated(user) => self.seat(&mut world, user),
                Before::Waits(user) => self.queue(&mut world, user),
            }
        }
        world
    }

    /// Gives the user a seat of the home bucket, or of the first bucket that has one. Everybody knows.
    fn seat(&self, world: &mut World, user: User) {
        let (home, guest) = (self.home(user), self.guests[user]);
        let claim = BucketWrite::claim(home, guest, NOW);
        let has_free = |bucket: &&Bucket| bucket.free > 0;
        let writes = if claim.holds(&world.buckets[usize::from(home)]) {
            vec![claim]
        } else if let Some(donor) = world.buckets.iter().find(has_free) {
            let BorrowWrite { donor, home } = BorrowWrite::new(donor.no, home, guest, NOW);
            vec![donor, home]
        } else {
            return;
        };
        for write in writes {
            let bucket = &mut world.buckets[usize::from(write.no)];
            write.apply(bucket);
            world.availability.learn(bucket.no, (&*bucket).into());
        }
        let rev = SeatRev::Written(world.buckets[usize::from(home)].rev);
        world.seatings[user] = 1;
        let write = RegistrationWrite::seat(event(), guest.user_id(), rev, Timestamp::UNIX_EPOCH);
        world.registrations[user] = Some(write.applied(None));
    }

    /// Gives the user a place on the waitlist. Everybody knows.
    fn queue(&self, world: &mut World, user: User) {
        let (home, guest) = (self.home(user), self.guests[user]);
        let Place { id, behind } = world.new_place();
        world.behind.insert(id, behind);
        let rev = world.buckets[usize::from(home)].rev;
        let entry = Entry { id, guest };
        let write = EnqueueWrite::new(event(), home, entry, rev, Timestamp::UNIX_EPOCH);
        write.place.apply(&mut world.entries);
        world.availability.waitlisted += 1;
        world.registrations[user] = Some(write.registration.applied(None));
    }
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

    /// One transaction: the account is erased, unless it is already. Whatever was promised to its holder ends.
    pub(crate) fn erase_account(&mut self, setting: &Setting, user: User) {
        if self.erased[user] {
            return;
        }
        self.erased[user] = true;
        for client in self.clients.iter_mut().filter(|client| client.user == user) {
            client.told = None;
        }
        self.record(setting, Record::Account(user));
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
