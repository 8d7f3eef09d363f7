//! The calendar entry that a mail contains (iTIP, RFC 5546).

use jiff::Timestamp;
use rendering::calendar::{CalendarEvent, CalendarUser, Method, calendar};

use crate::{
    facts::{CalendarEntry, EventFacts, Ticket},
    letter::Enclosures,
    mime::Calendar,
};

/// The person whose calendar gets the entry. The name and the address contain no control characters any more.
pub(crate) struct Attendee<'a> {
    /// The name of the person who gets the calendar entry.
    pub(crate) name: &'a str,
    /// The e-mail address of the person who gets the calendar entry.
    pub(crate) email: &'a str,
}

/// Returns the calendar file of a mail; `None` if the mail does not add, change or remove a calendar entry.
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
