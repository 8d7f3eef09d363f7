use domain::{
    events::{EventField, announcement::Announcement},
    live::topic::Topic,
    text::{AnnouncementText, ScanId, Title},
};
use messages::{Frame, LiveDue};
use queues::Ordered;
use store::{LoggedScan, TopicState};

use super::*;

/// Returns a topic whose last tick started `ago` milliseconds ago.
fn watched(topic: Topic, tick: u64, ago: i64) -> TopicState {
    let begun_at = at().as_millisecond() - ago;
    serde_json::from_value(serde_json::json!({
        "topic": topic, "shards": 1, "tick": tick, "begunAt": begun_at, "expiresAt": 0,
    }))
    .unwrap()
}

#[test]
fn many_changes_are_one_tick_and_an_event_without_viewers_has_none() {
    let seen = event_id();
    let unseen = "evt_01h455vb4pex5vsknk084sn02s".parse().unwrap();
    let changes = [seen, unseen].map(|event| Change::Waitlist { event });
    let news = || work(std::iter::repeat_n(changes.clone(), 100).flatten()).news;
    assert_eq!(news().topics().len(), 2);
    assert_eq!(news().due(&[], at()), DueMessages::default());

    let tick = [Ordered {
        group: seen.to_string(),
        name: format!("{seen}#7"),
        message: LiveDue::Tick {
            event_id: seen,
            tick: 7,
        },
    }];
    let topic = Topic::public(seen);
    let soon = news().due(&[watched(topic, 7, 999)], at());
    assert_eq!((&soon.in_a_second[..], soon.at_once.len()), (&tick[..], 0));
    let late = news().due(&[watched(topic, 7, 1_000)], at());
    assert_eq!((&late.at_once[..], late.in_a_second.len()), (&tick[..], 0));
}

#[test]
fn a_frame_that_comes_again_has_the_same_name() {
    let before = event(EventStatus::Published, 4);
    let mut after = event(EventStatus::Cancelled, 5);
    after.details.title = Title::parse("No concert").unwrap();
    let change = Change::Event {
        before: Some(Box::new(before)),
        after: Box::new(after.clone()),
    };
    let news = work([change.clone(), change]).news;
    let topic = Topic::public(after.id);
    let due = news.due(&[watched(topic, 1, 0)], at());
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
fn the_public_and_the_staff_get_their_own_frames() {
    let announced = Change::Announcement {
        announcement: Announcement {
            id: "ann_01h455vb4pex5vsknk084sn02q".parse().unwrap(),
            event_id: event_id(),
            message: AnnouncementText::parse("Doors open late").unwrap(),
            email: false,
            created_at: at(),
        },
    };
    let scanned = Change::Scanned {
        event: event_id(),
        scan: Box::new(LoggedScan {
            scan_id: ScanId::parse("s1").unwrap(),
            at: at(),
            by: user(1),
            gate: None,
            device_id: None,
            code: None,
            result: "invalid".into(),
            reason: Some("unknown".into()),
            undone_scan_id: None,
        }),
    };
    for topic in [Topic::public(event_id()), Topic::door(event_id())] {
        let news = work([announced.clone(), scanned.clone()]).news;
        let due = news.due(&[watched(topic, 1, 0)], at());
        assert_eq!(due.in_a_second, []);
        assert_eq!(due.at_once.len(), 1);
        assert_eq!(due.at_once[0].group, topic.to_string());
    }
}

/// The queue drops a second message with the same name in the same group. Messages for a later record have another name.
#[test]
fn each_connection_is_checked_once_for_each_record() {
    let record = |number: &str| Source {
        sequence_number: number.to_owned(),
        ..Source::default()
    };
    let open = vec!["c1".to_owned(), "c2".to_owned()];
    let due = recheck_messages(user(2), open.clone(), &record("100"));
    let places: Vec<_> = due.iter().map(|due| (&*due.group, &*due.name)).collect();
    assert_eq!(places, [("c1", "100"), ("c2", "100")]);
    let later = recheck_messages(user(2), open, &record("200"));
    assert_ne!(later[0].name, due[0].name);
}
