//! Tests that attempts to process a message are counted, even across restarts. After too many attempts, the message becomes a
//! dead letter.

use super::*;

#[tokio::test]
async fn a_failure_counts_and_waits_as_long_if_the_database_is_opened_again() {
    let fixture = Fixture::new();
    let db = &fixture.database;
    let messages = ["done", "failed", "in flight"].map(plain);
    db.send("tickets", messages.to_vec()).await.unwrap();
    let first = receipts(&taken(&fixture, "tickets").await);
    let [done, failed, _] = first.try_into().unwrap();
    db.end_receptions("tickets", vec![done], vec![failed.clone()])
        .await
        .unwrap();
    let fixture = fixture.reopened();
    let again = taken(&fixture, "tickets").await;
    assert_eq!(bodies(&again), ["in flight"]);
    assert_eq!(again[0].receive_count, 1);
    fixture.pass(Duration::from_mins(3));
    let again = taken(&fixture, "tickets").await;
    let [of_failed] = &again
        .iter()
        .filter(|message| message.body == "failed")
        .collect::<Vec<_>>()[..]
    else {
        panic!("{again:?}");
    };
    assert_eq!(of_failed.receive_count, 2);
    // The receipt of the first reception is no longer valid, so this call does not end the second reception. The restart
    // interrupts the second reception.
    let db = &fixture.database;
    db.end_receptions("tickets", vec![failed.clone()], vec![failed])
        .await
        .unwrap();
    let fixture = fixture.reopened();
    assert_eq!(taken(&fixture, "tickets").await.len(), 2);
}

#[tokio::test]
async fn a_message_that_fails_too_often_is_a_dead_letter() {
    let fixture = Fixture::new();
    let db = &fixture.database;
    db.send("tickets", vec![plain("bad")]).await.unwrap();
    for count in 1..=5 {
        let message = taken(&fixture, "tickets").await;
        assert_eq!(message[0].receive_count, count);
        db.hide("tickets", receipts(&message), NOW).await.unwrap();
    }
    db.send("tickets", vec![plain("good")]).await.unwrap();
    assert_eq!(bodies(&taken(&fixture, "tickets").await), ["good"]);
    let dead = taken(&fixture, "tickets-dead-letters").await;
    assert_eq!((bodies(&dead), dead[0].receive_count), (vec!["bad"], 1));
    // A dead-letter queue has no dead-letter queue, so the message stays after any number of receptions.
    for count in 2..300 {
        db.hide(
            "tickets-dead-letters",
            receipts(&taken_or(&dead, count)),
            NOW,
        )
        .await
        .unwrap();
        let again = Broker::receive(db, "tickets-dead-letters", Duration::from_secs(30))
            .await
            .unwrap();
        assert_eq!(again[0].receive_count, count);
    }
}

/// Returns the message `dead` with the receipt of its reception number `count - 1`.
fn taken_or(dead: &[Message], count: u32) -> Vec<Message> {
    vec![Message {
        receipt: format!("{}.{}", dead[0].id, count - 1),
        ..dead[0].clone()
    }]
}

#[tokio::test]
async fn a_killed_consumer_costs_no_attempt() {
    let mut fixture = Fixture::new();
    let messages = vec![plain("a")];
    fixture.database.send("tickets", messages).await.unwrap();
    for _ in 0..20 {
        let taken = taken(&fixture, "tickets").await;
        assert_eq!(taken[0].receive_count, 1);
        fixture = fixture.reopened();
    }
    // If a message ends the process at each reception, it must not be delivered for ever.
    for count in 1..=5 {
        let taken = taken(&fixture, "tickets").await;
        assert_eq!(taken[0].receive_count, count);
        fixture = fixture.reopened();
    }
    assert_eq!(taken(&fixture, "tickets").await, []);
    assert_eq!(taken(&fixture, "tickets-dead-letters").await.len(), 1);
}

#[tokio::test]
async fn a_message_that_was_handed_back_waits_over_a_restart_and_its_attempt_counts() {
    let fixture = Fixture::new();
    let db = &fixture.database;
    db.send("mail", vec![plain("a")]).await.unwrap();
    let first = taken(&fixture, "mail").await;
    let wait = Duration::from_mins(5);
    db.hide("mail", receipts(&first), wait).await.unwrap();
    let fixture = fixture.reopened();
    assert_eq!(taken(&fixture, "mail").await, []);
    fixture.pass(wait);
    let second = taken(&fixture, "mail").await;
    assert_eq!((second.len(), second[0].receive_count), (1, 2));
    // The process ends while the second reception of the message is in flight.
    let fixture = fixture.reopened();
    let third = taken(&fixture, "mail").await;
    assert_eq!((third.len(), third[0].receive_count), (1, 2));
}
