//! Writes of the waitlist: enqueue, give up, promote, strike.

use domain::seats::{
    bucket::SeatKind,
    join, leave,
    promotion::{self, Move},
    registration::{Registration, RegistrationStatus},
    waitlist::{Entry, EntryId},
};

use super::super::{
    instance::Without,
    record::{Record, SeatChange},
    world::{Broken, Place, Setting, User, World},
};

impl World {
    /// One transaction: the place, the registration that tells of it, and the home bucket as it was read.
    pub(crate) fn enqueue(
        &mut self,
        setting: &Setting,
        user: User,
        place: &Place,
        rev: u64,
    ) -> join::Answer {
        let home = &self.buckets[usize::from(setting.home(user))];
        let standing = self.registrations[user].clone();
        let is_waiting = |item: &Registration| item.status == RegistrationStatus::Waitlisted;
        let registration_refuses = standing.as_ref().is_some_and(|item| {
            item.rev > rev || (is_waiting(item) && !setting.is_without(Without::EnqueueWaiting))
        });
        let home_refuses = home.rev != rev && !setting.is_without(Without::EnqueueHome);
        if registration_refuses || home_refuses {
            let registration = standing.filter(|_| registration_refuses);
            return join::Answer::Refused { registration };
        }
        let (id, guest) = (place.id, setting.guests[user]);
        if home.has(guest) {
            self.break_promise(Broken::WaitsWithSeat);
        }
        let mut behind = place.behind.clone();
        behind.retain(|id| self.entries.iter().any(|entry| entry.id == *id));
        self.behind.insert(id, behind);
        self.entries.insert(Entry { id, guest });
        let written = Registration {
            generation: standing.map_or(0, |item| item.generation),
            entry_id: Some(id),
            ..setting.registration(user, RegistrationStatus::Waitlisted, rev)
        };
        self.put_registration(user, written);
        self.record(setting, Record::Place);
        if setting.instance.erases() {
            self.record(setting, Record::Joined(user));
        }
        join::Answer::Enqueued
    }

    /// One transaction: the registration that tells of the place, and the home bucket as it was read.
    pub(crate) fn affirm(
        &mut self,
        setting: &Setting,
        user: User,
        entry: EntryId,
        rev: u64,
    ) -> join::Answer {
        if setting.is_without(Without::Affirm) {
            return join::Answer::Affirmed(entry);
        }
        let home = &self.buckets[usize::from(setting.home(user))];
        let standing = self.registrations[user].clone();
        match standing.filter(|item| item.rev <= rev) {
            Some(standing) if self.waits_at(user, entry) && home.rev == rev => {
                self.put_registration(user, Registration { rev, ..standing });
                join::Answer::Affirmed(entry)
            }
            _ => join::Answer::Refused { registration: None },
        }
    }

    /// One transaction: the place is deleted, whether it is there or not, and the registration that tells of it
    /// says so.
    pub(crate) fn give_up(
        &mut self,
        setting: &Setting,
        user: User,
        entry: EntryId,
    ) -> leave::Answer {
        if !self.waits_at(user, entry) {
            return leave::Answer::Refused;
        }
        let Some(standing) = self.registrations[user].clone() else {
            return leave::Answer::Refused;
        };
        let written = Registration {
            status: RegistrationStatus::Cancelled,
            entry_id: None,
            ..standing
        };
        self.put_registration(user, written);
        self.delete_entry(setting, entry);
        leave::Answer::GivenUp
    }

    /// Deletes a place, if it is there.
    pub(crate) fn delete_entry(&mut self, setting: &Setting, entry: EntryId) {
        let places = self.entries.len();
        self.entries.retain(|other| other.id != entry);
        if self.entries.len() < places {
            self.behind.remove(&entry);
            for behind in self.behind.values_mut() {
                behind.retain(|other| *other != entry);
            }
            self.record(setting, Record::Place);
        }
    }

    /// One transaction: a seat of the source, the guest at home, the place, and the registration.
    pub(crate) fn promote(&mut self, setting: &Setting, moving: Move) -> promotion::Answer {
        let Move {
            entry,
            home,
            rev,
            source,
            seat,
        } = moving;
        let Some(user) = setting.user(entry.guest) else {
            return promotion::Answer::Conflict;
        };
        let giving = &self.buckets[usize::from(source)];
        let has_seat = match seat {
            SeatKind::Held => giving.held > 0,
            SeatKind::Free => giving.free > 0,
        } || setting.is_without(Without::PromoteSeat);
        let any_place = setting.is_without(Without::PromotePlace);
        let obsolete = !self.waits_at(user, entry.id) && !any_place;
        let moved =
            self.buckets[usize::from(home)].rev != rev && !setting.is_without(Without::PromoteHome);
        let stale = moved || !(self.entries.contains(&entry) || any_place);
        if !has_seat || obsolete || stale {
            return promotion::Answer::Refused {
                source: (!has_seat).then(|| giving.clone()),
                obsolete,
                stale,
            };
        }
        self.check_order(setting, entry);
        let giving = &mut self.buckets[usize::from(source)];
        match seat {
            SeatKind::Held => giving.held = giving.held.saturating_sub(1),
            SeatKind::Free => giving.free = giving.free.saturating_sub(1),
        }
        if source != home {
            self.wrote(setting, source, None);
        }
        self.buckets[usize::from(home)].guests.insert(entry.guest);
        self.wrote(setting, home, Some(SeatChange { user, seated: true }));
        let generation = self.registrations[user]
            .as_ref()
            .map_or(0, |item| item.generation);
        let written = Registration {
            generation: generation + 1,
            ..setting.registration(user, RegistrationStatus::Confirmed, rev + 1)
        };
        self.put_registration(user, written);
        self.delete_entry(setting, entry.id);
        promotion::Answer::Promoted
    }

    /// Whether nobody waits who had a place before the one who is promoted began to join.
    fn check_order(&mut self, setting: &Setting, promoted: Entry) {
        let behind = self.behind.get(&promoted.id);
        let longer = self.entries.iter().any(|entry| {
            behind.is_some_and(|behind| behind.contains(&entry.id))
                && setting.user(entry.guest).is_some_and(|user| {
                    self.waits_at(user, entry.id) && !self.is_guest(setting, user)
                })
        });
        if longer {
            self.break_promise(Broken::OutOfOrder);
        }
    }
}
