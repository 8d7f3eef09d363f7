//! The mail to the former organizer of an event.

use crate::{
    blocks::{html, text},
    facts::EventFacts,
    letter::{Enclosures, Head, Letter, body},
};

/// A mail to the former organizer of an event, after an admin has made somebody else its organizer.
pub(crate) struct EventHandedOver<'a> {
    /// The event, with its new organizer.
    pub(crate) event: &'a EventFacts<'a>,
}

body!(
    EventHandedOver<'a>,
    "event_handed_over/body.txt",
    "event_handed_over/body.html"
);

impl<'a> EventHandedOver<'a> {
    pub(crate) fn of(event: &'a EventFacts<'a>) -> Self {
        Self { event }
    }
}

impl Letter for EventHandedOver<'_> {
    fn head(&self) -> Head {
        Head {
            subject: format!("{} has another organizer now", self.event.title),
            heading: "You do not organize this event any more",
            reason: "You get this mail because you organized this event on em-connect.",
            names_recipient: true,
        }
    }

    fn enclosures(&self) -> Enclosures<'_> {
        Enclosures::about(self.event)
    }
}

#[cfg(test)]
pub(super) mod samples;
