//! Golden tests of the JSON form of occasions. This JSON must not change, because messages may be older than the code that
//! reads them, and the scheduler keeps reminders for months.

use std::{collections::HashSet, fmt::Debug};

use serde::{Serialize, de::DeserializeOwned};
use uuid::Uuid;

use super::*;
use crate::events::schedule::tests::time;

/// Compares occasions with their JSON, in both directions, and returns the kinds of the occasions.
fn golden<T: Serialize + DeserializeOwned + PartialEq + Debug>(
    occasions: &[(T, &str)],
    kind: impl Fn(&T) -> MailKind,
) -> Vec<MailKind> {
    for (occasion, golden) in occasions {
        assert_eq!(serde_json::to_string(occasion).unwrap(), *golden);
        assert_eq!(serde_json::from_str::<T>(golden).unwrap(), *occasion);
    }
    occasions
        .iter()
        .map(|(occasion, _)| kind(occasion))
        .collect()
}

fn account() -> Vec<MailKind> {
    golden(
        &[
            (AccountMail::Welcome, r#""welcome""#),
            (AccountMail::PasswordReset, r#""password-reset""#),
            (AccountMail::PasswordChanged, r#""password-changed""#),
            (AccountMail::EmailChange, r#""email-change""#),
            (AccountMail::EmailChangeNotice, r#""email-change-notice""#),
        ],
        |about| about.kind(),
    )
}

fn registration() -> Vec<MailKind> {
    golden(
        &[
            (
                RegistrationMail::Ticket {
                    generation: 2,
                    again_at: None,
                },
                r#"{"kind":"ticket","generation":2}"#,
            ),
            (
                RegistrationMail::Ticket {
                    generation: 2,
                    again_at: Some(time("2027-05-01T18:00:00Z")),
                },
                r#"{"kind":"ticket","generation":2,"againAt":"2027-05-01T18:00:00Z"}"#,
            ),
            (
                RegistrationMail::Waitlisted {
                    entry_id: Uuid::from_u128(7).into(),
                },
                r#"{"kind":"waitlisted","entryId":"00000000000000000000000000000007"}"#,
            ),
            (
                RegistrationMail::Cancelled {
                    at: time("2027-05-01T18:00:00Z"),
                    waitlist: true,
                },
                r#"{"kind":"cancelled","at":"2027-05-01T18:00:00Z","waitlist":true}"#,
            ),
        ],
        |about| about.kind(),
    )
}

fn organizer() -> Vec<MailKind> {
    golden(
        &[
            (
                OrganizerMail::Received { version: 3 },
                r#"{"kind":"received","version":3}"#,
            ),
            (
                OrganizerMail::HandedOver { version: 3 },
                r#"{"kind":"handed-over","version":3}"#,
            ),
        ],
        |about| about.kind(),
    )
}

fn event() -> Vec<MailKind> {
    let at = time("2027-05-01T18:00:00Z");
    let updated = |previous| EventMail::Updated {
        version: 5,
        previous,
    };
    let reminder = |lead| EventMail::Reminder {
        lead,
        starts_at: at,
    };
    golden(
        &[
            (
                updated(Previous {
                    title: Some("Concert".into()),
                    venue: Some("Town hall".into()),
                    period: Some((at, at, "Europe/Vienna".into())),
                }),
                r#"{"kind":"updated","version":5,"previous":{"title":"Concert","venue":"Town hall","period":["2027-05-01T18:00:00Z","2027-05-01T18:00:00Z","Europe/Vienna"]}}"#,
            ),
            // The member `previous` leaves out a value that did not change.
            (
                updated(Previous::default()),
                r#"{"kind":"updated","version":5,"previous":{}}"#,
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
                reminder(Lead::Day),
                r#"{"kind":"reminder","lead":"day","startsAt":"2027-05-01T18:00:00Z"}"#,
            ),
            (
                reminder(Lead::Hour),
                r#"{"kind":"reminder","lead":"hour","startsAt":"2027-05-01T18:00:00Z"}"#,
            ),
        ],
        EventMail::kind,
    )
}

#[test]
fn every_kind_of_mail_is_due_as_ever() {
    let kinds = [account(), registration(), organizer(), event()].concat();
    let kinds: HashSet<MailKind> = kinds.into_iter().collect();
    assert_eq!(
        kinds,
        HashSet::from(MailKind::ALL),
        "a kind has no occasion here"
    );
}

/// Golden test: the keys of mails end with these texts.
#[test]
fn states_are_written_as_ever() {
    let at = time("2027-05-01T18:00:00Z");
    let place = Uuid::from_u128(7).into();
    let states = [
        RegistrationMail::Ticket {
            generation: 2,
            again_at: None,
        }
        .state(),
        RegistrationMail::Waitlisted { entry_id: place }.state(),
        RegistrationMail::Cancelled {
            at,
            waitlist: false,
        }
        .state(),
        OrganizerMail::Received { version: 3 }.state(),
        EventMail::Cancelled { version: 3 }.state(),
        EventMail::Announcement {
            id: "ann_01h455vb4pex5vsknk084sn02s".parse().unwrap(),
        }
        .state(),
        EventMail::Reminder {
            lead: Lead::Day,
            starts_at: at,
        }
        .state(),
    ];
    let written = [
        "2",
        "00000000000000000000000000000007",
        "1809194400000",
        "3",
        "3",
        "01h455vb4pex5vsknk084sn02s",
        "1809194400000",
    ];
    assert_eq!(states, written);
}
