//! The calendar entry that goes with a mail (iTIP, RFC 5546).

use jiff::Timestamp;
use rendering::calendar::{CalendarEvent, CalendarUser, Method, calendar};

use crate::{
    content::{CalendarEntry, Content, EventFacts, Place, Ticket},
    mime::Calendar,
};

/// Who the entry is for, cleaned.
pub(crate) struct Attendee<'a> {
    /// Name.
    pub(crate) name: &'a str,
    /// Address.
    pub(crate) email: &'a str,
}

/// The calendar file of a mail; `None` where no calendar has, or gets, an entry.
pub(crate) fn entry(
    content: &Content<'_>,
    attendee: &Attendee<'_>,
    date: Timestamp,
) -> Option<Calendar> {
    let (method, entry) = match *content {
        Content::RegistrationConfirmed { entry, .. }
        | Content::Promoted { entry, .. }
        | Content::EventUpdated {
            place: Place::Seat(entry),
            ..
        } => (Method::Request, entry),
        Content::RegistrationCancelled {
            place: Place::Seat(entry),
            ..
        }
        | Content::EventCancelled {
            place: Place::Seat(entry),
            ..
        } => (Method::Cancel, entry),
        _ => return None,
    };
    let event = content.event()?;
    Some(Calendar {
        method: match method {
            Method::Publish => "PUBLISH",
            Method::Request => "REQUEST",
            Method::Cancel => "CANCEL",
        },
        file: file(method, entry, event, content.ticket(), attendee, date),
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
