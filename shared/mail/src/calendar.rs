//! The calendar entry that goes with a mail (iTIP, RFC 5546).

use jiff::Timestamp;
use rendering::calendar::{CalendarEvent, CalendarUser, Method, calendar};

use crate::{
    facts::{CalendarEntry, EventFacts, Ticket},
    letter::Enclosures,
    mime::Calendar,
};

/// The person whom the entry is for, in cleaned texts.
pub(crate) struct Attendee<'a> {
    /// Name.
    pub(crate) name: &'a str,
    /// Address.
    pub(crate) email: &'a str,
}

/// Returns the calendar file of a mail; `None` if the recipient has no entry in a calendar, and gets none.
pub(crate) fn entry(
    enclosures: &Enclosures<'_>,
    attendee: &Attendee<'_>,
    date: Timestamp,
) -> Option<Calendar> {
    let (method, entry) = enclosures.entry?;
    let event = enclosures.event?;
    Some(Calendar {
        method: match method {
            Method::Publish => "PUBLISH",
            Method::Request => "REQUEST",
            Method::Cancel => "CANCEL",
        },
        file: file(method, entry, event, enclosures.ticket, attendee, date),
    })
}

fn file(
    method: Method,
    entry: CalendarEntry<'_>,
    event: &EventFacts<'_>,
    ticket: Option<Ticket<'_>>,
    attendee: &Attendee<'_>,
    date: Timestamp,
) -> String {
    calendar(&CalendarEvent {
        method,
        uid: entry.uid,
        sequence: entry.sequence,
        stamped_at: date,
        starts_at: event.starts_at,
        ends_at: event.ends_at,
        summary: event.title,
        location: event.venue,
        ticket: ticket.map(|ticket| ticket.code),
        description: event.description,
        url: event.url,
        organizer: Some(CalendarUser {
            name: event.organizer.name,
            email: event.organizer.email,
        }),
        attendee: Some(CalendarUser {
            name: attendee.name,
            email: attendee.email,
        }),
    })
}
