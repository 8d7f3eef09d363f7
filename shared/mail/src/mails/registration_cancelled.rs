//! The mail about a cancelled registration.

use rendering::calendar::Method;

use crate::{
    blocks::{html, text},
    facts::{CancelledBy, EventFacts, Place, RegistrantFacts},
    letter::{Enclosures, Head, Letter, REGISTERED, body},
};

/// A mail to a person who has lost a seat, or a place on the waitlist, although the event still takes place.
pub(crate) struct RegistrationCancelled<'a> {
    /// The event for which the recipient was registered.
    pub(crate) event: &'a EventFacts<'a>,
    /// The seat or the waitlist place that was given up or taken away.
    pub(crate) place: Place<'a>,
    /// The person who cancelled the registration.
    pub(crate) by: CancelledBy,
    /// The organizer's reason, which may have several lines; empty if there is none.
    pub(crate) reason: &'a str,
}

body!(
    RegistrationCancelled<'a>,
    "registration_cancelled/body.txt",
    "registration_cancelled/body.html"
);

impl<'a> RegistrationCancelled<'a> {
    pub(crate) fn of(facts: &RegistrantFacts<'a>, waitlist: bool) -> Self {
        Self {
            event: facts.event,
            place: Place::of(Some(facts.seat).filter(|_| !waitlist)),
            by: facts.cancelled_by,
            reason: facts.removal_reason.unwrap_or_default(),
        }
    }
}

impl RegistrationCancelled<'_> {
    /// Whether the mail says how the recipient can learn the reason, because the organizer gave none.
    fn asks_for_reason(&self) -> bool {
        matches!(self.by, CancelledBy::Organizer) && self.reason.is_empty()
    }
}

impl Letter for RegistrationCancelled<'_> {
    fn head(&self) -> Head {
        let title = self.event.title;
        let (subject, heading) = match self.place {
            Place::Seat(_) => (
                format!("Your registration for {title} is cancelled"),
                "Your registration is cancelled",
            ),
            Place::Waitlist => (
                format!("You are no longer on the waitlist for {title}"),
                "You are no longer on the waitlist",
            ),
        };
        Head {
            subject,
            heading,
            reason: REGISTERED,
            names_recipient: true,
        }
    }

    fn enclosures(&self) -> Enclosures<'_> {
        Enclosures {
            entry: self.place.entry().map(|entry| (Method::Cancel, entry)),
            ..Enclosures::about(self.event)
        }
    }
}

#[cfg(test)]
pub(super) mod samples;
