mod attempts;
mod groups;

use std::time::Duration;

use queues::{Broker, Consumer, Depth, Message, Outgoing, Producer, SendError};

use super::*;
use crate::testing::Fixture;

const NOW: Duration = Duration::ZERO;

fn plain(body: &str) -> Outgoing {
    Outgoing {
        body: body.to_owned(),
        ..Outgoing::default()
    }
}

fn of_group(group: &str, body: &str) -> Outgoing {
    Outgoing {
        group: Some(group.to_owned()),
        deduplication_id: Some(body.to_owned()),
        ..plain(body)
    }
}

fn bodies(messages: &[Message]) -> Vec<&str> {
    messages
        .iter()
        .map(|message| message.body.as_str())
        .collect()
}

fn receipts(messages: &[Message]) -> Vec<String> {
    messages
        .iter()
        .map(|message| message.receipt.clone())
        .collect()
}

async fn taken(fixture: &Fixture, queue: &str) -> Vec<Message> {
    fixture.database.take(queue, 10, NOW).await.unwrap()
}

#[tokio::test]
async fn a_message_is_hidden_and_comes_again() {
    let fixture = Fixture::new();
    let db = &fixture.database;
    db.send("tickets", vec![plain("a"), plain("b")])
        .await
        .unwrap();
    let sent_at = fixture.now();
    fixture.pass(Duration::from_secs(1));
    let first = taken(&fixture, "tickets").await;
    assert_eq!(bodies(&first), ["a", "b"]);
    assert_eq!(
        first[0],
        Message {
            id: "1".to_owned(),
            receipt: "1.1".to_owned(),
            body: "a".to_owned(),
            queue: "tickets".to_owned(),
            receive_count: 1,
            sent_at: Some(sent_at),
            first_received_at: Some(fixture.now()),
            ..Message::default()
        }
    );
    assert_eq!(taken(&fixture, "tickets").await, []);
    db.delete_all("tickets", vec![first[1].receipt.clone()])
        .await
        .unwrap();
    fixture.pass(Duration::from_secs(179));
    assert_eq!(taken(&fixture, "tickets").await, []);
    fixture.pass(Duration::from_secs(1));
    let second = taken(&fixture, "tickets").await;
    assert_eq!(bodies(&second), ["a"]);
    assert_eq!(second[0].receive_count, 2);
    assert_eq!(second[0].id, first[0].id);
    assert_eq!(second[0].first_received_at, first[0].first_received_at);
    // The message was received a second time, so the receipt of the first reception is no longer valid.
    Broker::delete(db, "tickets", first[0].receipt.clone())
        .await
        .unwrap();
    let hidden = db.hide("tickets", receipts(&first[..1]), NOW).await;
    assert!(matches!(hidden, Err(SendError::Refused(1))), "{hidden:?}");
    assert_eq!(db.depth("tickets").await.unwrap().in_flight, 1);
}

#[tokio::test]
async fn a_message_is_handed_back() {
    let fixture = Fixture::new();
    let db = &fixture.database;
    db.send("mail", vec![plain("a")]).await.unwrap();
    let first = taken(&fixture, "mail").await;
    db.hide("mail", receipts(&first), Duration::from_secs(7))
        .await
        .unwrap();
    fixture.pass(Duration::from_secs(6));
    assert_eq!(taken(&fixture, "mail").await, []);
    fixture.pass(Duration::from_secs(1));
    let second = taken(&fixture, "mail").await;
    db.hide("mail", receipts(&second), NOW).await.unwrap();
    assert_eq!(taken(&fixture, "mail").await.len(), 1);
}

#[tokio::test]
async fn counts_and_ages_are_exact() {
    let fixture = Fixture::new();
    let db = &fixture.database;
    assert_eq!(db.view().age_of_oldest("mail").unwrap(), None);
    let delayed = Outgoing {
        delay: Some(Duration::from_mins(1)),
        ..plain("d")
    };
    db.send("mail", vec![plain("a"), plain("b"), delayed])
        .await
        .unwrap();
    let one = db.take("mail", 1, NOW).await.unwrap();
    assert_eq!(bodies(&one), ["a"]);
    fixture.pass(Duration::from_secs(5));
    let depth = db.depth("mail").await.unwrap();
    assert_eq!(
        depth,
        Depth {
            waiting: 1,
            in_flight: 1,
            delayed: 1
        }
    );
    let age = db.view().age_of_oldest("mail").unwrap();
    assert_eq!(age, Some(Duration::from_secs(5)));
    assert_eq!(db.depth("tickets").await.unwrap().all(), 0);
    assert!(db.depth("no-such-queue").await.is_err());
}

