//! The input of a run: a configuration of the model, and the part of the protocol that is removed, if any.

use std::sync::Arc;

use domain::{
    id::GuestId,
    seats::{availability::Availability, bucket::BucketNo},
};

use super::{control::Without, instance::Instance};

/// The number of a user, from 0.
pub(crate) type User = usize;

/// A configuration of the model, and the part of the protocol that is removed, if any.
#[derive(Debug, Clone)]
pub(crate) struct Setting {
    pub(crate) instance: Instance,
    /// One guest id for each user, and then the id of one stranger for each bucket. A stranger is not a user of the model.
    pub(crate) guests: Vec<GuestId>,
    /// The availability in the first state of the run.
    pub(crate) initial: Availability,
    /// The part of the protocol that the run removes; `None` if the protocol is whole.
    pub(crate) without: Option<Without>,
    /// The only property to check; `None` if all properties are checked.
    pub(crate) only: Option<&'static str>,
}

/// A [`Setting`] as a model that the checker can explore.
#[derive(Debug, Clone)]
pub(crate) struct Checked(pub(crate) Arc<Setting>);

impl Setting {
    /// Whether the run removes this part of the protocol.
    pub(crate) fn is_without(&self, condition: Without) -> bool {
        self.without == Some(condition)
    }

    /// Returns the home bucket of a user, or of a stranger who is not a user of the model.
    pub(crate) fn home(&self, user: User) -> BucketNo {
        let users = self.instance.homes;
        let stranger = || u16::try_from(user - users.len()).unwrap_or(0);
        users.get(user).copied().unwrap_or_else(stranger)
    }

    /// Returns the user with this guest id; `None` if the id belongs to a stranger, who is not a user of the model.
    pub(crate) fn user(&self, guest: GuestId) -> Option<User> {
        let users = &self.guests[..self.instance.homes.len()];
        users.iter().position(|id| *id == guest)
    }
}
