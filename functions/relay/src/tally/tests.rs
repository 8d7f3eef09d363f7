use domain::{
    door::{Scan, Ticket, TicketStatus},
    events::EventStatus,
    id::{EventId, UserId},
    mail::{key::MailKey, state::MailState},
    seats::registration::{Registration, RegistrationStatus},
    text::{Gate, ScanId},
};

use super::*;

fn at() -> Timestamp {
    "2027-05-01T18:00:00Z".parse().unwrap()
}

fn event() -> EventId {
    "evt_01h455vb4pex5vsknk084sn02q".parse().unwrap()
}

fn user() -> UserId {
    "usr_01h455vb4pex5vsknk084sn02r".parse().unwrap()
}

/// Returns the facts that a change adds, in words.
fn told(change: &Change) -> Vec<String> {
    let mut facts = Facts::default();
    facts.add(change, at(), &Source::default());
    let mut words = Vec::new();
    for (of, (facts, _)) in &facts.0 {
        let whose = match of {
            StatsOf::Event(id) => {
                assert_eq!(*id, event());
                "event"
            }
            StatsOf::System => "all",
        };
        for (counter, number) in facts.iter().flat_map(|fact| fact.tally.iter()) {
            words.push(format!("{whose}: {counter} {number:+}"));
        }
    }
    words
}

fn registration(status: RegistrationStatus) -> Registration {
    Registration {
        event_id: event(),
        user_id: user(),
        status,
        registered_at: at(),
        cancelled_at: None,
        cancelled_by: None,
        seat_lost_at: None,
        promoted: false,
        muted: false,
        kept: false,
        generation: 1,
        entry_id: None,
        rev: 1,
    }
}

#[test]
fn a_registration_counts_where_it_stands() {
    use RegistrationStatus::{Cancelled, Confirmed, Waitlisted};
    let change = |before: Option<RegistrationStatus>, after| {
        told(&Change::Registration {
            before: before.map(registration),
            after: registration(after),
        })
    };
    let hour = format!("r#{}", at().as_second() / 900);
    let seated = [
        format!("event: {hour} +1"),
        "all: registrations +1".to_owned(),
    ];
    assert_eq!(change(None, Confirmed), seated);
    assert_eq!(change(Some(Waitlisted), Confirmed), seated);
    assert_eq!(change(None, Waitlisted), [""; 0]);
    assert_eq!(change(Some(Confirmed), Confirmed), [""; 0]);
    assert_eq!(
        change(Some(Confirmed), Cancelled),
        [
            format!("event: {hour} -1"),
            "event: cancelled +1".to_owned(),
            "all: registrations -1".to_owned()
        ]
    );
    assert_eq!(change(Some(Waitlisted), Cancelled), ["event: cancelled +1"]);
}

#[test]
fn a_ticket_counts_once_at_its_gate() {
    let ticket = |status, gate: Option<&str>| Ticket {
        code: "abcdefghjkmn".parse().unwrap(),
        event_id: event(),
        user_id: user(),
        generation: 1,
        status,
        issued_at: at(),
        ended_at: None,
        scans: gate
            .map(|gate| Scan {
                scan_id: ScanId::parse("s").unwrap(),
                at: at(),
                by: user(),
                gate: Gate::parse(gate).ok(),
                device_id: None,
                online: false,
                clock_off: false,
            })
            .into_iter()
            .collect(),
        undone: vec![],
        undone_at: None,
        rev: 0,
    };
    let change = |before: Option<Ticket>, after| {
        told(&Change::Ticket {
            before: before.map(Box::new),
            after: Box::new(after),
        })
    };
    let issued = ticket(TicketStatus::Issued, None);
    let north = ticket(TicketStatus::Admitted, Some("North"));
    let south = ticket(TicketStatus::Admitted, Some("South"));
    let voided_long_ago = ticket(TicketStatus::Void, Some("North"));
    let mut inside = north.clone();
    inside.end(at() + jiff::SignedDuration::from_secs(1));
    let mut void = issued.clone();
    void.end(at());
    let hour = format!("a#{}", at().as_second() / 900);
    assert_eq!(change(None, issued.clone()), ["event: tickets +1"]);
    assert_eq!(
        change(Some(issued), north.clone()),
        [
            format!("event: {hour} +1"),
            "event: gate#North +1".to_owned(),
            "all: admissions +1".to_owned()
        ]
    );
    assert_eq!(
        change(Some(north.clone()), south),
        ["event: gate#North -1", "event: gate#South +1"],
        "an earlier scan came late"
    );
    assert_eq!(
        change(Some(north), inside.clone()),
        ["event: tickets -1", "event: ended +1"],
        "the holder is still inside"
    );
    let came_in = [
        format!("event: {hour} +1"),
        "event: gate#North +1".to_owned(),
        "event: ended +1".to_owned(),
        "all: admissions +1".to_owned(),
    ];
    assert_eq!(
        change(Some(void.clone()), inside.clone()),
        came_in,
        "the scan came late"
    );
    let mut outside = inside.clone();
    outside.undo(at() + jiff::SignedDuration::from_secs(2));
    let went_out = came_in.map(|news| news.replace('+', "-"));
    assert_eq!(change(Some(inside), outside), went_out);
    assert_eq!(change(None, void), [""; 0], "a tombstone");
    assert_eq!(change(None, voided_long_ago), [""; 0]);
}

#[test]
fn mails_count_for_their_event_and_for_all() {
    let change = |key, before, after| told(&Change::Mail { key, before, after });
    let ticket = MailKey::ticket(user(), event(), 1);
    assert_eq!(
        change(ticket, Some(MailState::Sending), MailState::Sent),
        ["event: mail#sent +1", "all: mail#sent +1"]
    );
    let welcome = MailKey::account("welcome", user(), 1);
    assert_eq!(
        change(welcome.clone(), Some(MailState::Sent), MailState::Bounced),
        ["all: mail#bounced +1"]
    );
    assert_eq!(change(welcome, None, MailState::Sending), [""; 0]);
}

#[test]
fn events_count_by_their_status() {
    let event = |status| Box::new(crate::due::tests::event(status, 1));
    assert_eq!(
        told(&Change::Event {
            before: Some(event(EventStatus::Draft)),
            after: event(EventStatus::Published),
        }),
        ["all: events#draft -1", "all: events#published +1"]
    );
    assert_eq!(
        told(&Change::DraftDeleted {
            event: event(EventStatus::Draft)
        }),
        ["all: events#draft -1"]
    );
}
