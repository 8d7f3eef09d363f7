//! The mail that confirms a place on the waitlist.

use crate::{
    blocks::{html, text},
    facts::{EventFacts, RegistrantFacts},
    letter::{Enclosures, Head, JOINED_WAITLIST, Letter, body},
};

/// A mail to a person who has a place on the waitlist, but no seat.
pub(crate) struct Waitlisted<'a> {
    /// The event of the waitlist.
    pub(crate) event: &'a EventFacts<'a>,
    /// The position on the waitlist, from 1, when the mail is composed; `None` if the mail does not show it.
    pub(crate) position: Option<u32>,
}

body!(
    Waitlisted<'a>,
    "waitlisted/body.txt",
    "waitlisted/body.html"
);

impl<'a> Waitlisted<'a> {
    pub(crate) fn of(facts: &RegistrantFacts<'a>) -> Self {
        Self {
            event: facts.event,
            position: facts.position,
        }
    }
}

impl Letter for Waitlisted<'_> {
    fn head(&self) -> Head {
        Head {
            subject: format!("You are on the waitlist for {}", self.event.title),
            heading: "You are on the waitlist",
            reason: JOINED_WAITLIST,
            names_recipient: true,
        }
    }

    fn enclosures(&self) -> Enclosures<'_> {
        Enclosures::about(self.event)
    }
}

#[cfg(test)]
pub(super) mod samples;
