//! Tests that the messages of a group are delivered in order.

use super::*;

#[tokio::test]
async fn a_group_is_locked_while_one_of_it_is_in_flight() {
    let fixture = Fixture::new();
    let db = &fixture.database;
    let sent = ["a1", "b1", "a2", "a3", "b2"].map(|body| of_group(&body[..1], body));
    db.send("push", sent.to_vec()).await.unwrap();
    let first = db.take("push", 2, NOW).await.unwrap();
    assert_eq!(bodies(&first), ["a1", "a2"]);
    let other = db.take("push", 4, NOW).await.unwrap();
    assert_eq!(bodies(&other), ["b1", "b2"]);
    db.delete_all("push", vec![first[0].receipt.clone()])
        .await
        .unwrap();
    assert_eq!(taken(&fixture, "push").await, []);
    db.delete_all("push", vec![first[1].receipt.clone()])
        .await
        .unwrap();
    assert_eq!(bodies(&taken(&fixture, "push").await), ["a3"]);
}

#[tokio::test]
async fn what_failed_comes_before_what_follows_it() {
    let fixture = Fixture::new();
    let db = &fixture.database;
    let sent = ["a1", "a2"].map(|body| of_group("a", body));
    db.send("push", sent.to_vec()).await.unwrap();
    let first = taken(&fixture, "push").await;
    db.send("push", vec![of_group("a", "a3")]).await.unwrap();
    db.hide("push", receipts(&first), Duration::from_secs(4))
        .await
        .unwrap();
    fixture.pass(Duration::from_secs(3));
    assert_eq!(taken(&fixture, "push").await, []);
    fixture.pass(Duration::from_secs(1));
    let again = taken(&fixture, "push").await;
    assert_eq!(bodies(&again), ["a1", "a2", "a3"]);
    assert_eq!(again[0].receive_count, 2);
}

#[tokio::test]
async fn a_dead_letter_of_a_group_keeps_its_place_and_its_reason() {
    let fixture = Fixture::new();
    let db = &fixture.database;
    let letter = Outgoing {
        reason: Some("no JSON".to_owned()),
        ..of_group("a", "1")
    };
    db.send("push-dead-letters", vec![letter, of_group("a", "2")])
        .await
        .unwrap();
    let dead = taken(&fixture, "push-dead-letters").await;
    assert_eq!(bodies(&dead), ["1", "2"]);
    assert_eq!(dead[0].reason.as_deref(), Some("no JSON"));
    assert_eq!(dead[0].deduplication_id.as_deref(), Some("1"));
}
