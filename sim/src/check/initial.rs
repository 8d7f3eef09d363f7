//! Builds the first state of the model in a run of the checker.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use domain::seats::{
    bucket::{Bucket, BucketNo},
    claim::SeatRev,
    waitlist::Entry,
    writes::{BorrowWrite, BucketWrite, EnqueueWrite, RegistrationWrite},
};
use jiff::Timestamp;

use super::{
    client::Client,
    instance::{Before, Instance, NOW, event, terms},
    organizer::Organizer,
    setting::{Setting, User},
    task::Place,
    world::World,
};

impl Setting {
    /// Returns the [`Setting`] of a run that checks all properties of the configuration `instance`. The run removes no part of
    /// the protocol.
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

    /// Returns the state of the model before the first step of a run.
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

    /// Gives the user a seat of the home bucket, or else of the first bucket with a free seat. Then the registration and the
    /// availability show this seat.
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
            world.availability.update(bucket.no, (&*bucket).into());
        }
        let rev = SeatRev::Written(world.buckets[usize::from(home)].rev);
        world.seatings[user] = 1;
        let write = RegistrationWrite::seat(event(), guest.user_id(), rev, Timestamp::UNIX_EPOCH);
        world.registrations[user] = Some(write.applied(None));
    }

    /// Gives the user a place on the waitlist. Then the registration and the availability show this place.
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
