//! The mail that reminds guests of an event.

use domain::mail::kind::Lead;

use crate::{
    blocks::{html, text},
    facts::{AttendeeFacts, EventFacts, Ticket},
    letter::{Enclosures, Head, Letter, REGISTERED, body},
};

/// A mail to everybody who has a seat at an event that starts soon.
pub(crate) struct Reminder<'a> {
    /// The event that starts soon.
    pub(crate) event: &'a EventFacts<'a>,
    /// The time between the mail and the start of the event.
    pub(crate) lead: Lead,
    /// The recipient's ticket. The mail contains it, so that the guest need not search for an earlier mail.
    pub(crate) ticket: Option<Ticket<'a>>,
    /// The URL that stops announcements and reminders of the event.
    pub(crate) unsubscribe_url: &'a str,
}

body!(Reminder<'a>, "reminder/body.txt", "reminder/body.html", qr);

impl<'a> Reminder<'a> {
    pub(crate) fn of(facts: &AttendeeFacts<'a>, lead: Lead) -> Self {
        Self {
            event: facts.event,
            lead,
            ticket: facts.seat.map(|seat| seat.ticket),
            unsubscribe_url: facts.unsubscribe_url,
        }
    }

    /// Returns in words how long it is until the start of the event.
    fn lead_words(&self) -> &'static str {
        match self.lead {
            Lead::Day => "24 hours",
            Lead::Hour => "1 hour",
        }
    }
}

impl Letter for Reminder<'_> {
    fn head(&self) -> Head {
        Head {
            subject: format!("{} starts in {}", self.event.title, self.lead_words()),
            heading: match self.lead {
                Lead::Day => "Starts in 24 hours",
                Lead::Hour => "Starts in 1 hour",
            },
            reason: REGISTERED,
            names_recipient: true,
        }
    }

    fn enclosures(&self) -> Enclosures<'_> {
        Enclosures {
            ticket: self.ticket,
            unsubscribe_url: Some(self.unsubscribe_url),
            ..Enclosures::about(self.event)
        }
    }
}

#[cfg(test)]
pub(super) mod samples;
