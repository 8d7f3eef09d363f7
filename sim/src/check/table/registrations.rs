//! Writes of registrations: they follow the guest list by revision.

use domain::seats::{
    claim::SeatRev,
    registration::{Registration, RegistrationStatus},
};

use super::super::{
    instance::Without,
    world::{Broken, Setting, User, World},
};

impl World {
    /// Records a seat, where no registration or an older one stands. The registration as it stands then, and whether
    /// it was written.
    pub(crate) fn record_seat(
        &mut self,
        setting: &Setting,
        user: User,
        rev: SeatRev,
    ) -> (Registration, bool) {
        let standing = self.registrations[user].clone();
        if let Some(standing) = &standing
            && !(is_newer(setting, standing, rev)
                && match rev {
                    SeatRev::Written(_) => true,
                    SeatRev::Seen(_) => {
                        standing.status != RegistrationStatus::Confirmed
                            || setting.is_without(Without::SeenConfirmed)
                    }
                })
        {
            return (standing.clone(), false);
        }
        let (generation, entry_id) =
            standing.map_or((0, None), |item| (item.generation, item.entry_id));
        let written = Registration {
            generation: generation + 1,
            entry_id,
            ..setting.registration(user, RegistrationStatus::Confirmed, rev.get())
        };
        (self.put_registration(user, written), true)
    }

    /// Records the loss of a seat, where no registration or an older one stands. The registration as it stands
    /// then, if there is one.
    pub(crate) fn record_removal(
        &mut self,
        setting: &Setting,
        user: User,
        rev: SeatRev,
    ) -> Option<Registration> {
        let standing = self.registrations[user].clone();
        let applies = match (&standing, rev) {
            (None, SeatRev::Written(_)) => true,
            (None, SeatRev::Seen(_)) => false,
            (Some(standing), SeatRev::Written(_)) => is_newer(setting, standing, rev),
            (Some(standing), SeatRev::Seen(_)) => {
                is_newer(setting, standing, rev) && standing.status == RegistrationStatus::Confirmed
            }
        };
        if !applies {
            return standing;
        }
        let (generation, entry_id) =
            standing.map_or((1, None), |item| (item.generation, item.entry_id));
        let written = Registration {
            generation,
            entry_id,
            ..setting.registration(user, RegistrationStatus::Cancelled, rev.get())
        };
        Some(self.put_registration(user, written))
    }

    /// Replaces a registration.
    pub(crate) fn put_registration(&mut self, user: User, written: Registration) -> Registration {
        let fell = self.registrations[user]
            .as_ref()
            .is_some_and(|standing| standing.rev > written.rev);
        if fell {
            self.break_promise(Broken::RevFell);
        }
        self.registrations[user] = Some(written.clone());
        written
    }
}

fn is_newer(setting: &Setting, standing: &Registration, rev: SeatRev) -> bool {
    standing.rev < rev.get() || setting.is_without(Without::RegistrationRev)
}
