//! Measures how many microseconds of CPU time it takes to compose one ticket mail, and to make each part of that mail.
//!
//! ```sh
//! cargo run --release -p mail --example ticket_mail            # all parts, 2,000 rounds each
//! cargo run --release -p mail --example ticket_mail pdf 1      # one part, once: for callgrind
//! cargo run --release -p mail --example ticket_mail write DIR  # the mails of `HOLDERS` and their PDFs, to look at
//! ```

#![expect(clippy::unwrap_used, reason = "a measurement may panic")]

use std::{env, fs, hint::black_box, path::Path};

use domain::mail::kind::RegistrationMail;
use jiff::{Timestamp, tz::TimeZone};
use mail::{
    CalendarEntry, CancelledBy, Content, EventFacts, Mail, Mailbox, RegistrantFacts, Seat, Ticket,
    compose,
};
use rendering::{
    calendar::{CalendarEvent, CalendarUser, Method, calendar},
    pdf::{self, TicketDocument},
    qr::Symbol,
};

const ROUNDS: usize = 2_000;

/// Names of guests in several writing systems. The fonts of the ticket's PDF have the characters of some of these writing
/// systems, but not of all.
const HOLDERS: [&str; 8] = [
    "Grace Hopper",
    "Łukasz Ñandú",
    "Nguyễn Thị Ánh Tuyết",
    "Ελένη Γεωργίου",
    "أحمد باسم",
    "שלום עליכם",
    "李小龙",
    "Party 🎉 Person 👩‍🚀",
];

const TITLES: [&str; 2] = ["Rust in Berlin – Frühling", "שלום Tiếng Việt 🎉 مرحبا"];

/// The characters of base45. A ticket's QR code contains 161 of them.
const BASE45: &[u8; 45] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// A guest of an event.
struct Guest {
    name: &'static str,
    email: String,
    message_id: String,
    code: String,
    qr: String,
}

impl Guest {
    /// Returns the guest with this number. The guest has a code of their own, and one of the names in [`HOLDERS`].
    fn new(number: usize) -> Self {
        let mut state = number as u64 + 1;
        let mut next = || {
            // This is the random number generator MMIX by Knuth.
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            char::from(BASE45[(state >> 33) as usize % BASE45.len()])
        };
        let qr: String = "EM1:".chars().chain((0..157).map(|_| next())).collect();
        let code = qr[4..].chars().filter(char::is_ascii_alphanumeric);
        Self {
            name: HOLDERS[number % HOLDERS.len()],
            email: format!("guest-{number}@example.org"),
            message_id: format!("ticket.{number}@mail.example.org"),
            code: code.take(12).collect(),
            qr,
        }
    }
}

fn event<'a>(title: &'a str, time_zone: &'a TimeZone) -> EventFacts<'a> {
    EventFacts {
        title,
        venue: "Zuse-Institut, Takustraße 7, Berlin",
        description: "Talks, then pizza.\nBring a friend; or two.",
        starts_at: time("2027-05-01T18:00:00Z"),
        ends_at: time("2027-05-01T20:00:00Z"),
        time_zone,
        organizer: Mailbox {
            name: "Grace Hopper",
            email: "grace@example.org",
        },
        url: None,
        tickets_url: None,
        board_url: None,
    }
}

fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn compose_for(guest: &Guest, content: &Content<'_>) -> Vec<u8> {
    let mail = Mail {
        from: Mailbox {
            name: "em-connect",
            email: "tickets@mail.example.org",
        },
        to: Mailbox {
            name: guest.name,
            email: &guest.email,
        },
        message_id: &guest.message_id,
        date: time("2027-04-01T09:30:00Z"),
        request_id: "JKJaXmPLvHcESHA=",
        content,
    };
    compose(&mail).unwrap().bytes
}

/// Composes a mail about the registration of `guest`.
fn compose_about(event: &EventFacts<'_>, guest: &Guest, about: RegistrationMail) -> Vec<u8> {
    let facts = RegistrantFacts {
        event,
        seat: Seat {
            entry: CalendarEntry {
                uid: "evt_01jz7m2k4e-usr_01jz7m2k9x@em-connect",
                sequence: 3,
            },
            ticket: Ticket {
                code: &guest.code,
                qr: &guest.qr,
            },
        },
        promoted: false,
        position: Some(7),
        cancelled_by: CancelledBy::Organizer,
        removal_reason: None,
    };
    compose_for(guest, &Content::about_registration(about, &facts))
}

fn ticket_mail(event: &EventFacts<'_>, guest: &Guest) -> Vec<u8> {
    compose_about(
        event,
        guest,
        RegistrationMail::Ticket {
            generation: 1,
            again_at: None,
        },
    )
}

