//! Mails about one's registration.

use super::{REGISTERED, Words, facts, paragraph, ticket_code};
use crate::{
    content::{CancelledBy, EventFacts, Place, Ticket},
    error::ComposeError,
};

const AT_THE_DOOR: &str = "Show the QR code at the door, on your phone or on paper; the code in letters does as well. \
                           If you cannot come, please cancel, so that somebody else can.";

pub(super) fn confirmed(event: &EventFacts<'_>, ticket: Ticket<'_>) -> Result<Words, ComposeError> {
    Ok(Words {
        subject: format!("Your ticket for {}", event.title),
        heading: "Your ticket",
        blocks: vec![
            paragraph("You have a seat. Here is your ticket."),
            facts(event)?,
            ticket_code(ticket),
            paragraph(AT_THE_DOOR),
        ],
        reason: REGISTERED,
    })
}

pub(super) fn promoted(event: &EventFacts<'_>, ticket: Ticket<'_>) -> Result<Words, ComposeError> {
    Ok(Words {
        subject: format!("A seat for you: {}", event.title),
        heading: "A seat for you",
        blocks: vec![
            paragraph(
                "A seat has become free, and you were next on the waitlist: it is yours. Here is your ticket.",
            ),
            facts(event)?,
            ticket_code(ticket),
            paragraph(AT_THE_DOOR),
        ],
        reason: "You get this mail because you joined the waitlist of this event on em-connect.",
    })
}

pub(super) fn cancelled(
    event: &EventFacts<'_>,
    place: Place<'_>,
    by: CancelledBy,
) -> Result<Words, ComposeError> {
    let (subject, heading) = match place {
        Place::Seat(_) => (
            format!("Your registration for {} is cancelled", event.title),
            "Your registration is cancelled",
        ),
        Place::Waitlist => (
            format!("You are no longer on the waitlist for {}", event.title),
            "You are no longer on the waitlist",
        ),
    };
    let what_happened = match (place, by) {
        (Place::Seat(_), CancelledBy::Attendee) => {
            "You have given up your seat. Your ticket is no longer valid."
        }
        (Place::Seat(_), CancelledBy::Organizer) => {
            "The organizer has cancelled your registration. Your ticket is no longer valid. For the reason, reply to \
             this mail."
        }
        (Place::Waitlist, CancelledBy::Attendee) => "You have left the waitlist of this event.",
        (Place::Waitlist, CancelledBy::Organizer) => {
            "The organizer has taken you off the waitlist of this event. For the reason, reply to this mail."
        }
    };
    Ok(Words {
        subject,
        heading,
        blocks: vec![paragraph(what_happened), facts(event)?],
        reason: REGISTERED,
    })
}

pub(super) fn waitlisted(
    event: &EventFacts<'_>,
    position: Option<u32>,
) -> Result<Words, ComposeError> {
    let place = position.map_or_else(String::new, |position| {
        format!(" At the moment you are number {position}.")
    });
    Ok(Words {
        subject: format!("You are on the waitlist for {}", event.title),
        heading: "You are on the waitlist",
        blocks: vec![
            paragraph(format!(
                "This event is full, and you are on its waitlist.{place} You have no seat yet."
            )),
            facts(event)?,
            paragraph(
                "As soon as a seat becomes free for you, it is yours, and we send you the ticket. If you can no longer \
                 come, please leave the waitlist.",
            ),
        ],
        reason: "You get this mail because you joined the waitlist of this event on em-connect.",
    })
}
