//! The people who get a mail.

use super::MailKind;
use crate::seats::registration::{Registration, RegistrationStatus};

/// The people who get a mail of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// The holder of an account, at the address that it has.
    Account,
    /// The holder of an account, at the address that it is to get.
    NewAddress,
    /// The holder of an account, at the address that it has, had or is to lose.
    FormerAddress,
    /// The registrant whose registration has changed.
    Registrant,
    /// Everybody who has a seat at an event.
    Seats,
    /// Everybody who has a seat at an event or is on its waitlist.
    Everybody,
    /// The organizer of an event.
    Organizer,
    /// The account that organized an event before.
    FormerOrganizer,
}

impl MailKind {
    /// Whether a mail of this kind about an event reaches somebody with this registration for it.
    #[must_use]
    pub fn reaches(self, registration: &Registration) -> bool {
        let is_in = match self.audience() {
            Audience::Seats => registration.status == RegistrationStatus::Confirmed,
            Audience::Everybody => registration.status != RegistrationStatus::Cancelled,
            // A mail of this kind may be about a cancelled registration.
            Audience::Registrant => true,
            // These audiences do not depend on a registration.
            Audience::Account
            | Audience::NewAddress
            | Audience::FormerAddress
            | Audience::Organizer
            | Audience::FormerOrganizer => false,
        };
        is_in && !(registration.muted && self.can_be_muted())
    }
}
