//! The subject of a run: an instance, perhaps without a part of the protocol.

use std::sync::Arc;

use domain::{
    id::GuestId,
    seats::{availability::Availability, bucket::BucketNo},
};

use super::{control::Without, instance::Instance};

/// The number of a user, from 0.
pub(crate) type User = usize;

/// An instance, perhaps without a part of the protocol.
#[derive(Debug, Clone)]
pub(crate) struct Setting {
    pub(crate) instance: Instance,
    /// The ids of the users, followed by the id of one stranger for each bucket.
    pub(crate) guests: Vec<GuestId>,
    /// The availability at the beginning.
    pub(crate) initial: Availability,
    /// The part of the protocol that is taken away.
    pub(crate) without: Option<Without>,
    /// The only property to check; `None`: all of them.
    pub(crate) only: Option<&'static str>,
}

/// The model of a setting, for the checker.
#[derive(Debug, Clone)]
pub(crate) struct Checked(pub(crate) Arc<Setting>);

impl Setting {
    /// Whether this part of the protocol is taken away.
    pub(crate) fn is_without(&self, condition: Without) -> bool {
        self.without == Some(condition)
    }

    /// Returns the home bucket of a user or of a stranger.
    pub(crate) fn home(&self, user: User) -> BucketNo {
        let users = self.instance.homes;
        let stranger = || u16::try_from(user - users.len()).unwrap_or(0);
        users.get(user).copied().unwrap_or_else(stranger)
    }

    /// Returns the user with this id; `None` for a stranger.
    pub(crate) fn user(&self, guest: GuestId) -> Option<User> {
        let users = &self.guests[..self.instance.homes.len()];
        users.iter().position(|id| *id == guest)
    }
}
