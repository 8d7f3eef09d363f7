//! One mail of every kind.

use std::sync::LazyLock;

use jiff::tz::TimeZone;
use mail::{
    CalendarEntry, CancelledBy, Content, EventFacts, Lead, Mail, Mailbox, Message, Place, Previous,
    Ticket, compose,
};
use mail_parser::MessageParser;

static BERLIN: LazyLock<TimeZone> = LazyLock::new(|| TimeZone::get("Europe/Berlin").unwrap());

const OBJECT: &str =
    "https://api.example.org/v1/auth/email-change/objection?token=3q2-7wAAAAE.Zm9vYmFy";

pub(crate) const UNSUBSCRIBE: &str =
    "https://api.example.org/v1/unsubscribe?token=3q2-7wAAAAE.Zm9vYmFy";

/// As long as a real one.
pub(crate) const TICKET: Ticket<'static> = Ticket {
    code: "7K3M-9QXT-2BVD",
    qr: "EM1:6BF:R0+Q8%E$9ZTK 3VX7JC*-W2./NHA4GDL5MPSUIOYB:R0+Q8%E$9ZTK 3VX7JC*-W2./\
         NHA4GDL5MPSUIOYB6BF:R0+Q8%E$9ZTK 3VX7JC*-W2./NHA4GDL5MPSUIOYB6BF:R0+Q8%E$9ZTK 3VX7JCQQ",
};

pub(crate) static EVENT: LazyLock<EventFacts<'static>> = LazyLock::new(|| EventFacts {
    title: "Rust in Berlin – Frühling",
    venue: "Zuse-Institut, Takustraße 7, Berlin",
    description: "Talks, then pizza.\nBring a friend; or two.",
    starts_at: "2027-05-01T18:00:00Z".parse().unwrap(),
    ends_at: "2027-05-01T20:00:00Z".parse().unwrap(),
    time_zone: &BERLIN,
    organizer: Mailbox {
        name: "Grace Hopper",
        email: "grace@example.org",
    },
    url: Some("https://example.org/events/evt_01jz7m2k4e"),
});

/// The event, a day later and elsewhere.
static MOVED: LazyLock<EventFacts<'static>> = LazyLock::new(|| EventFacts {
    starts_at: "2027-05-02T18:00:00Z".parse().unwrap(),
    ends_at: "2027-05-02T21:00:00Z".parse().unwrap(),
    venue: "C-Base, Rungestraße 20, Berlin",
    ..*EVENT
});

pub(crate) fn entry(sequence: u32) -> CalendarEntry<'static> {
    CalendarEntry {
        uid: "evt_01jz7m2k4e-usr_01jz7m2k9x@em-connect",
        sequence,
    }
}

pub(crate) fn confirmed() -> Content<'static> {
    Content::RegistrationConfirmed {
        event: &EVENT,
        entry: entry(3),
        ticket: TICKET,
    }
}

pub(crate) fn announcement(message: &str) -> Content<'_> {
    Content::Announcement {
        event: &EVENT,
        message,
        unsubscribe_url: UNSUBSCRIBE,
    }
}

type Sample = (&'static str, Content<'static>);

/// Every kind, and every way in which one has different words.
pub(crate) fn every_kind() -> Vec<Sample> {
    [account(), registration(), event()].concat()
}

fn account() -> Vec<Sample> {
    let changed_at = "2027-04-01T09:30:00Z".parse().unwrap();
    let code = "482 913";
    vec![
        (
            "welcome",
            Content::Welcome {
                code,
                valid_minutes: 1_440,
            },
        ),
        (
            "password_reset",
            Content::PasswordReset {
                code,
                valid_minutes: 30,
            },
        ),
        ("password_changed", Content::PasswordChanged { changed_at }),
        (
            "new_address",
            Content::NewAddress {
                code,
                valid_minutes: 60,
            },
        ),
        ("address_in_use", Content::AddressInUse),
        ("address_change", address_change(Some(72))),
        ("address_change_unverified", address_change(None)),
    ]
}

