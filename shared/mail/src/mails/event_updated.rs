//! The mail about changes of an event.

use rendering::calendar::Method;

use crate::{
    blocks::{self, html, text},
    clean,
    error::ComposeError,
    facts::{AttendeeFacts, EventFacts, Place, Previous, Ticket},
    letter::{Enclosures, Head, Letter, REGISTERED, body},
};

/// A mail to registrants of an event whose title, venue or time has changed.
pub(crate) struct EventUpdated<'a> {
    /// The event after the change.
    pub(crate) event: &'a EventFacts<'a>,
    /// The values that the event had before the change.
    pub(crate) previous: Previous<'a>,
    /// The seat or the waitlist place that the recipient has.
    pub(crate) place: Place<'a>,
    /// The ticket of the recipient. Its PDF page is made anew, because the page shows the changed values.
    pub(crate) ticket: Option<Ticket<'a>>,
}

body!(
    EventUpdated<'a>,
    "event_updated/body.txt",
    "event_updated/body.html",
    qr
);

impl<'a> EventUpdated<'a> {
    pub(crate) fn of(
        facts: &AttendeeFacts<'a>,
        previous: &'a domain::mail::kind::Previous,
    ) -> Self {
        Self {
            event: facts.event,
            previous: previous.into(),
            place: Place::of(facts.seat),
            ticket: facts.seat.map(|seat| seat.ticket),
        }
    }
}

impl Letter for EventUpdated<'_> {
    fn head(&self) -> Head {
        let title = clean::line(self.event.title);
        Head {
            // The subject contains the former title of the event, because a registrant recognises that title.
            subject: match self.previous.title.map(clean::line) {
                Some(former) if former != title => format!("{former} is now {title}"),
                _ => format!("{title} has changed"),
            },
            heading: "The event has changed",
            reason: REGISTERED,
            names_recipient: true,
        }
    }

    fn enclosures(&self) -> Enclosures<'_> {
        Enclosures {
            ticket: self.ticket,
            entry: self.place.entry().map(|entry| (Method::Request, entry)),
            ..Enclosures::about(self.event)
        }
    }

    fn check(&self) -> Result<(), ComposeError> {
        if blocks::changes(self.event, &self.previous).is_empty() {
            return Err(ComposeError::NothingChanged);
        }
        Ok(())
    }
}

#[cfg(test)]
pub(super) mod samples;
