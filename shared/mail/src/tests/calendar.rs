//! Tests of the calendar invitation in a mail (iTIP).

use icalendar::parser::{read_calendar, unfold};
use mail_parser::MimeHeaders as _;

use super::{
    outline::content_type,
    samples::{EVENT, TICKET, composed, confirmed, entry, parsed, sample, text_of},
};
use crate::{
    Content, EventFacts, Message,
    mails::{samples, ticket::TicketIssued},
};

/// Returns the method of a calendar file, and these properties of its event: `UID`, `SEQUENCE`, `STATUS`, `ORGANIZER`,
/// `ATTENDEE`.
fn read(file: &str) -> [String; 6] {
    let file = unfold(file);
    let calendar = read_calendar(&file).unwrap();
    let method = calendar
        .properties
        .iter()
        .find(|property| property.name == "METHOD")
        .unwrap();
    let event = &calendar.components[0];
    let value = |name| event.find_prop(name).unwrap().val.to_string();
    [
        method.val.to_string(),
        value("UID"),
        value("SEQUENCE"),
        value("STATUS"),
        value("ORGANIZER"),
        value("ATTENDEE"),
    ]
}

fn method(message: &Message) -> Option<String> {
    let parsed = parsed(message);
    let part = parsed
        .parts
        .iter()
        .find(|part| content_type(part) == "text/calendar")?;
    let method = part.content_type().unwrap().attribute("method").unwrap();
    Some(method.to_owned())
}

#[test]
fn who_has_a_seat_is_invited_and_uninvited() {
    let read = |kind| {
        let message = composed(&sample(kind));
        let read = read(&text_of(&message, "text/calendar"));
        assert_eq!(method(&message).as_deref(), Some(read[0].as_str()));
        read
    };
    let uid = "evt_01jz7m2k4e-usr_01jz7m2k9x@em-connect";
    let (organizer, attendee) = ("mailto:grace@example.org", "mailto:lukasz+rust@example.org");
    for (kind, method, sequence, status) in [
        ("registration_confirmed", "REQUEST", "3", "CONFIRMED"),
        ("promoted", "REQUEST", "3", "CONFIRMED"),
        ("event_updated", "REQUEST", "4", "CONFIRMED"),
        ("registration_cancelled", "CANCEL", "4", "CANCELLED"),
        ("event_cancelled", "CANCEL", "4", "CANCELLED"),
    ] {
        let expected = [method, uid, sequence, status, organizer, attendee];
        assert_eq!(read(kind), expected, "{kind}");
    }
}

#[test]
fn nobody_else_is() {
    let with_entry = [
        "registration_confirmed",
        "promoted",
        "registration_cancelled",
        "registration_cancelled_by_organizer",
        "registration_cancelled_with_a_reason",
        "event_updated",
        "event_cancelled",
    ];
    for (_, sample) in samples() {
        let has_entry = with_entry.contains(&sample.name);
        let method = method(&composed(&sample.content));
        assert_eq!(method.is_some(), has_entry, "{}", sample.name);
    }
}

#[test]
fn an_entry_of_an_event_without_description_ends_with_the_ticket() {
    let event = EventFacts {
        description: "",
        ..*EVENT
    };
    let message = composed(&Content::of(TicketIssued {
        event: &event,
        entry: entry(3),
        ticket: TICKET,
        promoted: false,
    }));
    let file = text_of(&message, "text/calendar");
    let description = file.lines().find(|line| line.starts_with("DESCRIPTION"));
    assert_eq!(description, Some("DESCRIPTION:Ticket 7K3M-9QXT-2BVD"));
}

#[test]
fn the_file_beside_it_is_the_same() {
    let message = composed(&confirmed());
    let parsed = parsed(&message);
    let file = parsed
        .parts
        .iter()
        .find(|part| content_type(part) == "application/ics")
        .unwrap();
    let file = str::from_utf8(file.contents()).unwrap();
    assert!(file.ends_with("END:VCALENDAR\r\n"));
    assert_eq!(
        file.replace("\r\n", "\n").trim_end(),
        text_of(&message, "text/calendar").trim_end()
    );
    assert!(file.contains("DESCRIPTION:Ticket 7K3M-9QXT-2BVD\\nTalks\\, then pizza."));
}
