//! Writes an event as an iCalendar file (RFC 5545), for downloads and for mails (iTIP, RFC 5546).

mod content_line;

use std::fmt;

use jiff::Timestamp;

use self::content_line::{ContentLines, mailto, parameter_value, text_value, uri_value};

/// The iTIP method, which defines what a calendar program does with the file (RFC 5546, 3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Method {
    /// Publishes an event to anybody. Downloads use this method. The file contains no attendee.
    #[default]
    Publish,
    /// Adds an event to the attendee's calendar, or changes the event in this calendar. Mails use this method. It requires an
    /// organizer and an attendee.
    Request,
    /// Cancels the event, or the attendee's participation in it. The file must have the UID of the calendar entry that is
    /// cancelled, and a SEQUENCE that is higher than the SEQUENCE of this entry.
    Cancel,
}

impl Method {
    fn as_str(self) -> &'static str {
        match self {
            Self::Publish => "PUBLISH",
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
        }
    }

    fn status(self) -> &'static str {
        match self {
            Self::Publish | Self::Request => "CONFIRMED",
            Self::Cancel => "CANCELLED",
        }
    }
}

/// A person with an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalendarUser<'a> {
    /// The name that calendars show.
    pub name: &'a str,
    /// The e-mail address, without `mailto:`.
    pub email: &'a str,
}

/// The data of an event for a calendar entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalendarEvent<'a> {
    /// The iTIP method.
    pub method: Method,
    /// The stable identifier of the event in the calendar. See [`uid`].
    pub uid: &'a str,
    /// A number that rises with every change of the calendar entry. A calendar ignores an entry if it already has an entry with
    /// a higher number. See [`sequence`].
    pub sequence: u32,
    /// The time of the change that caused the calendar entry, such as a registration or a change of the event.
    pub stamped_at: Timestamp,
    /// The time at which the event starts.
    pub starts_at: Timestamp,
    /// The time at which the event ends. It is after the start.
    pub ends_at: Timestamp,
    /// The title of the event.
    pub summary: &'a str,
    /// The venue. It is left out of the file if it is empty.
    pub location: &'a str,
    /// The code of the recipient's ticket. It becomes the first line of the entry's description.
    pub ticket: Option<&'a str>,
    /// The description of the event. It may have several lines, and may be empty.
    pub description: &'a str,
    /// The URL of the event's web page.
    pub url: Option<&'a str>,
    /// The organizer. RFC 5546 requires an organizer for every method. PUBLISH is left out of a file without one.
    pub organizer: Option<CalendarUser<'a>>,
    /// The attendee, for REQUEST and CANCEL. For PUBLISH, RFC 5546 forbids an attendee, so it is left out.
    pub attendee: Option<CalendarUser<'a>>,
}

/// Returns the UID of a user's calendar entry for an event. It is the same in a download and in every mail.
#[must_use]
pub fn uid(event_id: impl fmt::Display, user_id: impl fmt::Display) -> String {
    format!("{event_id}-{user_id}@em-connect")
}

/// Returns the SEQUENCE of a user's calendar entry for an event.
///
/// `event_version` is the number of writes of the event. `generation` is the number of seats that the user has had at this
/// event. The entry changes when one of the two numbers rises, and when the registration is cancelled. Neither number ever
/// falls, so each SEQUENCE is higher than the one before: seat 1 (+1), cancelled (+2), seat 2 (+3) and so on.
#[must_use]
pub fn sequence(event_version: u64, generation: u32, is_cancelled: bool) -> u32 {
    let seats = u64::from(generation)
        .saturating_mul(2)
        .saturating_sub(u64::from(!is_cancelled));
    let sequence = event_version.saturating_add(seats);
    // An INTEGER of iCalendar has 31 bits, besides its sign (RFC 5545, 3.3.8).
    u32::try_from(sequence).map_or(i32::MAX.unsigned_abs(), |sequence| {
        sequence.min(i32::MAX.unsigned_abs())
    })
}

