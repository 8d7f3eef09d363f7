use domain::{
    accounts::email::Email,
    live::topic::Topic,
    security::{
        rate_limit::{Requests, Window},
        throttle::{Source, Subject},
    },
};

use super::*;
use crate::attribute::Value;

fn text_of(value: &Value) -> String {
    match value {
        Value::S(text) => text.clone(),
        other => panic!("no text: {other:?}"),
    }
}

/// Returns the partition key and the sort key that `key` contains, as text.
fn shown(key: Item) -> String {
    let mut parts: Vec<_> = key
        .into_iter()
        .map(|(name, value)| (name, text_of(&value)))
        .collect();
    parts.sort();
    let values: Vec<_> = parts.into_iter().map(|(_, value)| value).collect();
    values.join(" / ")
}

/// This golden test fails if a key changes, because deployed tables store their items under these keys.
#[test]
fn keys_are_what_deployed_tables_hold() {
    let user: UserId = "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap();
    let event_id: EventId = "evt_01h455vb4pex5vsknk084sn02r".parse().unwrap();
    let at: Timestamp = "2027-05-01T18:00:00Z".parse().unwrap();
    for (key, golden) in [
        (account(user), "USER#01h455vb4pex5vsknk084sn02q / PROFILE"),
        (
            session(user, Uuid::from_u128(7)),
            "USER#01h455vb4pex5vsknk084sn02q / SESSION#00000000000000000000000000000007",
        ),
        (
            email(Email::parse("Ada@Example.org").unwrap().held_as()),
            "EMAIL#ada@example.org / EMAIL",
        ),
        (admins(), "ADMINS / ADMINS"),
        (ping(), "PING / PING"),
        (pong(), "PING / PONG"),
        (sender(), "SENDER / SENDER"),
        (
            picture_check("pic_01h455vb4pex5vsknk084sn02q".parse().unwrap()),
            "PICTURE#01h455vb4pex5vsknk084sn02q / PICTURE",
        ),
        (event(event_id), "EVENT#01h455vb4pex5vsknk084sn02r / EVENT"),
        (
            availability(event_id, 15),
            "EVENT#01h455vb4pex5vsknk084sn02r / AVAILABILITY#15",
        ),
        (
            owns(user, event_id),
            "USER#01h455vb4pex5vsknk084sn02q / OWNS#01h455vb4pex5vsknk084sn02r",
        ),
        (
            bucket(event_id, 12),
            "SEATS#01h455vb4pex5vsknk084sn02r#12 / SEATS",
        ),
        (
            registration(user, event_id),
            "USER#01h455vb4pex5vsknk084sn02q / REG#01h455vb4pex5vsknk084sn02r",
        ),
        (
            ticket("abcdefghjkmn".parse().unwrap()),
            "TICKET#ABCD-EFGH-JKMN / TICKET",
        ),
        (
            listed_conflict(event_id, at, "abcdefghjkmn".parse().unwrap()),
            "CONFLICT#01h455vb4pex5vsknk084sn02r / 001809194400000#ABCD-EFGH-JKMN",
        ),
        (connection("L0SM9cOF="), "CONN#L0SM9cOF= / CONN"),
        (
            user_connection(user, "L0SM9cOF="),
            "USER#01h455vb4pex5vsknk084sn02q / CONN#L0SM9cOF=",
        ),
        (
            topic(Topic::public(event_id)),
            "TOPIC#01h455vb4pex5vsknk084sn02r / TOPIC",
        ),
        (
            shard(Topic::door(event_id), 3),
            "TOPIC#01h455vb4pex5vsknk084sn02r#door#3 / SHARD",
        ),
        (
            stats_day(StatsOf::Event(event_id), "2027-05-01"),
            "STATS#01h455vb4pex5vsknk084sn02r / DAY#2027-05-01",
        ),
        (
            counted_list(StatsOf::System, counted("2027-05-01", 1_809_194_400, 7)),
            "STATS / COUNTED#2027-05-01#001809194400#7",
        ),
        (
            revocation(event_id, at, "abcdefghjkmn".parse().unwrap()),
            "EVENT#01h455vb4pex5vsknk084sn02r / VOID#001809194400000#ABCD-EFGH-JKMN",
        ),
        (
            staff(event_id, user),
            "EVENT#01h455vb4pex5vsknk084sn02r / STAFF#01h455vb4pex5vsknk084sn02q",
        ),
        (
            staffs(event_id, user),
            "USER#01h455vb4pex5vsknk084sn02q / STAFF#01h455vb4pex5vsknk084sn02r",
        ),
        (
            scan(event_id, at, &ScanId::parse("s1").unwrap()),
            "EVENT#01h455vb4pex5vsknk084sn02r / SCAN#001809194400000#s1",
        ),
        (
            entry(event_id, Uuid::from_u128(7).into()),
            "EVENT#01h455vb4pex5vsknk084sn02r / WAIT#00000000000000000000000000000007",
        ),
        (
            listed_event(at, event_id),
            "PUBLISHED / 001809194400000#01h455vb4pex5vsknk084sn02r",
        ),
        (
            listed_account(at, user),
            "USERS / 001809194400000#01h455vb4pex5vsknk084sn02q",
        ),
    ] {
        assert_eq!(shown(key), golden);
    }
}

