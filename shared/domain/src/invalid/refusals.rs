//! The errors of parsers, with the reasons for which they refuse a field.

use std::fmt;

use super::Reason;
use crate::{
    accounts::{
        email::EmailError,
        password::PasswordError,
        role::UnknownRole,
        search::{PersonQuery, PersonQueryError},
    },
    events::{
        Capacity, CapacityError,
        schedule::{TimeError, UnknownZone},
    },
    security::audit,
    text::TextError,
};

/// An error that refuses a field. Its text explains the reason to a person, in English.
pub trait Refusal: fmt::Display {
    /// Returns the reason why the field is refused.
    fn reason(&self) -> Reason;
}

/// A refusal for which no parser has a type of its own: a reason and its explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused(pub Reason, pub &'static str);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.1)
    }
}

impl Refusal for Refused {
    fn reason(&self) -> Reason {
        self.0
    }
}

impl Refusal for TextError {
    fn reason(&self) -> Reason {
        match *self {
            Self::Empty => Reason::Empty,
            Self::Invisible => Reason::Invisible,
            Self::TooLong(max) => Reason::TooLong { max },
            Self::ForbiddenCharacter => Reason::ForbiddenCharacter,
            Self::LostCharacter => Reason::LostCharacter,
        }
    }
}

impl Refusal for EmailError {
    fn reason(&self) -> Reason {
        match self {
            Self::NotAnAddress => Reason::NotAnEmail,
            Self::LocalPart => Reason::UndeliverableEmail,
        }
    }
}

impl Refusal for PasswordError {
    fn reason(&self) -> Reason {
        use crate::accounts::password::Password;
        match self {
            Self::Lost => Reason::LostCharacter,
            Self::ForbiddenCharacter => Reason::ForbiddenCharacter,
            Self::Length => Reason::Length {
                min: Password::MIN,
                max: Password::MAX,
            },
            Self::Common => Reason::CommonPassword,
        }
    }
}

impl Refusal for PersonQueryError {
    fn reason(&self) -> Reason {
        match self {
            Self::Empty => Reason::Invisible,
            Self::TooLong => Reason::TooLong {
                max: PersonQuery::MAX_CHARACTERS,
            },
        }
    }
}

impl Refusal for CapacityError {
    fn reason(&self) -> Reason {
        Reason::OutOfRange {
            min: 1,
            max: Capacity::MAX,
        }
    }
}

impl Refusal for TimeError {
    fn reason(&self) -> Reason {
        Reason::NotATime
    }
}

impl Refusal for UnknownZone {
    fn reason(&self) -> Reason {
        Reason::NotAZone
    }
}

impl Refusal for UnknownRole {
    fn reason(&self) -> Reason {
        Reason::NotAChoice
    }
}

impl Refusal for audit::UnknownAction {
    fn reason(&self) -> Reason {
        Reason::NotAChoice
    }
}

impl Refusal for audit::UnknownObject {
    fn reason(&self) -> Reason {
        Reason::Pattern
    }
}
