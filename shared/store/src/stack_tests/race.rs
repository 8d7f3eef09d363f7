//! The race for seats with and without the condition of the claim: the control that shows that the race can find
//! an overbooking.

use futures::{StreamExt as _, stream};

use super::*;

/// Lets `users` claim a seat of one bucket, 48 at a time; how many were told that they have one.
async fn race(store: &Store, capacity: u32, users: usize) -> usize {
    let event = published(store, capacity).await;
    let people = stream::iter(0..users).then(|_| person(store));
    let people: Vec<UserId> = people.collect().await;
    stream::iter(people)
        .map(|user| claim(store, &event, user))
        .buffer_unordered(48)
        .filter(|outcome| std::future::ready(matches!(outcome, Ok(Outcome::Confirmed(_)))))
        .count()
        .await
}

#[tokio::test]
async fn the_condition_keeps_the_race_from_overbooking() {
    assert_eq!(race(&store(false), 7, 60).await, 7);
}

#[tokio::test]
async fn without_the_condition_the_race_overbooks() {
    let seated = race(&store(true), 7, 60).await;
    assert!(seated > 7, "the race must be able to find an overbooking");
}
