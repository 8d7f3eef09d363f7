//! The mail with the ticket of a seat.

use rendering::calendar::Method;

use crate::{
    blocks::{html, text},
    facts::{CalendarEntry, EventFacts, RegistrantFacts, Ticket},
    letter::{Enclosures, Head, JOINED_WAITLIST, Letter, REGISTERED, body},
};

/// A mail to a person who got a seat. It contains the ticket.
pub(crate) struct TicketIssued<'a> {
    /// The event of the ticket.
    pub(crate) event: &'a EventFacts<'a>,
    /// The entry for the event in the guest's calendar.
    pub(crate) entry: CalendarEntry<'a>,
    /// The ticket for the seat.
    pub(crate) ticket: Ticket<'a>,
    /// Whether the recipient got the seat by a promotion from the waitlist.
    pub(crate) promoted: bool,
}

body!(TicketIssued<'a>, "ticket/body.txt", "ticket/body.html", qr);

impl<'a> TicketIssued<'a> {
    pub(crate) fn of(facts: &RegistrantFacts<'a>) -> Self {
        Self {
            event: facts.event,
            entry: facts.seat.entry,
            ticket: facts.seat.ticket,
            promoted: facts.promoted,
        }
    }
}

impl Letter for TicketIssued<'_> {
    fn head(&self) -> Head {
        let title = self.event.title;
        let (subject, heading, reason) = if self.promoted {
            let subject = format!("A seat for you: {title}");
            (subject, "A seat for you", JOINED_WAITLIST)
        } else {
            let subject = format!("Your ticket for {title}");
            (subject, "Your ticket", REGISTERED)
        };
        Head {
            subject,
            heading,
            reason,
            names_recipient: true,
        }
    }

    fn enclosures(&self) -> Enclosures<'_> {
        Enclosures {
            ticket: Some(self.ticket),
            entry: Some((Method::Request, self.entry)),
            ..Enclosures::about(self.event)
        }
    }
}

#[cfg(test)]
pub(super) mod samples;
