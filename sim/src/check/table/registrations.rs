//! Writes registrations so that they agree with the guest list. The bucket's revision decides which of two writes is newer.

use domain::seats::{
    claim::SeatRev,
    registration::{Registration, RegistrationStatus},
    writes::{RegistrationDemand, RegistrationWrite},
};

use super::{
    super::{
        control::Without,
        instance::event,
        setting::{Setting, User},
        world::World,
    },
    AT,
};

impl World {
    /// Records a seat in the registration, if the write's conditions are met. Returns the stored registration, and whether this
    /// call has written it.
    pub(crate) fn record_seat(
        &mut self,
        setting: &Setting,
        user: User,
        rev: SeatRev,
    ) -> (Registration, bool) {
        let id = setting.guests[user].user_id();
        let mut write = RegistrationWrite::seat(event(), id, rev, AT);
        setting.weaken(Without::RegistrationRev, &mut write.demands, is_newer);
        setting.weaken(Without::SeenConfirmed, &mut write.demands, |demand| {
            matches!(
                demand,
                RegistrationDemand::IsNot(RegistrationStatus::Confirmed)
            )
        });
        match &self.registrations[user] {
            Some(standing) if !write.holds(Some(standing)) => (standing.clone(), false),
            _ => (self.write_registration(setting, user, &write), true),
        }
    }

    /// Records the loss of a seat in the registration, if the write's conditions are met. Returns the stored registration, if
    /// there is one.
    pub(crate) fn record_removal(
        &mut self,
        setting: &Setting,
        user: User,
        rev: SeatRev,
    ) -> Option<Registration> {
        let id = setting.guests[user].user_id();
        let mut write = RegistrationWrite::removal(event(), id, rev, AT, id);
        setting.weaken(Without::RegistrationRev, &mut write.demands, is_newer);
        let standing = &self.registrations[user];
        if !write.holds(standing.as_ref()) {
            return standing.clone();
        }
        Some(self.write_registration(setting, user, &write))
    }
}

/// Whether the condition requires that the new revision is greater than the stored revision.
fn is_newer(demand: &RegistrationDemand) -> bool {
    matches!(demand, RegistrationDemand::RevisionBelow(_))
}