#[test]
fn partition_keys_are_read_back() {
    let event_id: EventId = "evt_01h455vb4pex5vsknk084sn02r".parse().unwrap();
    assert_eq!(
        parse_bucket("SEATS#01h455vb4pex5vsknk084sn02r#12"),
        Some((event_id, 12))
    );
    assert_eq!(parse_bucket("SEATS#01h455vb4pex5vsknk084sn02r"), None);
    assert_eq!(parse_event_pk(&event_pk(event_id)), Some(event_id));
    assert_eq!(parse_event_pk("USER#01h455vb4pex5vsknk084sn02q"), None);
}

/// This golden test fails if a key changes, because deployed tables store their items under these keys.
#[test]
fn the_invitation_to_the_door_staff_lies_under_its_event() {
    let event_id: EventId = "evt_01h455vb4pex5vsknk084sn02r".parse().unwrap();
    assert_eq!(
        shown(invitation(event_id)),
        "EVENT#01h455vb4pex5vsknk084sn02r / INVITATION"
    );
}

#[test]
fn entries_of_the_audit_log_lie_under_their_object_and_by_time() {
    let user: UserId = "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap();
    let event_id: EventId = "evt_01h455vb4pex5vsknk084sn02r".parse().unwrap();
    let audit_id: AuditId = "aud_01h455vb4pex5vsknk084sn02s".parse().unwrap();
    let at: Timestamp = "2027-05-01T18:00:00Z".parse().unwrap();
    for (key, golden) in [
        (
            audit(&Object::Event(event_id), at, audit_id),
            "AUDIT#event#01h455vb4pex5vsknk084sn02r / 001809194400000#01h455vb4pex5vsknk084sn02s",
        ),
        (
            audit(&Object::User(user), at, audit_id),
            "AUDIT#user#01h455vb4pex5vsknk084sn02q / 001809194400000#01h455vb4pex5vsknk084sn02s",
        ),
        (
            audit(&"mail".parse().unwrap(), at, audit_id),
            "AUDIT#queue#mail / 001809194400000#01h455vb4pex5vsknk084sn02s",
        ),
        (
            listed_audit(at, audit_id),
            "AUDIT / 001809194400000#01h455vb4pex5vsknk084sn02s",
        ),
        (
            audit_at("AUDIT#queue#mail", "001809194400000#x", true),
            "AUDIT / 001809194400000#x / AUDIT#queue#mail / 001809194400000#x",
        ),
    ] {
        assert_eq!(shown(key), golden);
    }
}

/// This golden test fails if a key changes, because deployed tables store their items under these keys.
#[test]
fn what_is_limited_is_counted_by_whom_and_in_windows() {
    let user: UserId = "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap();
    let ada = Email::parse("Ada@Example.org").unwrap();
    let source = Source::from("192.0.2.7".parse::<std::net::IpAddr>().unwrap());
    let window = Window {
        begins_at: 1_809_194_400,
        ends_at: 1_809_195_000,
    };
    for (key, golden) in [
        (
            throttle(&Subject::Account(ada.clone())),
            "THROTTLE#login#ada@example.org / THROTTLE",
        ),
        (
            throttle(&Subject::Source(source)),
            "THROTTLE#login-from#192.0.2.7 / THROTTLE",
        ),
        (
            requests(&Requests::SignUpsFrom(source), window),
            "LIMIT#sign-ups-from#192.0.2.7#1809194400 / LIMIT",
        ),
        (
            requests(&Requests::ResetsOf(ada.clone()), window),
            "LIMIT#resets-of#ada@example.org#1809194400 / LIMIT",
        ),
        (
            requests(&Requests::EmailChangesTo(ada), window),
            "LIMIT#email-changes-to#ada@example.org#1809194400 / LIMIT",
        ),
        (
            requests(&Requests::EmailChangesOf(user), window),
            "LIMIT#email-changes-of#01h455vb4pex5vsknk084sn02q#1809194400 / LIMIT",
        ),
        (
            requests(&Requests::LiveTicketsOf(user), window),
            "LIMIT#live-tickets-of#01h455vb4pex5vsknk084sn02q#1809194400 / LIMIT",
        ),
    ] {
        assert_eq!(shown(key), golden);
    }
}

#[test]
fn keys_are_read_as_they_are_written() {
    let user: UserId = "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap();
    let event: EventId = "evt_01h455vb4pex5vsknk084sn02r".parse().unwrap();
    let parts = |key: Item| {
        let part = |name| text_of(&key[name]);
        (part(PK), part(SK))
    };
    let (pk, sk) = parts(user_connection(user, "L0SM9cOF="));
    assert_eq!(parse_user_pk(&pk), Some(user));
    assert_eq!(parse_user_connection_sk(&sk), Some("L0SM9cOF="));
    let (pk, sk) = parts(staff(event, user));
    assert_eq!(parse_staff(&pk, &sk), Some((event, user)));
    let (pk, sk) = parts(staffs(event, user));
    assert_eq!(parse_staff(&pk, &sk), None);
    for no_user in ["USER#", "USER#x", "EVENT#01h455vb4pex5vsknk084sn02q"] {
        assert_eq!(parse_user_pk(no_user), None, "{no_user}");
    }
}