fn address_change(restorable_hours: Option<u32>) -> Content<'static> {
    Content::AddressChange {
        asked_at: "2027-04-01T09:30:00Z".parse().unwrap(),
        objection_url: OBJECT,
        restorable_hours,
    }
}

fn registration() -> Vec<Sample> {
    let cancelled = |place, by| Content::RegistrationCancelled {
        event: &EVENT,
        place,
        by,
    };
    let seat = Place::Seat(entry(4));
    let promoted = Content::Promoted {
        event: &EVENT,
        entry: entry(3),
        ticket: TICKET,
    };
    let waitlisted = Content::Waitlisted {
        event: &EVENT,
        position: Some(12),
    };
    vec![
        ("registration_confirmed", confirmed()),
        ("promoted", promoted),
        (
            "registration_cancelled",
            cancelled(seat, CancelledBy::Attendee),
        ),
        (
            "registration_cancelled_by_organizer",
            cancelled(seat, CancelledBy::Organizer),
        ),
        ("waitlisted", waitlisted),
        (
            "waitlist_left",
            cancelled(Place::Waitlist, CancelledBy::Attendee),
        ),
        (
            "waitlist_taken_off",
            cancelled(Place::Waitlist, CancelledBy::Organizer),
        ),
    ]
}

fn event() -> Vec<Sample> {
    let seat = Place::Seat(entry(4));
    let before = Previous {
        title: Some(EVENT.title),
        venue: Some(EVENT.venue),
        period: Some(EVENT.period()),
    };
    let updated = Content::EventUpdated {
        event: &MOVED,
        previous: before,
        place: seat,
        ticket: Some(TICKET),
    };
    let renamed = Content::EventUpdated {
        event: &EVENT,
        previous: Previous {
            title: Some("Rust in Berlin"),
            ..before
        },
        place: Place::Waitlist,
        ticket: None,
    };
    let cancelled = |reason, place| Content::EventCancelled {
        event: &EVENT,
        reason,
        place,
    };
    let reason = "The speaker is ill.\r\n\r\nWe hope to see you in autumn.";
    let reminder = |lead, ticket| Content::Reminder {
        event: &EVENT,
        lead,
        ticket,
        unsubscribe_url: UNSUBSCRIBE,
    };
    vec![
        ("event_updated", updated),
        ("event_updated_title_for_the_waitlist", renamed),
        ("event_cancelled", cancelled(Some(reason), seat)),
        (
            "event_cancelled_for_the_waitlist",
            cancelled(None, Place::Waitlist),
        ),
        (
            "announcement",
            announcement("Doors open at 19:30.\nPlease come by train: parking is full."),
        ),
        ("event_received", Content::EventReceived { event: &EVENT }),
        (
            "event_handed_over",
            Content::EventHandedOver { event: &EVENT },
        ),
        ("reminder_day", reminder(Lead::Day, None)),
        ("reminder_hour", reminder(Lead::Hour, Some(TICKET))),
    ]
}

pub(crate) fn mail(content: Content<'_>) -> Mail<'_> {
    Mail {
        from: Mailbox {
            name: "em-connect",
            email: "events@mail.example.org",
        },
        to: Mailbox {
            name: "Łukasz Ñandú",
            email: "lukasz+rust@example.org",
        },
        message_id: "4f1c.2a@mail.example.org",
        date: "2027-04-01T09:30:00.5Z".parse().unwrap(),
        request_id: "JKJaXmPLvHcESHA=",
        content,
    }
}

pub(crate) fn composed(content: Content<'_>) -> Message {
    compose(&mail(content)).unwrap()
}

/// As `mail-parser` reads it.
pub(crate) fn parsed(message: &Message) -> mail_parser::Message<'_> {
    MessageParser::default().parse(&message.bytes).unwrap()
}

/// A part's text, line ends as LF.
pub(crate) fn text_of(message: &Message, content_type: &str) -> String {
    let parsed = parsed(message);
    let part = parsed
        .parts
        .iter()
        .find(|part| crate::outline::content_type(part) == content_type)
        .unwrap();
    part.text_contents().unwrap().replace("\r\n", "\n")
}
