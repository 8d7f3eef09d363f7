//! Golden: messages outlive deployments, and reminders wait with the scheduler for months.

use std::collections::HashSet;

use domain::mail::kind::{Lead, Previous};

use super::*;

const USER: &str = "usr_01h455vb4pex5vsknk084sn02r";
const EVENT: &str = "evt_01h455vb4pex5vsknk084sn02q";

fn at() -> Timestamp {
    "2027-05-01T18:00:00Z".parse().unwrap()
}

fn entry_id() -> EntryId {
    "00000000000000000000000000000007".parse().unwrap()
}

/// Compares each message with its JSON, in both directions.
fn golden(messages: &[(MailDue, String)]) {
    for (message, golden) in messages {
        assert_eq!(serde_json::to_string(message).unwrap(), *golden);
        assert_eq!(serde_json::from_str::<MailDue>(golden).unwrap(), *message);
    }
}

fn account() -> Vec<(MailDue, String)> {
    [
        (AccountMail::Welcome, "welcome"),
        (AccountMail::PasswordReset, "password-reset"),
        (AccountMail::PasswordChanged, "password-changed"),
        (AccountMail::EmailChange, "email-change"),
        (AccountMail::EmailChangeNotice, "email-change-notice"),
    ]
    .map(|(about, name)| {
        let message = MailDue::Account {
            user_id: USER.parse().unwrap(),
            about,
            at: at(),
            request_id: "r1".to_owned(),
        };
        let golden = format!(
            r#"{{"to":"account","userId":"{USER}","about":"{name}","at":"2027-05-01T18:00:00Z","requestId":"r1"}}"#
        );
        (message, golden)
    })
    .to_vec()
}

fn registrant() -> Vec<(MailDue, String)> {
    [
        (
            RegistrationMail::Ticket { generation: 2 },
            r#"{"kind":"ticket","generation":2}"#,
        ),
        (
            RegistrationMail::Waitlisted {
                entry_id: entry_id(),
            },
            r#"{"kind":"waitlisted","entryId":"00000000000000000000000000000007"}"#,
        ),
        (
            RegistrationMail::Cancelled {
                at: at(),
                waitlist: true,
            },
            r#"{"kind":"cancelled","at":"2027-05-01T18:00:00Z","waitlist":true}"#,
        ),
    ]
    .map(|(about, state)| {
        let message = MailDue::Registrant {
            event_id: EVENT.parse().unwrap(),
            user_id: USER.parse().unwrap(),
            about,
            request_id: "r1".to_owned(),
        };
        let golden = format!(
            r#"{{"to":"registrant","eventId":"{EVENT}","userId":"{USER}","about":{state},"requestId":"r1"}}"#
        );
        (message, golden)
    })
    .to_vec()
}

fn organizer() -> Vec<(MailDue, String)> {
    [
        (
            OrganizerMail::Received { version: 3 },
            r#"{"kind":"received","version":3}"#,
        ),
        (
            OrganizerMail::HandedOver { version: 3 },
            r#"{"kind":"handed-over","version":3}"#,
        ),
    ]
    .map(|(about, state)| {
        let message = MailDue::Organizer {
            event_id: EVENT.parse().unwrap(),
            user_id: USER.parse().unwrap(),
            about,
            request_id: "r1".to_owned(),
        };
        let golden = format!(
            r#"{{"to":"organizer","eventId":"{EVENT}","userId":"{USER}","about":{state},"requestId":"r1"}}"#
        );
        (message, golden)
    })
    .to_vec()
}

fn registrants(part: Part, about: EventMail, golden: &[&str; 2]) -> (MailDue, String) {
    let message = MailDue::Registrants {
        event_id: EVENT.parse().unwrap(),
        part,
        about,
        request_id: "r1".to_owned(),
    };
    let [part, state] = golden;
    let golden = format!(
        r#"{{"to":"audience","eventId":"{EVENT}","audience":{part},"about":{state},"requestId":"r1"}}"#
    );
    (message, golden)
}

/// Every kind to everybody.
fn events() -> Vec<(MailDue, String)> {
    let starts_at = at();
    let previous = Previous {
        title: Some("Concert".into()),
        venue: Some("Town hall".into()),
        period: Some((at(), at(), "Europe/Vienna".into())),
    };
    [
        (
            EventMail::Updated {
                version: 5,
                previous,
            },
            r#"{"kind":"updated","version":5,"previous":{"title":"Concert","venue":"Town hall","period":["2027-05-01T18:00:00Z","2027-05-01T18:00:00Z","Europe/Vienna"]}}"#,
        ),
        (
            EventMail::Cancelled { version: 3 },
            r#"{"kind":"cancelled","version":3}"#,
        ),
        (
            EventMail::Announcement {
                id: "ann_01h455vb4pex5vsknk084sn02s".parse().unwrap(),
            },
            r#"{"kind":"announcement","id":"ann_01h455vb4pex5vsknk084sn02s"}"#,
        ),
        (
            EventMail::Reminder {
                lead: Lead::Day,
                starts_at,
            },
            r#"{"kind":"reminder","lead":"day","startsAt":"2027-05-01T18:00:00Z"}"#,
        ),
        (
            EventMail::Reminder {
                lead: Lead::Hour,
                starts_at,
            },
            r#"{"kind":"reminder","lead":"hour","startsAt":"2027-05-01T18:00:00Z"}"#,
        ),
    ]
    .map(|(about, state)| registrants(Part::Everybody, about, &[r#""everybody""#, state]))
    .to_vec()
}

/// Every part of the registrants.
fn parts() -> Vec<(MailDue, String)> {
    let user_id: UserId = USER.parse().unwrap();
    let about = || EventMail::Cancelled { version: 3 };
    let state = r#"{"kind":"cancelled","version":3}"#;
    let to_guest = format!(r#"{{"bucket":{{"no":4,"after":"{USER}"}}}}"#);
    let to_one = format!(r#"{{"one":{{"userId":"{USER}"}}}}"#);
    [
        (
            Part::Bucket { no: 4, after: None },
            r#"{"bucket":{"no":4,"after":null}}"#,
        ),
        (
            Part::Bucket {
                no: 4,
                after: Some(user_id),
            },
            &to_guest,
        ),
        (
            Part::Waitlist { after: None },
            r#"{"waitlist":{"after":null}}"#,
        ),
        (
            Part::Waitlist {
                after: Some(entry_id()),
            },
            r#"{"waitlist":{"after":"00000000000000000000000000000007"}}"#,
        ),
        (Part::One { user_id }, &to_one),
    ]
    .map(|(part, golden)| registrants(part, about(), &[golden, state]))
    .to_vec()
}

#[test]
fn mail_is_due_as_ever() {
    let messages = [account(), registrant(), organizer(), events(), parts()].concat();
    golden(&messages);
    let kinds: HashSet<MailKind> = messages.iter().map(|(message, _)| message.kind()).collect();
    assert_eq!(kinds, HashSet::from(MailKind::ALL), "a kind has no message");
}

/// As an event changes one value after the other.
#[test]
fn a_former_value_that_has_not_changed_is_left_out() {
    let previous = Previous {
        venue: Some("Town hall".into()),
        ..Previous::default()
    };
    let about = EventMail::Updated {
        version: 5,
        previous,
    };
    let state = r#"{"kind":"updated","version":5,"previous":{"venue":"Town hall"}}"#;
    golden(&[registrants(
        Part::Everybody,
        about,
        &[r#""everybody""#, state],
    )]);
}