#[tokio::test]
async fn a_second_copy_is_dropped_for_five_minutes() {
    let fixture = Fixture::new();
    let db = &fixture.database;
    let copies = |group: &str| vec![of_group(group, "x"), of_group(group, "x")];
    db.send("live", copies("a")).await.unwrap();
    // In this queue, a deduplication id applies only within one group. In a dead-letter queue, it applies to the whole queue.
    db.send("live", copies("b")).await.unwrap();
    db.send("live-dead-letters", copies("a")).await.unwrap();
    db.send("live-dead-letters", copies("b")).await.unwrap();
    assert_eq!(db.depth("live").await.unwrap().delayed, 2);
    assert_eq!(db.depth("live-dead-letters").await.unwrap().waiting, 1);
    fixture.pass(Duration::from_secs(2));
    let first = taken(&fixture, "live").await;
    db.delete_all("live", receipts(&first)).await.unwrap();
    fixture.pass(Duration::from_secs(297));
    db.forget().await.unwrap();
    db.send("live", copies("a")).await.unwrap();
    assert_eq!(db.depth("live").await.unwrap().all(), 0);
    fixture.pass(Duration::from_secs(1));
    db.send("live", copies("a")).await.unwrap();
    assert_eq!(db.depth("live").await.unwrap().all(), 1);
}

#[tokio::test]
async fn a_message_is_kept_as_long_as_its_queue_keeps_it() {
    let fixture = Fixture::new();
    let db = &fixture.database;
    db.send("push", vec![of_group("a", "1")]).await.unwrap();
    db.send("mail", vec![plain("a")]).await.unwrap();
    let day = Duration::from_hours(24);
    fixture.pass(4 * day);
    assert_eq!(db.forget().await.unwrap(), 0);
    fixture.pass(Duration::from_millis(1));
    assert_eq!(db.forget().await.unwrap(), 1);
    fixture.pass(10 * day);
    assert_eq!(db.forget().await.unwrap(), 1);
}

#[tokio::test]
async fn what_sqs_refuses_is_refused() {
    let fixture = Fixture::new();
    let db = &fixture.database;
    for (queue, message) in [
        ("no-such-queue", plain("a")),
        ("push", plain("a")),
        ("mail", of_group("a", "1")),
        ("mail", plain("")),
        (
            "mail",
            Outgoing {
                delay: Some(Duration::from_secs(901)),
                ..plain("a")
            },
        ),
        (
            "push",
            Outgoing {
                delay: Some(NOW),
                ..of_group("a", "1")
            },
        ),
    ] {
        assert!(db.send(queue, vec![message]).await.is_err(), "{queue}");
    }
}

/// The clock of this test does not move. So a waiting consumer wakes only because new messages are committed.
#[tokio::test]
async fn a_consumer_that_waits_gets_a_message_at_once() {
    let fixture = Fixture::new();
    let db = &fixture.database;
    let patience = Duration::from_mins(5);
    let (taken, sent) = futures::join!(
        db.take("push", 4, patience),
        db.send("push", vec![of_group("a", "1"), of_group("a", "2")])
    );
    sent.unwrap();
    let taken = taken.unwrap();
    assert_eq!(bodies(&taken), ["1", "2"]);
    // The consumer can receive this message only after the earlier messages of its group are deleted.
    let (next, deleted) = futures::join!(db.take("push", 4, patience), async {
        db.send("push", vec![of_group("a", "3")]).await.unwrap();
        db.delete_all("push", receipts(&taken)).await
    });
    deleted.unwrap();
    assert_eq!(bodies(&next.unwrap()), ["3"]);
}

#[tokio::test]
async fn a_delay_ends_by_itself() {
    let fixture = Fixture::with(crate::Options::default());
    let path = fixture.path("real.db");
    let db = Database::open(path, crate::Options::default()).unwrap();
    let delayed = Outgoing {
        delay: Some(Duration::from_millis(50)),
        ..plain("a")
    };
    db.send("mail", vec![delayed]).await.unwrap();
    let taken = db.take("mail", 1, Duration::from_mins(5)).await.unwrap();
    assert_eq!(bodies(&taken), ["a"]);
}

#[tokio::test]
async fn a_clock_that_is_set_back_holds_nothing_back() {
    let fixture = Fixture::new();
    let db = &fixture.database;
    db.send("tickets", vec![plain("a")]).await.unwrap();
    db.send("push", vec![of_group("a", "x")]).await.unwrap();
    assert_eq!(taken(&fixture, "tickets").await.len(), 1);
    let hour = Duration::from_hours(1);
    fixture.set_back(hour);
    db.set_back(hour).await.unwrap();
    fixture.pass(Duration::from_secs(179));
    assert_eq!(taken(&fixture, "tickets").await, []);
    fixture.pass(Duration::from_secs(1));
    assert_eq!(taken(&fixture, "tickets").await.len(), 1);
    // The clock of the test is set back while the database is closed.
    fixture.set_back(hour);
    let fixture = fixture.reopened();
    assert_eq!(taken(&fixture, "tickets").await.len(), 1);
    fixture.pass(Duration::from_mins(16));
    assert_eq!(taken(&fixture, "push").await.len(), 1);
    let copy = vec![of_group("a", "x")];
    fixture.database.send("push", copy).await.unwrap();
    assert_eq!(fixture.database.depth("push").await.unwrap().all(), 2);
}
