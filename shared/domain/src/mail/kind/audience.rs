//! The people who get mails.

use super::MailKind;
use crate::seats::registration::{Registration, RegistrationStatus};

/// The people who get a mail of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// The owner of an account. The mail goes to the account's address.
    Account,
    /// The owner of an account. The mail goes to the new address, which the account does not have yet.
    NewAddress,
    /// The owner of an account whose address changes. The mail goes to the old address, before or after the change.
    FormerAddress,
    /// The registrant whose registration has changed.
    Registrant,
    /// Everybody who has a seat at an event.
    Seats,
    /// Everybody who has a seat at an event or is on its waitlist.
    Everybody,
    /// The organizer of an event.
    Organizer,
    /// The former organizer of an event.
    FormerOrganizer,
}

impl MailKind {
    /// Whether a mail of this kind about an event is sent to the registrant who has this registration for the event.
    #[must_use]
    pub fn reaches(self, registration: &Registration) -> bool {
        let is_in = match self.audience() {
            Audience::Seats => registration.status == RegistrationStatus::Confirmed,
            Audience::Everybody => registration.status != RegistrationStatus::Cancelled,
            // Every mail about a registration reaches the registrant, even if the registration is cancelled.
            Audience::Registrant => true,
            // Mails for these audiences do not depend on a registration, so a registration is never a reason to send them.
            Audience::Account
            | Audience::NewAddress
            | Audience::FormerAddress
            | Audience::Organizer
            | Audience::FormerOrganizer => false,
        };
        is_in && !(registration.muted && self.can_be_muted())
    }
}