/// Returns the event as a file of type `text/calendar; charset=utf-8`, with the parameter `method` if the file has a method.
///
/// No text of the event can add a line or a property to the file: line breaks are escaped, and other control characters are
/// dropped.
#[must_use]
pub fn calendar(event: &CalendarEvent<'_>) -> String {
    let mut lines = ContentLines::default();
    begin(&mut lines, method_of(event));
    entry(&mut lines, event);
    lines.push("END", "VCALENDAR");
    lines.into_string()
}

/// Returns the method that the file has. A publication without an organizer has none, because RFC 5546 (3.2.1) requires an
/// organizer for PUBLISH. Calendar programs import a file without a method as well.
fn method_of(event: &CalendarEvent<'_>) -> Option<Method> {
    match (event.method, event.organizer) {
        (Method::Publish, None) => None,
        (method, _) => Some(method),
    }
}

/// Returns a calendar with these events, to which a calendar program subscribes. Their method is [`Method::Publish`], or
/// [`Method::Cancel`] for events that were cancelled. The calendar itself has no method. `name` is the name of the calendar. The
/// program should read the calendar again after `refresh_minutes` minutes (RFC 7986, 5.7).
#[must_use]
pub fn feed(name: &str, refresh_minutes: u32, events: &[CalendarEvent<'_>]) -> String {
    let mut lines = ContentLines::default();
    begin(&mut lines, None);
    lines.push("NAME", &text_value(name));
    // The name for programs that do not know RFC 7986.
    lines.push("X-WR-CALNAME", &text_value(name));
    let refresh = format!("PT{refresh_minutes}M");
    lines.push("REFRESH-INTERVAL;VALUE=DURATION", &refresh);
    lines.push("X-PUBLISHED-TTL", &refresh);
    for event in events {
        entry(&mut lines, event);
    }
    lines.push("END", "VCALENDAR");
    lines.into_string()
}

fn begin(lines: &mut ContentLines, method: Option<Method>) {
    lines.push("BEGIN", "VCALENDAR");
    lines.push("VERSION", "2.0");
    lines.push("PRODID", "-//em-connect//em-connect//EN");
    lines.push("CALSCALE", "GREGORIAN");
    if let Some(method) = method {
        lines.push("METHOD", method.as_str());
    }
}

/// Adds the entry of an event.
fn entry(lines: &mut ContentLines, event: &CalendarEvent<'_>) {
    lines.push("BEGIN", "VEVENT");
    lines.push("UID", &text_value(event.uid));
    lines.push("SEQUENCE", &event.sequence.to_string());
    lines.push("DTSTAMP", &utc(event.stamped_at));
    lines.push("DTSTART", &utc(event.starts_at));
    lines.push("DTEND", &utc(event.ends_at));
    lines.push("SUMMARY", &text_value(event.summary));
    if !event.location.is_empty() {
        lines.push("LOCATION", &text_value(event.location));
    }
    let description = description(event.ticket, event.description);
    if !description.is_empty() {
        lines.push("DESCRIPTION", &text_value(&description));
    }
    if let Some(url) = event.url {
        lines.push("URL", &uri_value(url));
    }
    if let Some(organizer) = event.organizer {
        let name = parameter_value(organizer.name);
        lines.push(&format!("ORGANIZER;CN={name}"), &mailto(organizer.email));
    }
    if let (Some(attendee), Method::Request | Method::Cancel) = (event.attendee, event.method) {
        // The attendee has registered, and therefore counts as a person who has accepted. So calendars must not ask for a
        // reply.
        let name = parameter_value(attendee.name);
        lines.push(
            &format!("ATTENDEE;CN={name};ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE"),
            &mailto(attendee.email),
        );
    }
    lines.push("STATUS", event.method.status());
    lines.push("TRANSP", "OPAQUE");
    lines.push("END", "VEVENT");
}

/// Returns the description of the calendar entry: the ticket's code, then the event's description, without empty lines at the
/// end.
fn description(ticket: Option<&str>, of_event: &str) -> String {
    let ticket = ticket.map(|code| format!("Ticket {code}\n"));
    let text = ticket.unwrap_or_default() + of_event;
    text.trim_end().to_owned()
}

/// Returns a time in form 2 of RFC 5545, 3.3.5: date with UTC time.
fn utc(time: Timestamp) -> String {
    time.strftime("%Y%m%dT%H%M%SZ").to_string()
}
