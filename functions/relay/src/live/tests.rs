use domain::{
    accounts::role::Role,
    events::{Event, EventStatus, announcement::Announcement},
    text::{AnnouncementText, ScanId, Title},
};

use store::Account;

use super::*;
use crate::due::tests::event;

fn add(live: &mut Live, change: &Change) {
    live.add(change, &Source::default());
}

/// A topic, its last tick so many milliseconds before `now`.
fn watched(topic: Topic, tick: u64, now: Timestamp, ago: i64) -> TopicState {
    let begun_at = now.as_millisecond() - ago;
    serde_json::from_value(serde_json::json!({
        "topic": topic, "shards": 1, "tick": tick, "begunAt": begun_at, "expiresAt": 0,
    }))
    .unwrap()
}

fn now() -> Timestamp {
    "2027-05-01T18:00:00Z".parse().unwrap()
}

#[test]
fn many_changes_are_one_tick_and_nobody_is_told_who_does_not_watch() {
    let (seen, unseen) = (
        event(EventStatus::Published, 1).id,
        "evt_01h455vb4pex5vsknk084sn02s".parse().unwrap(),
    );
    let mut live = Live::default();
    for _ in 0..100 {
        add(&mut live, &Change::Waitlist { event: seen });
        add(&mut live, &Change::Waitlist { event: unseen });
    }
    assert_eq!(live.topics().len(), 2);
    assert_eq!(live.due(&[], now()), Due::default());

    let tick = [Ordered {
        group: seen.to_string(),
        name: format!("{seen}#7"),
        message: LiveDue::Tick {
            event_id: seen,
            tick: 7,
        },
    }];
    let topic = Topic::public(seen);
    let soon = live.due(&[watched(topic, 7, now(), 999)], now());
    assert_eq!((&soon.in_a_second[..], soon.at_once.len()), (&tick[..], 0));
    let late = live.due(&[watched(topic, 7, now(), 1_000)], now());
    assert_eq!((&late.at_once[..], late.in_a_second.len()), (&tick[..], 0));
}

#[test]
fn an_event_tells_what_is_different() {
    let before = event(EventStatus::Published, 4);
    let mut after = event(EventStatus::Cancelled, 5);
    after.details.title = Title::parse("No concert").unwrap();
    let mut live = Live::default();
    for _ in 0..2 {
        add(
            &mut live,
            &Change::Event {
                before: Some(Box::new(before.clone())),
                after: Box::new(after.clone()),
            },
        );
    }
    let topic = Topic::public(after.id);
    let due = live.due(&[watched(topic, 1, now(), 0)], now());
    assert_eq!(due.in_a_second.len(), 1, "the status is part of the counts");
    let names: Vec<_> = due.at_once.iter().map(|sent| &sent.name).collect();
    let name = format!("{}#5", after.id);
    assert_eq!(names, [&name, &name], "the queue drops the second");
    assert_eq!(
        due.at_once[0].message,
        LiveDue::Everybody {
            topic,
            frame: Frame::Event {
                event_id: after.id,
                status: EventStatus::Cancelled,
                changed: vec![EventField::Title, EventField::Status],
            },
        }
    );
}

#[test]
fn the_public_and_the_staff_hear_their_own() {
    let event_id = event(EventStatus::Published, 1).id;
    let mut live = Live::default();
    add(
        &mut live,
        &Change::Announcement {
            announcement: Announcement {
                id: "ann_01h455vb4pex5vsknk084sn02q".parse().unwrap(),
                event_id,
                message: AnnouncementText::parse("Doors open late").unwrap(),
                email: false,
                created_at: now(),
            },
        },
    );
    add(
        &mut live,
        &Change::Scanned {
            event: event_id,
            scan: Box::new(LoggedScan {
                scan_id: ScanId::parse("s1").unwrap(),
                at: now(),
                by: "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap(),
                gate: None,
                device_id: None,
                code: None,
                result: "invalid".into(),
                reason: Some("unknown".into()),
            }),
        },
    );
    for topic in [Topic::public(event_id), Topic::door(event_id)] {
        let due = live.due(&[watched(topic, 1, now(), 0)], now());
        assert_eq!(due.in_a_second, []);
        assert_eq!(due.at_once.len(), 1);
        assert_eq!(due.at_once[0].group, topic.to_string());
    }
}

fn account(user: UserId) -> Account {
    serde_json::from_value(serde_json::json!({
        "id": user, "email": "ada@example.org", "name": "Ada", "role": "user", "emailVerified": false,
        "createdAt": "2027-01-01T00:00:00Z", "passwordHash": "",
    }))
    .unwrap()
}

/// The users whose connections are judged anew after a change.
fn judged(change: &Change) -> Vec<UserId> {
    let mut live = Live::default();
    add(&mut live, change);
    live.rights().map(|(user, _)| user).collect()
}

#[test]
fn whose_rights_may_have_ended_is_judged_anew() {
    let user: UserId = "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap();
    let event_id = event(EventStatus::Published, 1).id;
    let removed = Change::StaffRemoved {
        event: event_id,
        user,
    };
    assert_eq!(judged(&removed), [user]);
    assert_eq!(judged(&Change::SessionEnded { user }), [user]);

    let account = account(user);
    let erased = Change::AccountErased {
        account: Box::new(account.clone()),
    };
    assert_eq!(judged(&erased), [user]);
    let becomes = |change: fn(&mut Account)| {
        let mut after = account.clone();
        change(&mut after);
        judged(&Change::Account {
            before: Some(Box::new(account.clone())),
            after: Box::new(after),
        })
    };
    assert_eq!(becomes(|after| after.user.role = Role::Organizer), [user]);
    let changed = |after: &mut Account| after.password_changed_at = Some(now());
    assert_eq!(becomes(changed), [user]);
    assert!(becomes(|after| after.user.email_verified = true).is_empty());
    let made = Change::Account {
        before: None,
        after: Box::new(account.clone()),
    };
    assert!(judged(&made).is_empty());
}

#[test]
fn an_organizer_who_hands_an_event_over_is_judged_anew() {
    let before = event(EventStatus::Published, 4);
    let mut after = before.clone();
    let change = |after: &Event| Change::Event {
        before: Some(Box::new(before.clone())),
        after: Box::new(after.clone()),
    };
    assert!(judged(&change(&after)).is_empty());
    after.organizer.id = "usr_01h455vb4pex5vsknk084sn02s".parse().unwrap();
    assert_eq!(judged(&change(&after)), [before.organizer.id]);
}

/// The queue drops a message of the same name in the same group: a later record has another one.
#[test]
fn each_connection_is_judged_once_for_each_record() {
    let user = "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap();
    let record = |number: &str| Source {
        sequence_number: number.to_owned(),
        ..Source::default()
    };
    let open = vec!["c1".to_owned(), "c2".to_owned()];
    let due = judge(user, open.clone(), &record("100"));
    let places: Vec<_> = due.iter().map(|due| (&*due.group, &*due.name)).collect();
    assert_eq!(places, [("c1", "100"), ("c2", "100")]);
    assert_ne!(judge(user, open, &record("200"))[0].name, due[0].name);
}
