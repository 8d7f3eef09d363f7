//! An event as an iCalendar file (RFC 5545), also for mail (iTIP, RFC 5546).

mod content_line;

use std::fmt;

use jiff::Timestamp;

use self::content_line::{ContentLines, mailto, parameter_value, text_value, uri_value};

/// The iTIP method: what the file means to its recipient (RFC 5546, 3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Method {
    /// Publishes an event: for a download. Names no attendee.
    #[default]
    Publish,
    /// Adds an event to the attendee's calendar, or changes it: for mail. Requires an organizer and an attendee.
    Request,
    /// Cancels the event, or the attendee's part in it. Requires the UID of the cancelled entry and a higher SEQUENCE.
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

/// Somebody with an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalendarUser<'a> {
    /// Name, as shown.
    pub name: &'a str,
    /// E-mail address, without `mailto:`.
    pub email: &'a str,
}

/// The data of an event for a calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CalendarEvent<'a> {
    /// The iTIP method.
    pub method: Method,
    /// The stable identifier of the event in the calendar: see [`uid`].
    pub uid: &'a str,
    /// Rises with every change; a calendar ignores an entry with a lower number than it has: see [`sequence`].
    pub sequence: u32,
    /// The time at which this state of the event was made.
    pub stamped_at: Timestamp,
    /// Start of the event.
    pub starts_at: Timestamp,
    /// End of the event, after its start.
    pub ends_at: Timestamp,
    /// Title.
    pub summary: &'a str,
    /// Venue; left out if empty.
    pub location: &'a str,
    /// Code of the recipient's ticket, the first line of the entry's description.
    pub ticket: Option<&'a str>,
    /// Description of the event, perhaps of several lines, perhaps empty.
    pub description: &'a str,
    /// Page of the event.
    pub url: Option<&'a str>,
    /// The organizer. RFC 5546 requires one for every method; many calendars accept PUBLISH without it.
    pub organizer: Option<CalendarUser<'a>>,
    /// The attendee, for REQUEST and CANCEL; left out for PUBLISH, where RFC 5546 forbids it.
    pub attendee: Option<CalendarUser<'a>>,
}

/// The UID of somebody's entry for an event: the same in a download and in every mail.
#[must_use]
pub fn uid(event_id: impl fmt::Display, user_id: impl fmt::Display) -> String {
    format!("{event_id}-{user_id}@em-connect")
}

/// The SEQUENCE of somebody's entry for an event.
///
/// `event_version` counts the writes of the event, `generation` the seats that the user got there. The entry changes when
/// one of them rises and when it is cancelled. Neither ever falls, so each SEQUENCE is higher than the one before: seat 1
/// (+1), cancelled (+2), seat 2 (+3) and so on.
#[must_use]
pub fn sequence(event_version: u64, generation: u32, is_cancelled: bool) -> u32 {
    let seats = u64::from(generation)
        .saturating_mul(2)
        .saturating_sub(u64::from(!is_cancelled));
    let sequence = event_version.saturating_add(seats);
    // RFC 5545, 3.3.8: an INTEGER has 31 bits.
    u32::try_from(sequence).map_or(i32::MAX.unsigned_abs(), |sequence| {
        sequence.min(i32::MAX.unsigned_abs())
    })
}

/// Returns the event as a file of type `text/calendar; charset=utf-8; method=…`.
///
/// No text can add a line or a property: line breaks are escaped, other control characters are dropped.
#[must_use]
pub fn calendar(event: &CalendarEvent<'_>) -> String {
    let mut lines = ContentLines::default();
    lines.push("BEGIN", "VCALENDAR");
    lines.push("VERSION", "2.0");
    lines.push("PRODID", "-//em-connect//em-connect//EN");
    lines.push("CALSCALE", "GREGORIAN");
    lines.push("METHOD", event.method.as_str());
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
        // The attendee has accepted by registering, so that no calendar asks again.
        let name = parameter_value(attendee.name);
        lines.push(
            &format!("ATTENDEE;CN={name};ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE"),
            &mailto(attendee.email),
        );
    }
    lines.push("STATUS", event.method.status());
    lines.push("TRANSP", "OPAQUE");
    lines.push("END", "VEVENT");
    lines.push("END", "VCALENDAR");
    lines.into_string()
}

/// The ticket's code and the event's description, without an empty line at the end.
fn description(ticket: Option<&str>, of_event: &str) -> String {
    let ticket = ticket.map(|code| format!("Ticket {code}\n"));
    let text = ticket.unwrap_or_default() + of_event;
    text.trim_end().to_owned()
}

/// RFC 5545, 3.3.5, form 2: date with UTC time.
fn utc(time: Timestamp) -> String {
    time.strftime("%Y%m%dT%H%M%SZ").to_string()
}
