//! Golden tests, because a message may be older than the code that reads it. The JSON of each `about` is tested beside its
//! type, in `domain::mail::kind`.

use domain::mail::kind::{Lead, Previous};

use super::*;

const USER: &str = "usr_01h455vb4pex5vsknk084sn02r";
const EVENT: &str = "evt_01h455vb4pex5vsknk084sn02q";

fn at() -> Timestamp {
    "2027-05-01T18:00:00Z".parse().unwrap()
}

fn user_id() -> UserId {
    USER.parse().unwrap()
}

fn event_id() -> EventId {
    EVENT.parse().unwrap()
}

/// Compares a message with its JSON, in both directions.
fn golden(message: &MailDue, golden: &str) {
    assert_eq!(serde_json::to_string(message).unwrap(), golden);
    assert_eq!(serde_json::from_str::<MailDue>(golden).unwrap(), *message);
}

#[test]
fn mail_to_one_is_due_as_ever() {
    let request_id = || "r1".to_owned();
    for (about, name) in [
        (AccountMail::PasswordReset, "password-reset"),
        (AccountMail::EmailChangeNotice, "email-change-notice"),
    ] {
        let message = MailDue::Account {
            user_id: user_id(),
            about,
            at: at(),
            request_id: request_id(),
        };
        golden(
            &message,
            &format!(
                r#"{{"to":"account","userId":"{USER}","about":"{name}","at":"2027-05-01T18:00:00Z","requestId":"r1"}}"#
            ),
        );
    }
    let entry_id = "00000000000000000000000000000007".parse().unwrap();
    for (about, state) in [
        (
            RegistrationMail::Ticket {
                generation: 2,
                again_at: None,
            },
            r#"{"kind":"ticket","generation":2}"#,
        ),
        (
            RegistrationMail::Waitlisted { entry_id },
            r#"{"kind":"waitlisted","entryId":"00000000000000000000000000000007"}"#,
        ),
    ] {
        let message = MailDue::Registrant {
            event_id: event_id(),
            user_id: user_id(),
            about,
            request_id: request_id(),
        };
        golden(
            &message,
            &format!(
                r#"{{"to":"registrant","eventId":"{EVENT}","userId":"{USER}","about":{state},"requestId":"r1"}}"#
            ),
        );
    }
    for (about, state) in [
        (
            OrganizerMail::Received { version: 3 },
            r#"{"kind":"received","version":3}"#,
        ),
        (
            OrganizerMail::HandedOver { version: 3 },
            r#"{"kind":"handed-over","version":3}"#,
        ),
    ] {
        let message = MailDue::Organizer {
            event_id: event_id(),
            user_id: user_id(),
            about,
            request_id: request_id(),
        };
        golden(
            &message,
            &format!(
                r#"{{"to":"organizer","eventId":"{EVENT}","userId":"{USER}","about":{state},"requestId":"r1"}}"#
            ),
        );
    }
}

#[test]
fn mail_to_registrants_is_due_as_ever() {
    let after = "00000000000000000000000000000007".parse().unwrap();
    let cancelled = || EventMail::Cancelled { version: 3 };
    let is_cancelled = r#"{"kind":"cancelled","version":3}"#;
    let reminder = EventMail::Reminder {
        lead: Lead::Day,
        starts_at: at(),
    };
    let updated = EventMail::Updated {
        version: 5,
        previous: Previous {
            venue: Some("Town hall".into()),
            ..Previous::default()
        },
    };
    for (part, about, part_golden, state) in [
        (Part::Everybody, cancelled(), r#""everybody""#, is_cancelled),
        (
            Part::Bucket { no: 4, after: None },
            reminder,
            r#"{"bucket":{"no":4,"after":null}}"#,
            r#"{"kind":"reminder","lead":"day","startsAt":"2027-05-01T18:00:00Z"}"#,
        ),
        (
            Part::Bucket {
                no: 4,
                after: Some(user_id()),
            },
            cancelled(),
            r#"{"bucket":{"no":4,"after":"usr_01h455vb4pex5vsknk084sn02r"}}"#,
            is_cancelled,
        ),
        (
            Part::Waitlist { after: None },
            cancelled(),
            r#"{"waitlist":{"after":null}}"#,
            is_cancelled,
        ),
        (
            Part::Waitlist { after: Some(after) },
            updated,
            r#"{"waitlist":{"after":"00000000000000000000000000000007"}}"#,
            r#"{"kind":"updated","version":5,"previous":{"venue":"Town hall"}}"#,
        ),
        (
            Part::One { user_id: user_id() },
            cancelled(),
            r#"{"one":{"userId":"usr_01h455vb4pex5vsknk084sn02r"}}"#,
            is_cancelled,
        ),
    ] {
        let message = MailDue::Registrants {
            event_id: event_id(),
            part,
            about,
            request_id: "r1".to_owned(),
        };
        golden(
            &message,
            &format!(
                r#"{{"to":"audience","eventId":"{EVENT}","audience":{part_golden},"about":{state},"requestId":"r1"}}"#
            ),
        );
    }
}
