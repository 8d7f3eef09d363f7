//! The mail with an announcement of the organizer.

use crate::{
    blocks::{html, text},
    facts::{AttendeeFacts, EventFacts},
    letter::{Enclosures, Head, Letter, REGISTERED, body},
};

/// A mail to registrants with an announcement of the organizer.
pub(crate) struct Announcement<'a> {
    /// The event that the announcement is about.
    pub(crate) event: &'a EventFacts<'a>,
    /// The text of the announcement, which may have several lines.
    pub(crate) message: &'a str,
    /// The URL that stops announcements and reminders of the event.
    pub(crate) unsubscribe_url: &'a str,
}

body!(
    Announcement<'a>,
    "announcement/body.txt",
    "announcement/body.html"
);

impl<'a> Announcement<'a> {
    pub(crate) fn of(facts: &AttendeeFacts<'a>) -> Self {
        Self {
            event: facts.event,
            message: facts.message,
            unsubscribe_url: facts.unsubscribe_url,
        }
    }
}

impl Letter for Announcement<'_> {
    fn head(&self) -> Head {
        Head {
            subject: format!("News about {}", self.event.title),
            heading: "News from the organizer",
            reason: REGISTERED,
            names_recipient: true,
        }
    }

    fn enclosures(&self) -> Enclosures<'_> {
        Enclosures {
            unsubscribe_url: Some(self.unsubscribe_url),
            ..Enclosures::about(self.event)
        }
    }
}

#[cfg(test)]
pub(super) mod samples;
