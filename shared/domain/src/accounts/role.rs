//! Roles of accounts.

use serde::{Deserialize, Serialize};

use crate::invalid::{Reason, Refusal};

/// The role of an account. An admin may do everything that an organizer may do, for all events and not only for their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// A user registers for events.
    User,
    /// An organizer also creates events.
    Organizer,
    /// An admin runs the system.
    Admin,
}

/// The error that a text is not the name of a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be one of user, organizer, admin")]
pub struct UnknownRole;

impl Refusal for UnknownRole {
    fn reason(&self) -> Reason {
        Reason::NotAChoice
    }
}

impl Role {
    /// Returns the name of the role as it is stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Organizer => "organizer",
            Self::Admin => "admin",
        }
    }
}

impl std::str::FromStr for Role {
    type Err = UnknownRole;
    fn from_str(text: &str) -> Result<Self, UnknownRole> {
        [Self::User, Self::Organizer, Self::Admin]
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or(UnknownRole)
    }
}
