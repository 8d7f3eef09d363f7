//! Tests calendar files: compares their text, and parses them with another library.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use icalendar::parser::{Component, read_calendar, unfold};
use proptest::prelude::*;
use rendering::calendar::{CalendarEvent, CalendarUser, Method, calendar, sequence, uid};

fn event() -> CalendarEvent<'static> {
    CalendarEvent {
        method: Method::Publish,
        uid: "evt_01jz7m2k4e-usr_01jz7m2k9x@em-connect",
        sequence: 3,
        stamped_at: "2027-04-01T09:30:00.5Z".parse().unwrap(),
        starts_at: "2027-05-01T18:00:00Z".parse().unwrap(),
        ends_at: "2027-05-01T20:00:00Z".parse().unwrap(),
        summary: "Rust in Berlin",
        location: "Zuse-Institut, Takustraße 7; Berlin",
        ticket: None,
        description: "",
        url: None,
        organizer: None,
        attendee: None,
    }
}

fn to_attendee(method: Method) -> CalendarEvent<'static> {
    CalendarEvent {
        method,
        ticket: Some("7K3M-9QXT-2BVD"),
        description: "Doors open at 19:00, come early; bring a \\ and friends: the more the merrier.",
        url: Some("https://example.org/events/evt_01jz7m2k4e"),
        organizer: Some(CalendarUser {
            name: "Grace \"Amazing\" Hopper",
            email: "grace@example.org",
        }),
        attendee: Some(CalendarUser {
            name: "Łukasz Ñandú 李",
            email: "łukasz+rust@example.org",
        }),
        ..event()
    }
}

/// Asserts that every line ends with CR LF. Returns the file with LF as line breaks.
fn lines(file: &str) -> String {
    assert!(file.ends_with("\r\n"));
    let text = file.replace("\r\n", "\n");
    assert!(!text.contains('\r'));
    assert_eq!(text.matches('\n').count(), file.matches("\r\n").count());
    text
}

fn property<'a>(component: &'a Component<'_>, name: &str) -> Option<&'a str> {
    component
        .find_prop(name)
        .map(|property| property.val.as_str())
}

