//! The mail about the cancellation of an event.

use rendering::calendar::Method;

use crate::{
    blocks::{html, text},
    facts::{AttendeeFacts, EventFacts, Place},
    letter::{Enclosures, Head, Letter, REGISTERED, body},
};

/// A mail to registrants of an event that was cancelled.
pub(crate) struct EventCancelled<'a> {
    /// The event that was cancelled.
    pub(crate) event: &'a EventFacts<'a>,
    /// The reason that the organizer gives for the cancellation, which may have several lines; empty if there is none.
    pub(crate) reason: &'a str,
    /// The seat or the waitlist place that the recipient had.
    pub(crate) place: Place<'a>,
}

body!(
    EventCancelled<'a>,
    "event_cancelled/body.txt",
    "event_cancelled/body.html"
);

impl<'a> EventCancelled<'a> {
    pub(crate) fn of(facts: &AttendeeFacts<'a>) -> Self {
        Self {
            event: facts.event,
            reason: facts.cancel_reason.unwrap_or_default(),
            place: Place::of(facts.seat),
        }
    }
}

impl Letter for EventCancelled<'_> {
    fn head(&self) -> Head {
        Head {
            subject: format!("{} was cancelled", self.event.title),
            heading: "The event was cancelled",
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
