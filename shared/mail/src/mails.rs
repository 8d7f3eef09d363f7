//! All kinds of mails. Each kind has a folder with its type, its subject and its templates.
//!
//! The domain defines the kinds of mails. For each kind, this module has the mail that a recipient reads.

pub(crate) mod address_in_use;
pub(crate) mod announcement;
pub(crate) mod email_change;
pub(crate) mod email_change_notice;
pub(crate) mod event_cancelled;
pub(crate) mod event_handed_over;
pub(crate) mod event_received;
pub(crate) mod event_updated;
pub(crate) mod password_changed;
pub(crate) mod password_reset;
pub(crate) mod registration_cancelled;
pub(crate) mod reminder;
pub(crate) mod ticket;
pub(crate) mod waitlisted;
pub(crate) mod welcome;

use domain::mail::kind::{AccountMail, EventMail, OrganizerMail, RegistrationMail};

use crate::{
    facts::{AccountFacts, AttendeeFacts, EventFacts, RegistrantFacts},
    letter::Letter,
};
use {
    address_in_use::AddressInUse, announcement::Announcement, email_change::EmailChange,
    email_change_notice::EmailChangeNotice, event_cancelled::EventCancelled,
    event_handed_over::EventHandedOver, event_received::EventReceived, event_updated::EventUpdated,
    password_changed::PasswordChanged, password_reset::PasswordReset,
    registration_cancelled::RegistrationCancelled, reminder::Reminder, ticket::TicketIssued,
    waitlisted::Waitlisted, welcome::Welcome,
};

/// The content of a mail.
pub struct Content<'a>(Box<dyn Letter + 'a>);

impl<'a> Content<'a> {
    /// Returns a mail about an account.
    #[must_use]
    pub fn about_account(about: AccountMail, facts: &AccountFacts<'_>) -> Self {
        match about {
            AccountMail::Welcome => Self::of(Welcome::of(facts)),
            AccountMail::PasswordReset => Self::of(PasswordReset::of(facts)),
            AccountMail::PasswordChanged => Self::of(PasswordChanged::of(facts)),
            AccountMail::EmailChange if facts.is_taken => Self::of(AddressInUse::of(facts)),
            AccountMail::EmailChange => Self::of(EmailChange::of(facts)),
            AccountMail::EmailChangeNotice => Self::of(EmailChangeNotice::of(facts)),
        }
    }

    /// Returns a mail about a registration.
    #[must_use]
    pub fn about_registration(about: RegistrationMail, facts: &RegistrantFacts<'a>) -> Self {
        match about {
            RegistrationMail::Ticket { .. } => Self::of(TicketIssued::of(facts)),
            RegistrationMail::Waitlisted { .. } => Self::of(Waitlisted::of(facts)),
            RegistrationMail::Cancelled { waitlist, .. } => {
                Self::of(RegistrationCancelled::of(facts, waitlist))
            }
        }
    }

    /// Returns a mail that reports the change of an event's organizer.
    #[must_use]
    pub fn about_organizer(about: OrganizerMail, event: &'a EventFacts<'a>) -> Self {
        match about {
            OrganizerMail::Received { .. } => Self::of(EventReceived::of(event)),
            OrganizerMail::HandedOver { .. } => Self::of(EventHandedOver::of(event)),
        }
    }

    /// Returns a mail about an event to one of its registrants.
    #[must_use]
    pub fn about_event(about: &'a EventMail, facts: &AttendeeFacts<'a>) -> Self {
        match about {
            EventMail::Updated { previous, .. } => Self::of(EventUpdated::of(facts, previous)),
            EventMail::Cancelled { .. } => Self::of(EventCancelled::of(facts)),
            EventMail::Announcement { .. } => Self::of(Announcement::of(facts)),
            EventMail::Reminder { lead, .. } => Self::of(Reminder::of(facts, *lead)),
        }
    }

    pub(crate) fn of(letter: impl Letter + 'a) -> Self {
        Self(Box::new(letter))
    }

    pub(crate) fn letter(&self) -> &dyn Letter {
        &*self.0
    }
}

/// Shows nothing of the mail's content, so that no log contains it.
impl std::fmt::Debug for Content<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Content").finish_non_exhaustive()
    }
}

/// Returns the samples of all mails, each with the name of the mail's folder.
#[cfg(test)]
pub(crate) fn samples() -> Vec<(&'static str, crate::tests::samples::Sample)> {
    let of = |folder, samples: Vec<_>| samples.into_iter().map(move |sample| (folder, sample));
    [
        of("address_in_use", address_in_use::samples::samples()),
        of("announcement", announcement::samples::samples()),
        of("email_change", email_change::samples::samples()),
        of(
            "email_change_notice",
            email_change_notice::samples::samples(),
        ),
        of("event_cancelled", event_cancelled::samples::samples()),
        of("event_handed_over", event_handed_over::samples::samples()),
        of("event_received", event_received::samples::samples()),
        of("event_updated", event_updated::samples::samples()),
        of("password_changed", password_changed::samples::samples()),
        of("password_reset", password_reset::samples::samples()),
        of(
            "registration_cancelled",
            registration_cancelled::samples::samples(),
        ),
        of("reminder", reminder::samples::samples()),
        of("ticket", ticket::samples::samples()),
        of("waitlisted", waitlisted::samples::samples()),
        of("welcome", welcome::samples::samples()),
    ]
    .into_iter()
    .flatten()
    .collect()
}