#[test]
fn a_published_event() {
    insta::assert_snapshot!(lines(&calendar(&event())), @r"
    BEGIN:VCALENDAR
    VERSION:2.0
    PRODID:-//em-connect//em-connect//EN
    CALSCALE:GREGORIAN
    BEGIN:VEVENT
    UID:evt_01jz7m2k4e-usr_01jz7m2k9x@em-connect
    SEQUENCE:3
    DTSTAMP:20270401T093000Z
    DTSTART:20270501T180000Z
    DTEND:20270501T200000Z
    SUMMARY:Rust in Berlin
    LOCATION:Zuse-Institut\, Takustraße 7\; Berlin
    STATUS:CONFIRMED
    TRANSP:OPAQUE
    END:VEVENT
    END:VCALENDAR
    ");
}

#[test]
fn a_request_to_an_attendee() {
    insta::assert_snapshot!(lines(&calendar(&to_attendee(Method::Request))), @r#"
    BEGIN:VCALENDAR
    VERSION:2.0
    PRODID:-//em-connect//em-connect//EN
    CALSCALE:GREGORIAN
    METHOD:REQUEST
    BEGIN:VEVENT
    UID:evt_01jz7m2k4e-usr_01jz7m2k9x@em-connect
    SEQUENCE:3
    DTSTAMP:20270401T093000Z
    DTSTART:20270501T180000Z
    DTEND:20270501T200000Z
    SUMMARY:Rust in Berlin
    LOCATION:Zuse-Institut\, Takustraße 7\; Berlin
    DESCRIPTION:Ticket 7K3M-9QXT-2BVD\nDoors open at 19:00\, come early\; bring
      a \\ and friends: the more the merrier.
    URL:https://example.org/events/evt_01jz7m2k4e
    ORGANIZER;CN="Grace 'Amazing' Hopper":mailto:grace@example.org
    ATTENDEE;CN="Łukasz Ñandú 李";ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RS
     VP=FALSE:mailto:%C5%82ukasz+rust@example.org
    STATUS:CONFIRMED
    TRANSP:OPAQUE
    END:VEVENT
    END:VCALENDAR
    "#);
}

#[test]
fn a_description_ends_with_its_last_line() {
    let described = |ticket, description| {
        let file = calendar(&CalendarEvent {
            ticket,
            description,
            ..event()
        });
        let line = file.lines().find(|line| line.starts_with("DESCRIPTION"));
        line.map(str::to_owned)
    };
    let code = Some("7K3M-9QXT-2BVD");
    for (ticket, description, expected) in [
        (code, "", Some("DESCRIPTION:Ticket 7K3M-9QXT-2BVD")),
        (code, "\n \n", Some("DESCRIPTION:Ticket 7K3M-9QXT-2BVD")),
        (
            code,
            "Pizza.\n",
            Some("DESCRIPTION:Ticket 7K3M-9QXT-2BVD\\nPizza."),
        ),
        (None, "Pizza.", Some("DESCRIPTION:Pizza.")),
        (None, " \n", None),
    ] {
        assert_eq!(described(ticket, description).as_deref(), expected);
    }
}

#[test]
fn a_cancellation_says_so_and_only_a_publication_names_nobody() {
    let cancelled = calendar(&to_attendee(Method::Cancel));
    assert!(cancelled.contains("\r\nMETHOD:CANCEL\r\n"));
    assert!(cancelled.contains("\r\nSTATUS:CANCELLED\r\n"));
    assert!(cancelled.contains("\r\nATTENDEE;"));

    let published = calendar(&to_attendee(Method::Publish));
    assert!(published.contains("\r\nMETHOD:PUBLISH\r\n"));
    assert!(published.contains("\r\nORGANIZER;"));
    assert!(!published.contains("ATTENDEE"));
}

#[test]
fn an_entry_keeps_its_uid_and_its_sequence_rises() {
    assert_eq!(uid("evt_1", "usr_2"), "evt_1-usr_2@em-connect");
    // The calendar entries that one registration causes, in this order: registered, event changed, cancelled, registered again,
    // event cancelled.
    let life = [
        (2, 1, false),
        (3, 1, false),
        (3, 1, true),
        (3, 2, false),
        (4, 2, true),
    ]
    .map(|(version, generation, is_cancelled)| sequence(version, generation, is_cancelled));
    assert_eq!(life, [3, 4, 5, 6, 8]);
    assert_eq!(sequence(u64::MAX, u32::MAX, true), 0x7fff_ffff);
    assert_eq!(sequence(0, 0, false), 0);
}

#[test]
fn another_library_reads_it() {
    let file = unfold(&calendar(&to_attendee(Method::Request)));
    let parsed = read_calendar(&file).unwrap();
    assert_eq!(parsed.components.len(), 1);
    let event = &parsed.components[0];
    assert_eq!(event.name, "VEVENT");
    assert_eq!(property(event, "SUMMARY"), Some("Rust in Berlin"));
    assert_eq!(property(event, "DTSTART"), Some("20270501T180000Z"));
    assert_eq!(property(event, "SEQUENCE"), Some("3"));
    assert_eq!(
        property(event, "ORGANIZER"),
        Some("mailto:grace@example.org")
    );
    assert_eq!(
        property(event, "ATTENDEE"),
        Some("mailto:%C5%82ukasz+rust@example.org")
    );
}

#[test]
fn no_text_adds_a_line() {
    let evil = "x\r\nATTENDEE:mailto:eve@example.org\nBEGIN:VALARM\u{2028}END:VEVENT\u{85}\u{b}\u{c}\u{1c}y\"";
    let users = Some(CalendarUser {
        name: evil,
        email: evil,
    });
    let file = calendar(&CalendarEvent {
        method: Method::Request,
        uid: evil,
        summary: evil,
        location: evil,
        description: evil,
        url: Some(evil),
        organizer: users,
        attendee: users,
        ..event()
    });
    let unfolded = file.replace("\r\n ", "");
    let names: Vec<&str> = unfolded
        .lines()
        .map(|line| line.split([':', ';']).next().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "BEGIN",
            "VERSION",
            "PRODID",
            "CALSCALE",
            "METHOD",
            "BEGIN",
            "UID",
            "SEQUENCE",
            "DTSTAMP",
            "DTSTART",
            "DTEND",
            "SUMMARY",
            "LOCATION",
            "DESCRIPTION",
            "URL",
            "ORGANIZER",
            "ATTENDEE",
            "STATUS",
            "TRANSP",
            "END",
            "END"
        ]
    );
    assert!(!file.contains(['\u{85}', '\u{b}', '\u{c}', '\u{1c}', '\u{2028}']));
}

proptest! {
    #[test]
    fn another_library_reads_any_text(summary in "[^\\p{Cc}\u{2028}\u{2029}]{1,200}", description in "[^\\p{Cc}\u{2028}\u{2029}]{0,499}x") {
        let file = unfold(&calendar(&CalendarEvent { summary: &summary, description: &description, ..event() }));
        let parsed = read_calendar(&file).unwrap();
        let value = |name| property(&parsed.components[0], name).unwrap().to_owned();
        prop_assert_eq!(value("SUMMARY"), summary);
        prop_assert_eq!(value("DESCRIPTION"), description);
    }
}
