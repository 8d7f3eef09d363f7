//! The mail to the new organizer of an event.

use crate::{
    blocks::{html, text},
    facts::EventFacts,
    letter::{Enclosures, Head, Letter, body},
};

/// A mail to a user whom an admin has made the organizer of an event.
pub(crate) struct EventReceived<'a> {
    /// The event, whose organizer is the recipient.
    pub(crate) event: &'a EventFacts<'a>,
}

body!(
    EventReceived<'a>,
    "event_received/body.txt",
    "event_received/body.html"
);

impl<'a> EventReceived<'a> {
    pub(crate) fn of(event: &'a EventFacts<'a>) -> Self {
        Self { event }
    }
}

impl Letter for EventReceived<'_> {
    fn head(&self) -> Head {
        Head {
            subject: format!("You organize {} now", self.event.title),
            heading: "You organize this event now",
            reason: "You get this mail because you are an organizer on em-connect.",
            names_recipient: true,
        }
    }

    fn enclosures(&self) -> Enclosures<'_> {
        Enclosures {
            // Replies usually go to the event's organizer, but here the organizer is the recipient. So the mail has no address
            // for replies.
            reply_to: None,
            ..Enclosures::about(self.event)
        }
    }
}

#[cfg(test)]
pub(super) mod samples;
