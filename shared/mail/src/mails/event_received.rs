//! An event was handed over to the recipient.

use askama::Template;

use crate::{
    blocks::{html, text},
    facts::EventFacts,
    letter::{Enclosures, Head, Letter},
};

/// Sent to the account that an administrator has made the organizer of an event.
pub(crate) struct EventReceived<'a> {
    /// The event; its organizer is the recipient.
    pub(crate) event: &'a EventFacts<'a>,
}

#[derive(Template)]
#[template(path = "event_received/body.txt")]
struct Text<'a> {
    mail: &'a EventReceived<'a>,
}

#[derive(Template)]
#[template(path = "event_received/body.html")]
struct Html<'a> {
    mail: &'a EventReceived<'a>,
}

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

    fn text(&self) -> askama::Result<String> {
        Text { mail: self }.render()
    }

    fn html(&self, _: &str) -> askama::Result<String> {
        Html { mail: self }.render()
    }

    fn enclosures(&self) -> Enclosures<'_> {
        Enclosures {
            // The recipient is the organizer.
            reply_to: None,
            ..Enclosures::about(self.event)
        }
    }
}

#[cfg(test)]
pub(super) mod samples;