/// Returns a mail to `guest` about `event` that has no ticket, no picture and no calendar entry.
fn plain_mail(event: &EventFacts<'_>, guest: &Guest) -> Vec<u8> {
    let entry_id = "00000000000000000000000000000007".parse().unwrap();
    compose_about(event, guest, RegistrationMail::Waitlisted { entry_id })
}

fn page(event: &EventFacts<'_>, guest: &Guest, qr: &Symbol) -> Vec<u8> {
    let ticket = TicketDocument {
        event_title: event.title,
        venue: event.venue,
        starts_at: event.starts_at,
        ends_at: event.ends_at,
        time_zone: event.time_zone.clone(),
        organizer_name: event.organizer.name,
        holder_name: guest.name,
        code: &guest.code,
    };
    pdf::ticket_pdf(&ticket, qr).unwrap()
}

fn entry(event: &EventFacts<'_>, guest: &Guest) -> Vec<u8> {
    let user = |name, email| Some(CalendarUser { name, email });
    let file = calendar(&CalendarEvent {
        method: Method::Request,
        uid: "evt_01jz7m2k4e-usr_01jz7m2k9x@em-connect",
        sequence: 3,
        stamped_at: event.starts_at,
        starts_at: event.starts_at,
        ends_at: event.ends_at,
        summary: event.title,
        location: event.venue,
        ticket: Some(&guest.code),
        description: event.description,
        url: event.url,
        organizer: user(event.organizer.name, event.organizer.email),
        attendee: user(guest.name, &guest.email),
    });
    file.into_bytes()
}

/// Returns the time that this thread has spent on a processor, in nanoseconds (proc(5), `/proc/pid/schedstat`).
fn cpu_nanoseconds() -> f64 {
    let times = fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    times.split(' ').next().unwrap().parse().unwrap()
}

/// A function that makes one part of a guest's mail, and returns the part's length in bytes.
type Part<'a> = &'a dyn Fn(&Guest) -> usize;

fn measure(name: &str, rounds: usize, guests: &[Guest], part: Part<'_>) {
    let before = cpu_nanoseconds();
    let bytes: usize = guests
        .iter()
        .cycle()
        .take(rounds)
        .map(|guest| black_box(part(black_box(guest))))
        .sum();
    let took = cpu_nanoseconds() - before;
    let each = took / f64::from(u32::try_from(rounds).unwrap()) / 1_000.0;
    println!("{name:<8} {each:>8.1} µs, {} bytes", bytes / rounds);
}

fn write(into: &Path, guests: &[Guest], zone: &TimeZone) {
    for (number, guest) in guests.iter().take(HOLDERS.len()).enumerate() {
        for (variant, title) in TITLES.into_iter().enumerate() {
            let event = event(title, zone);
            let symbol = Symbol::of(&guest.qr).unwrap();
            let file = |end: &str| into.join(format!("{number}-{variant}.{end}"));
            fs::write(file("eml"), ticket_mail(&event, guest)).unwrap();
            fs::write(file("pdf"), page(&event, guest, &symbol)).unwrap();
            fs::write(file("png"), symbol.png().unwrap()).unwrap();
            fs::write(file("txt"), &guest.qr).unwrap();
        }
    }
}

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let only = arguments.first().map(String::as_str);
    let guests: Vec<Guest> = (0..64).map(Guest::new).collect();
    let zone = TimeZone::get("Europe/Berlin").unwrap();
    if only == Some("write") {
        return write(Path::new(&arguments[1]), &guests, &zone);
    }
    let rounds = arguments
        .get(1)
        .map_or(ROUNDS, |rounds| rounds.parse().unwrap());
    let event = event(TITLES[0], &zone);
    let symbols: Vec<Symbol> = guests
        .iter()
        .map(|guest| Symbol::of(&guest.qr).unwrap())
        .collect();
    let symbol = |guest: &Guest| {
        let number = guests.iter().position(|other| other.code == guest.code);
        &symbols[number.unwrap()]
    };
    let parts: [(&str, Part<'_>); 6] = [
        ("mail", &|guest| ticket_mail(&event, guest).len()),
        ("pdf", &|guest| page(&event, guest, symbol(guest)).len()),
        ("symbol", &|guest| {
            black_box(Symbol::of(&guest.qr).unwrap());
            0
        }),
        ("png", &|guest| symbol(guest).png().unwrap().len()),
        ("ics", &|guest| entry(&event, guest).len()),
        ("plain", &|guest| plain_mail(&event, guest).len()),
    ];
    for (name, part) in parts {
        if only.is_none_or(|only| only == name) {
            measure(name, rounds, &guests, part);
        }
    }
}
