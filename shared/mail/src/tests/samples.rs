//! The parts that the samples of all mails share. The samples of each mail are in the mail's folder, beside its templates.

use std::sync::LazyLock;

use domain::mail::kind::MailKind;
use jiff::tz::TimeZone;
use mail_parser::MessageParser;

use crate::{
    CalendarEntry, Content, EventFacts, Mail, Mailbox, Message, Ticket, compose,
    facts::Code,
    letter::Letter,
    mails::{announcement::Announcement, samples},
};

static BERLIN: LazyLock<TimeZone> = LazyLock::new(|| TimeZone::get("Europe/Berlin").unwrap());

pub(crate) const UNSUBSCRIBE: &str =
    "https://api.example.org/v1/unsubscribe?token=3q2-7wAAAAE.Zm9vYmFy";

/// A ticket whose code and QR content are as long as those of a real ticket.
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
    tickets_url: Some("https://example.org/app/tickets"),
    board_url: Some("https://example.org/app/organize/evt_01jz7m2k4e"),
});

/// The event of [`EVENT`], moved to the next day and to another venue.
pub(crate) static MOVED: LazyLock<EventFacts<'static>> = LazyLock::new(|| EventFacts {
    starts_at: "2027-05-02T18:00:00Z".parse().unwrap(),
    ends_at: "2027-05-02T21:00:00Z".parse().unwrap(),
    venue: "C-Base, Rungestraße 20, Berlin",
    ..*EVENT
});

/// Returns a code as a mail has it, with a link to `page` if there are pages.
pub(crate) fn code(page: Option<&str>, valid_minutes: u32) -> Code {
    Code {
        text: "482 913".to_owned(),
        url: page.map(|page| format!("https://example.org/app/{page}")),
        valid_minutes,
    }
}

pub(crate) fn entry(sequence: u32) -> CalendarEntry<'static> {
    CalendarEntry {
        uid: "evt_01jz7m2k4e-usr_01jz7m2k9x@em-connect",
        sequence,
    }
}

/// A sample mail, which is compared with snapshots in the mail's folder.
pub(crate) struct Sample {
    pub(crate) kind: MailKind,
    /// The name of the sample's snapshots.
    pub(crate) name: &'static str,
    pub(crate) content: Content<'static>,
}

impl Sample {
    pub(crate) fn of(kind: MailKind, name: &'static str, letter: impl Letter + 'static) -> Self {
        let content = Content::of(letter);
        Self {
            kind,
            name,
            content,
        }
    }
}

/// Returns the content of the sample that has this name.
pub(crate) fn sample(name: &str) -> Content<'static> {
    let mut samples = samples().into_iter().map(|(_, sample)| sample);
    samples.find(|sample| sample.name == name).unwrap().content
}

pub(crate) fn confirmed() -> Content<'static> {
    sample("registration_confirmed")
}

pub(crate) fn announcement(message: &str) -> Content<'_> {
    Content::of(Announcement {
        event: &EVENT,
        message,
        unsubscribe_url: UNSUBSCRIBE,
    })
}

pub(crate) fn mail<'a>(content: &'a Content<'a>) -> Mail<'a> {
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

pub(crate) fn composed(content: &Content<'_>) -> Message {
    compose(&mail(content)).unwrap()
}

/// Returns the message after `mail-parser` has parsed it.
pub(crate) fn parsed(message: &Message) -> mail_parser::Message<'_> {
    MessageParser::default().parse(&message.bytes).unwrap()
}

/// Returns the text of the part with this content type, with LF as line ends.
pub(crate) fn text_of(message: &Message, content_type: &str) -> String {
    let parsed = parsed(message);
    let part = parsed
        .parts
        .iter()
        .find(|part| super::outline::content_type(part) == content_type)
        .unwrap();
    part.text_contents().unwrap().replace("\r\n", "\n")
}
