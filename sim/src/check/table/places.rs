//! Writes that concern the waitlist: enqueue, affirm, give up, promote.

use domain::seats::{
    join::JoinReply,
    leave::LeaveReply,
    promotion::{Move, PromotionReply},
    registration::RegistrationStatus,
    waitlist::{Entry, EntryId},
    writes::{
        AffirmWrite, BucketDemand, EnqueueWrite, GiveUpWrite, PlaceWrite, PromotionRefusal,
        PromotionWrite, RegistrationDemand,
    },
};

use super::{
    super::{
        control::Without,
        instance::event,
        setting::{Setting, User},
        task::Place,
        world::{Broken, World},
    },
    AT,
};

impl World {
    /// Makes a place in one transaction, which also writes the registration that names the place, and checks that the home
    /// bucket is unchanged.
    pub(crate) fn enqueue(
        &mut self,
        setting: &Setting,
        user: User,
        place: &Place,
        rev: u64,
    ) -> JoinReply {
        let (home, guest) = (setting.home(user), setting.guests[user]);
        let entry = Entry {
            id: place.id,
            guest,
        };
        let mut write = EnqueueWrite::new(event(), home, entry, rev, AT);
        setting.weaken(Without::EnqueueHome, &mut write.home.demands, |demand| {
            matches!(demand, BucketDemand::Revision(_))
        });
        setting.weaken(
            Without::EnqueueWaiting,
            &mut write.registration.demands,
            |demand| {
                matches!(
                    demand,
                    RegistrationDemand::IsNot(RegistrationStatus::Waitlisted)
                )
            },
        );
        let registration = self.registrations[user].clone();
        if !write.registration.holds(registration.as_ref()) {
            return JoinReply::Refused { registration };
        }
        if self.refusing(&write.home).is_some() {
            return JoinReply::Refused { registration: None };
        }
        if self.buckets[usize::from(home)].has(guest) {
            self.break_promise(Broken::WaitsWithSeat);
        }
        let mut behind = place.behind.clone();
        behind.retain(|id| self.entries.iter().any(|entry| entry.id == *id));
        self.behind.insert(entry.id, behind);
        self.write_place(setting, &write.place);
        self.write_registration(setting, user, &write.registration);
        JoinReply::Enqueued
    }

    /// Affirms a place in one transaction: writes the registration that names the place, and checks that the home bucket is
    /// unchanged.
    pub(crate) fn affirm(
        &mut self,
        setting: &Setting,
        user: User,
        entry: EntryId,
        rev: u64,
    ) -> JoinReply {
        if setting.is_without(Without::Affirm) {
            return JoinReply::Affirmed(entry);
        }
        let id = setting.guests[user].user_id();
        let write = AffirmWrite::new(event(), setting.home(user), id, entry, rev);
        let standing = self.registrations[user].as_ref();
        if !write.registration.holds(standing) || self.refusing(&write.home).is_some() {
            return JoinReply::Refused { registration: None };
        }
        self.write_registration(setting, user, &write.registration);
        JoinReply::Affirmed(entry)
    }

    /// Gives up a place in one transaction: cancels the registration that names the place, and deletes the place, if it exists.
    pub(crate) fn give_up(&mut self, setting: &Setting, user: User, entry: EntryId) -> LeaveReply {
        let id = setting.guests[user].user_id();
        let write = GiveUpWrite::new(event(), id, entry, AT, id);
        if !write.registration.holds(self.registrations[user].as_ref()) {
            return LeaveReply::Refused;
        }
        self.write_registration(setting, user, &write.registration);
        self.write_place(setting, &write.place);
        LeaveReply::GivenUp
    }

    /// Deletes a place in one write, which also succeeds if the place does not exist.
    pub(crate) fn delete_place(&mut self, setting: &Setting, entry: EntryId) {
        self.write_place(setting, &PlaceWrite::Delete(entry));
    }

    /// Promotes a user in one transaction: takes a seat from the bucket that gives it, adds the guest to the home bucket,
    /// deletes the place, and confirms the registration.
    pub(crate) fn promote(&mut self, setting: &Setting, moving: Move) -> PromotionReply {
        let Some(user) = setting.user(moving.entry.guest) else {
            return PromotionReply::Conflict;
        };
        let mut write = PromotionWrite::new(event(), &moving, AT);
        weaken_promotion(setting, &mut write);
        let refusal = PromotionRefusal {
            place: !write.place.holds(&self.entries),
            registration: !write.registration.holds(self.registrations[user].as_ref()),
            home: self.refusing(&write.home),
            source: (write.source.as_ref()).and_then(|source| self.refusing(source)),
        };
        if let Some(answer) = refusal.answer(&moving) {
            return answer;
        }
        self.check_order(setting, moving.entry);
        if let Some(source) = &write.source {
            self.write_bucket(setting, source);
        }
        self.write_bucket(setting, &write.home);
        self.write_registration(setting, user, &write.registration);
        self.write_place(setting, &write.place);
        PromotionReply::Promoted
    }

    /// Checks that no user who joined the waitlist earlier than the promoted user still waits. Otherwise, records that the
    /// order of the waitlist was broken. A user joined earlier if the user's place existed before the promoted user began to
    /// join.
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

/// If the run's negative control names a condition of the write of a promotion, removes this condition from `write`.
fn weaken_promotion(setting: &Setting, write: &mut PromotionWrite) {
    setting.weaken(Without::PromoteHome, &mut write.home.demands, |demand| {
        matches!(demand, BucketDemand::Revision(_))
    });
    setting.weaken(
        Without::PromotePlace,
        &mut write.registration.demands,
        |demand| matches!(demand, RegistrationDemand::WaitsAt(_)),
    );
    if let Some(source) = &mut write.source {
        setting.weaken(Without::PromoteSeat, &mut source.demands, |demand| {
            matches!(demand, BucketDemand::AtLeast(..))
        });
    }
    if let (true, PlaceWrite::DeleteStanding(place)) =
        (setting.is_without(Without::PromotePlace), write.place)
    {
        write.place = PlaceWrite::Delete(place);
    }
}
