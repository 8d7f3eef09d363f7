//! Writes of buckets: claim, borrow, remove, release, align, raise, lower.

use domain::seats::{
    bucket::{BucketNo, Terms},
    capacity_change::Withdrawal,
    claim::{Answer, SeatRev},
    leave,
};

use super::super::{
    instance::{NOW, Without},
    record::{Record, SeatChange},
    world::{Setting, User, World},
};

impl World {
    /// One conditional write: a free seat of the home bucket.
    pub(crate) fn claim(&mut self, setting: &Setting, user: User) -> Answer {
        let (no, guest) = (setting.home(user), setting.guests[user]);
        let bucket = &mut self.buckets[usize::from(no)];
        let admits = bucket.terms.admit(NOW) || setting.is_without(Without::ClaimTerms);
        let has_seat = bucket.free > 0 || setting.is_without(Without::ClaimFree);
        let is_new = !bucket.has(guest) || setting.is_without(Without::ClaimNotThere);
        if !(admits && has_seat && is_new) {
            return Answer::ClaimRefused(bucket.clone());
        }
        bucket.free = bucket.free.saturating_sub(1);
        bucket.guests.insert(guest);
        self.wrote(setting, no, Some(SeatChange { user, seated: true }));
        Answer::Claimed {
            rev: self.buckets[usize::from(no)].rev,
        }
    }

    /// One transaction: a free seat of the donor, the guest at home.
    pub(crate) fn borrow(&mut self, setting: &Setting, user: User, donor: BucketNo) -> Answer {
        let (mut no, guest) = (setting.home(user), setting.guests[user]);
        let (giving, taking) = (
            &self.buckets[usize::from(donor)],
            &self.buckets[usize::from(no)],
        );
        let has_seat = giving.free > 0 || setting.is_without(Without::BorrowFree);
        let donor_refuses = !has_seat || !giving.terms.admit(NOW);
        let home_refuses = taking.has(guest) || !taking.terms.admit(NOW);
        if donor_refuses || home_refuses {
            return Answer::BorrowRefused {
                home: home_refuses.then(|| taking.clone()),
                donor: donor_refuses.then(|| giving.clone()),
            };
        }
        if setting.is_without(Without::BorrowHome) {
            no = donor;
        }
        let giving = &mut self.buckets[usize::from(donor)];
        giving.free = giving.free.saturating_sub(1);
        self.wrote(setting, donor, None);
        self.buckets[usize::from(no)].guests.insert(guest);
        self.wrote(setting, no, Some(SeatChange { user, seated: true }));
        Answer::Borrowed
    }

    /// One conditional write: the guest leaves, the seat is held.
    pub(crate) fn remove_guest(&mut self, setting: &Setting, user: User) -> leave::Answer {
        let (no, guest) = (setting.home(user), setting.guests[user]);
        let bucket = &mut self.buckets[usize::from(no)];
        if !bucket.guests.remove(&guest) && !setting.is_without(Without::RemoveThere) {
            return leave::Answer::NotOnList(SeatRev::Seen(bucket.rev));
        }
        bucket.held += 1;
        let change = SeatChange {
            user,
            seated: false,
        };
        self.wrote(setting, no, Some(change));
        leave::Answer::Removed(SeatRev::Written(self.buckets[usize::from(no)].rev))
    }

    /// One conditional write: held seats become free.
    pub(crate) fn release(&mut self, setting: &Setting, no: BucketNo, seats: u32) {
        let bucket = &mut self.buckets[usize::from(no)];
        if bucket.held < seats && !setting.is_without(Without::ReleaseHeld) {
            return;
        }
        bucket.held = bucket.held.saturating_sub(seats);
        bucket.free += seats;
        self.refilled = true;
        self.wrote(setting, no, None);
    }

    /// One conditional write: newer terms.
    pub(crate) fn align(&mut self, setting: &Setting, no: BucketNo, terms: Terms) {
        let bucket = &mut self.buckets[usize::from(no)];
        if bucket.terms.event_version < terms.event_version {
            bucket.terms = terms;
            self.wrote(setting, no, None);
        }
    }

    /// One write: the event with newer terms.
    pub(crate) fn write_event(&mut self, setting: &Setting, terms: Terms) {
        self.event = terms;
        self.record(setting, Record::Event(terms));
    }

    /// One transaction: more seats, held.
    pub(crate) fn raise(&mut self, setting: &Setting, seats: &[(BucketNo, u32)]) {
        for (no, seats) in seats {
            self.buckets[usize::from(*no)].held += seats;
            self.capacity += seats;
            self.wrote(setting, *no, None);
        }
    }

    /// One transaction: less seats, if they are still there.
    pub(crate) fn lower(&mut self, setting: &Setting, withdrawals: &[Withdrawal]) {
        let is_there = |w: &Withdrawal| {
            let bucket = &self.buckets[usize::from(w.no)];
            bucket.free >= w.free && bucket.held >= w.held
        };
        if !withdrawals.iter().all(is_there) && !setting.is_without(Without::LowerSeats) {
            return;
        }
        for Withdrawal { no, free, held } in withdrawals {
            let bucket = &mut self.buckets[usize::from(*no)];
            bucket.free = bucket.free.saturating_sub(*free);
            bucket.held = bucket.held.saturating_sub(*held);
            self.capacity -= free + held;
            self.wrote(setting, *no, None);
        }
    }
}
