//! What is checked: an instance, perhaps without a part of the protocol.

use std::sync::Arc;

use domain::{
    id::GuestId,
    seats::{availability::Availability, bucket::BucketNo},
};

use super::{control::Without, instance::Instance};

/// One of the users, by number.
pub(crate) type User = usize;

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

/// The model of a setting, for the checker.
#[derive(Debug, Clone)]
pub(crate) struct Checked(pub(crate) Arc<Setting>);

impl Setting {
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
}
