//! Writes of buckets: claim, borrow, remove, release, align, raise, lower.

use domain::seats::{
    bucket::{BucketNo, Terms},
    capacity_change::Withdrawal,
    claim::{ClaimReply, SeatRev},
    leave::LeaveReply,
    writes::{BorrowWrite, BucketDemand, BucketWrite},
};

use super::super::{
    control::Without,
    instance::NOW,
    record::Record,
    setting::{Setting, User},
    world::World,
};

impl World {
    /// Claims a free seat of the home bucket in one conditional write.
    pub(crate) fn claim(&mut self, setting: &Setting, user: User) -> ClaimReply {
        let home = setting.home(user);
        let mut write = BucketWrite::claim(home, setting.guests[user], NOW);
        setting.weaken(Without::ClaimTerms, &mut write.demands, |demand| {
            matches!(demand, BucketDemand::Admits { .. })
        });
        setting.weaken(Without::ClaimFree, &mut write.demands, |demand| {
            matches!(demand, BucketDemand::AtLeast(..))
        });
        setting.weaken(Without::ClaimNotThere, &mut write.demands, |demand| {
            matches!(demand, BucketDemand::NotListed(_))
        });
        if let Some(bucket) = self.refusing(&write) {
            return ClaimReply::ClaimRefused(bucket);
        }
        self.write_bucket(setting, &write);
        ClaimReply::Claimed {
            rev: self.buckets[usize::from(home)].rev,
        }
    }

    /// Borrows in one transaction: takes a free seat from the donor, and adds the guest to the home bucket.
    pub(crate) fn borrow(&mut self, setting: &Setting, user: User, donor: BucketNo) -> ClaimReply {
        let mut write = BorrowWrite::new(donor, setting.home(user), setting.guests[user], NOW);
        setting.weaken(Without::BorrowFree, &mut write.donor.demands, |demand| {
            matches!(demand, BucketDemand::AtLeast(..))
        });
        setting.weaken(Without::BorrowNotThere, &mut write.home.demands, |demand| {
            matches!(demand, BucketDemand::NotListed(_))
        });
        let (home, donor) = (self.refusing(&write.home), self.refusing(&write.donor));
        if home.is_some() || donor.is_some() {
            return ClaimReply::BorrowRefused { home, donor };
        }
        if setting.is_without(Without::BorrowHome) {
            write.home.no = write.donor.no;
        }
        self.write_bucket(setting, &write.donor);
        self.write_bucket(setting, &write.home);
        ClaimReply::Borrowed
    }

    /// Removes a guest from the home bucket in one conditional write. The seat becomes held.
    pub(crate) fn remove_guest(&mut self, setting: &Setting, user: User) -> LeaveReply {
        let home = setting.home(user);
        let mut write = BucketWrite::removal(home, setting.guests[user]);
        setting.weaken(Without::RemoveThere, &mut write.demands, |demand| {
            matches!(demand, BucketDemand::Listed(_))
        });
        if let Some(bucket) = self.refusing(&write) {
            return LeaveReply::NotOnList(SeatRev::Seen(bucket.rev));
        }
        self.write_bucket(setting, &write);
        LeaveReply::Removed(SeatRev::Written(self.buckets[usize::from(home)].rev))
    }

    /// Makes held seats free in one conditional write.
    pub(crate) fn release(&mut self, setting: &Setting, no: BucketNo, seats: u32) {
        let mut write = BucketWrite::release(no, seats);
        setting.weaken(Without::ReleaseHeld, &mut write.demands, |demand| {
            matches!(demand, BucketDemand::AtLeast(..))
        });
        if self.refusing(&write).is_none() {
            self.refilled = true;
            self.write_bucket(setting, &write);
        }
    }

    /// Gives a bucket newer terms in one conditional write.
    pub(crate) fn align(&mut self, setting: &Setting, no: BucketNo, terms: Terms) {
        let mut write = BucketWrite::alignment(no, terms);
        setting.weaken(Without::AlignNewer, &mut write.demands, |demand| {
            matches!(demand, BucketDemand::TermsBelow(_))
        });
        if self.refusing(&write).is_none() {
            self.write_bucket(setting, &write);
        }
    }

    /// Gives the event newer terms in one write.
    pub(crate) fn write_event(&mut self, setting: &Setting, terms: Terms) {
        self.event = terms;
        self.record(setting, Record::Event(terms));
    }

    /// Adds held seats to buckets in one transaction.
    pub(crate) fn raise(&mut self, setting: &Setting, seats: &[(BucketNo, u32)]) {
        for (no, seats) in seats {
            self.capacity += seats;
            self.write_bucket(setting, &BucketWrite::raise(*no, *seats));
        }
    }

    /// Withdraws seats from buckets in one transaction, if the buckets still have these seats.
    pub(crate) fn lower(&mut self, setting: &Setting, withdrawals: &[Withdrawal]) {
        let write = |withdrawal| {
            let mut write = BucketWrite::lower(withdrawal);
            setting.weaken(Without::LowerSeats, &mut write.demands, |demand| {
                matches!(demand, BucketDemand::AtLeast(..))
            });
            write
        };
        let writes: Vec<_> = withdrawals.iter().map(write).collect();
        if writes.iter().any(|write| self.refusing(write).is_some()) {
            return;
        }
        for write in &writes {
            self.write_bucket(setting, write);
        }
        let withdrawn: u32 = withdrawals.iter().map(|w| w.free + w.held).sum();
        self.capacity -= withdrawn;
    }
}
