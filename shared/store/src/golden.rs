//! Golden tests of stored items. Deployed tables contain items of these forms. So whoever changes an expected text changes the
//! format of stored data.

mod audited;
mod events;
mod guest_list;
mod invitations;
mod tickets;

use domain::{
    accounts::{email_change::PendingEmail, mail_code::PendingCode, role::Role, user::User},
    door::{Scan, Ticket, TicketStatus},
    events::{
        Capacity, Event, EventDetails, EventStatus, Organizer,
        schedule::{Schedule, ZoneName, parse_time},
    },
    id::GuestId,
    seats::{
        bucket::{Bucket, BucketState, Terms},
        registration::{Registration, RegistrationStatus},
    },
    security::{
        audit::{AuditEntry, Deed, EventUpdate},
        policy::Actor,
    },
    text::{Category, Description, Gate, PersonName, ScanId, Tag, Title, Venue},
};
use insta::assert_json_snapshot;
use serde_json::json;
use uuid::Uuid;

use crate::{
    Account,
    attribute::{Item, Value, s},
    key,
    seats::buckets,
    security::audit,
};

/// Returns an item as JSON in the format of the table, with sorted attribute names.
fn shown(item: Item) -> serde_json::Value {
    json(&Value::M(item))
}

fn json(value: &Value) -> serde_json::Value {
    match value {
        Value::S(text) => json!({"S": text}),
        Value::N(number) => json!({"N": number}),
        Value::Bool(bool) => json!({"BOOL": bool}),
        Value::L(items) => items.iter().map(json).collect(),
        Value::M(items) => serde_json::Value::Object(
            items
                .iter()
                .map(|(name, value)| (name.clone(), json(value)))
                .collect(),
        ),
        other => json!(format!("{other:?}")),
    }
}

fn event() -> Event {
    let at = parse_time("2027-01-01T00:00:00Z").unwrap();
    Event {
        id: "evt_01h455vb4pex5vsknk084sn02r".parse().unwrap(),
        organizer: Organizer {
            id: "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap(),
            name: PersonName::parse("Ada").unwrap(),
        },
        details: EventDetails {
            title: Title::parse("Concert").unwrap(),
            description: Description::parse("Loud").unwrap(),
            venue: Venue::parse("Town hall").unwrap(),
            schedule: Schedule {
                starts_at: parse_time("2027-05-01T18:00:00Z").unwrap(),
                ends_at: parse_time("2027-05-01T22:00:00Z").unwrap(),
                timezone: ZoneName::parse("Europe/Vienna").unwrap(),
                registration_opens_at: Some(at),
                registration_closes_at: None,
                doors_open_at: None,
            },
            capacity: Capacity::try_from(50).unwrap(),
            category: Some(Category::parse("music").unwrap()),
            tags: vec![Tag::parse("rock").unwrap()],
        },
        picture: None,
        status: EventStatus::Published,
        cancel_reason: None,
        cancelled_at: None,
        bucket_count: 2,
        version: 2,
        created_at: at,
        updated_at: at,
    }
}

#[test]
fn an_account() {
    let user = User {
        id: "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap(),
        email: domain::accounts::email::Email::parse("ada@example.org").unwrap(),
        name: PersonName::parse("Ada").unwrap(),
        role: Role::User,
        email_verified: false,
        created_at: parse_time("2027-01-01T00:00:00Z").unwrap(),
    };
    let pending = |time, wrong_tries| {
        Some(PendingCode {
            issued_at: parse_time(time).unwrap(),
            wrong_tries,
        })
    };
    let account = Account {
        user,
        password_hash: "$argon2id$".to_owned(),
        password_changed_at: Some(parse_time("2027-01-02T00:00:00.123Z").unwrap()),
        verification: pending("2027-01-01T00:00:00Z", 0),
        reset: pending("2027-01-03T00:00:00.456Z", 2),
        mail_block: None,
        hand_overs: 0,
        email_change: Some(PendingEmail {
            to: domain::accounts::email::Email::parse("x@bücher.example").unwrap(),
            issued_at: parse_time("2027-01-04T00:00:00.789Z").unwrap(),
            wrong_tries: 1,
        }),
        former_email: None,
    };
    assert_json_snapshot!(shown(serde_dynamo::to_item(&account).unwrap()), @r#"
    {
      "createdAt": {
        "S": "2027-01-01T00:00:00Z"
      },
      "email": {
        "S": "ada@example.org"
      },
      "emailChange": {
        "issuedAt": {
          "S": "2027-01-04T00:00:00.789Z"
        },
        "to": {
          "S": "x@xn--bcher-kva.example"
        },
        "wrongTries": {
          "N": "1"
        }
      },
      "emailVerified": {
        "BOOL": false
      },
      "id": {
        "S": "usr_01h455vb4pex5vsknk084sn02q"
      },
      "name": {
        "S": "Ada"
      },
      "passwordChangedAt": {
        "S": "2027-01-02T00:00:00.123Z"
      },
      "passwordHash": {
        "S": "$argon2id$"
      },
      "reset": {
        "issuedAt": {
          "S": "2027-01-03T00:00:00.456Z"
        },
        "wrongTries": {
          "N": "2"
        }
      },
      "role": {
        "S": "user"
      },
      "verification": {
        "issuedAt": {
          "S": "2027-01-01T00:00:00Z"
        },
        "wrongTries": {
          "N": "0"
        }
      }
    }
    "#);
    // An account that was created before the product had codes has no attributes for codes and changes of address. Its address
    // is stored as it was typed.
    let mut older: Item = serde_dynamo::to_item(&account).unwrap();
    let newer = ["passwordChangedAt", "reset", "verification", "emailChange"];
    older.retain(|name, _| !newer.contains(&&**name));
    older.insert(
        "email".to_owned(),
        crate::attribute::s("łukasz@bücher.example"),
    );
    let read: Account = serde_dynamo::from_item(older.clone()).unwrap();
    assert_eq!(serde_dynamo::to_item::<_, Item>(&read).unwrap(), older);
}

/// Buckets are written by update expressions and not as whole items. So this test covers only the function that reads a bucket
/// from its item.
#[test]
fn a_bucket() {
    use crate::attribute::n;
    let guests: Vec<GuestId> = (0..58u128)
        .map(|n| GuestId::from(n.to_be_bytes()))
        .collect();
    let mut item = key::bucket(event().id, 12);
    let attributes = [
        ("free", n(3)),
        ("held", n(1)),
        ("rev", n(99)),
        ("state", s("open")),
        ("opens", n(0)),
        ("closes", n(1_809_194_400_000_i64)),
        ("ver", n(2)),
        (
            "guests",
            Value::Bs(
                guests
                    .iter()
                    .map(|guest| guest.as_bytes().to_vec())
                    .collect(),
            ),
        ),
    ];
    item.extend(attributes.map(|(name, value)| (name.to_owned(), value)));
    let terms = Terms {
        state: BucketState::Open,
        opens_at: 0,
        closes_at: 1_809_194_400_000,
        event_version: 2,
    };
    let expected = Bucket {
        no: 12,
        free: 3,
        held: 1,
        guests: guests.into_iter().collect(),
        rev: 99,
        terms,
    };
    assert_eq!(buckets::bucket(&item).unwrap(), (event().id, expected));
}
