//! Mails to everybody at an event.

use rendering::local_time;

use super::{Block, Change, REGISTERED, Words, facts, paragraph, quote, ticket_code};
use crate::{
    clean,
    content::{EventFacts, Lead, Period, Place, Previous, Ticket},
    error::ComposeError,
};

const IF_NOT: &str = "If you can no longer come, please cancel, so that somebody else can.";

/// When an event takes place, in words.
pub(super) fn time(period: &Period<'_>) -> String {
    local_time::period(period.starts_at, period.ends_at, period.time_zone)
}

pub(super) fn updated(
    event: &EventFacts<'_>,
    previous: &Previous<'_>,
    place: Place<'_>,
    ticket: Option<Ticket<'_>>,
) -> Result<Words, ComposeError> {
    let title = clean::line(event.title);
    let changes = changes(event, previous);
    if changes.is_empty() {
        return Err(ComposeError::NothingChanged);
    }
    let mut blocks = vec![
        paragraph(match place {
            Place::Seat(_) => {
                "The organizer has changed an event that you have a seat for. You keep your seat."
            }
            Place::Waitlist => {
                "The organizer has changed an event that you are on the waitlist for. You keep your place."
            }
        }),
        Block::Changes(changes),
        paragraph("This is the event now:"),
        facts(event)?,
    ];
    if let Some(ticket) = ticket {
        blocks.push(paragraph(
            "Your ticket, made anew; its code is the same as before:",
        ));
        blocks.push(ticket_code(ticket));
    }
    blocks.push(paragraph(match place {
        Place::Seat(_) => IF_NOT,
        Place::Waitlist => "If you can no longer come, please leave the waitlist.",
    }));
    Ok(Words {
        // Whoever registered knows the former title.
        subject: match previous.title.map(clean::line) {
            Some(former) if former != title => format!("{former} is now {title}"),
            _ => format!("{title} has changed"),
        },
        heading: "The event has changed",
        blocks,
        reason: REGISTERED,
    })
}

fn changes(event: &EventFacts<'_>, previous: &Previous<'_>) -> Vec<Change> {
    let texts = [
        (
            "Title",
            previous.title.map(clean::line),
            clean::line(event.title),
        ),
        (
            "Time",
            previous.period.as_ref().map(time),
            time(&event.period()),
        ),
        (
            "Venue",
            previous.venue.map(clean::line),
            clean::line(event.venue),
        ),
    ];
    texts
        .into_iter()
        .filter_map(|(label, from, to)| {
            from.filter(|from| *from != to)
                .map(|from| Change { label, from, to })
        })
        .collect()
}

pub(super) fn cancelled(
    event: &EventFacts<'_>,
    reason: Option<&str>,
    place: Place<'_>,
) -> Result<Words, ComposeError> {
    let mut blocks = vec![paragraph(match place {
        Place::Seat(_) => {
            "The organizer has cancelled this event. It does not take place, and your ticket is no longer valid."
        }
        Place::Waitlist => "The organizer has cancelled this event. It does not take place.",
    })];
    blocks.extend(reason.and_then(|reason| quote(event, reason)));
    blocks.push(facts(event)?);
    Ok(Words {
        subject: format!("{} was cancelled", event.title),
        heading: "The event was cancelled",
        blocks,
        reason: REGISTERED,
    })
}

pub(super) fn announcement(event: &EventFacts<'_>, message: &str) -> Result<Words, ComposeError> {
    let mut blocks: Vec<Block> = quote(event, message).into_iter().collect();
    blocks.push(facts(event)?);
    Ok(Words {
        subject: format!("News about {}", event.title),
        heading: "News from the organizer",
        blocks,
        reason: REGISTERED,
    })
}

pub(super) fn reminder(
    event: &EventFacts<'_>,
    lead: Lead,
    ticket: Option<Ticket<'_>>,
) -> Result<Words, ComposeError> {
    let mut blocks = vec![
        paragraph(format!(
            "You have a seat at this event. It starts in {}.",
            lead.as_str()
        )),
        facts(event)?,
    ];
    if let Some(ticket) = ticket {
        blocks.push(paragraph("Your ticket, to show at the door:"));
        blocks.push(ticket_code(ticket));
    }
    blocks.push(paragraph(IF_NOT));
    Ok(Words {
        subject: format!("{} starts in {}", event.title, lead.as_str()),
        heading: match lead {
            Lead::Day => "Starts in 24 hours",
            Lead::Hour => "Starts in 1 hour",
        },
        blocks,
        reason: REGISTERED,
    })
}
