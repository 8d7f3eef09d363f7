//! The race for seats against a real table, with and without the condition of the claim: the control that
//! shows that the race can find an overbooking.
//!
//! Needs a running stack, as the black-box suite does: `cargo xtask test`.

use aws_sdk_dynamodb::{
    Client,
    config::{BehaviorVersion, Credentials, Region},
};
use domain::{
    event::{Capacity, Event, EventDetails, EventStatus, Organizer},
    guest_list::bucket::home,
    id::{GuestId, UserId},
    schedule::{Schedule, ZoneName, parse_time},
    text::{Description, PersonName, Title, Venue},
};
use futures::{StreamExt as _, stream};
use uuid::Uuid;

use super::*;

fn store(unconditional: bool) -> Store {
    let path = std::env::var("EM_CONNECT_STACK")
        .expect("this test needs a running stack: run `cargo xtask test`");
    let stack: serde_json::Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(stack["endpointUrl"].as_str().unwrap())
        .region(Region::new(stack["region"].as_str().unwrap().to_owned()))
        .credentials_provider(Credentials::new("test", "test", None, None, "tests"))
        .build();
    let mut store = Store::new(
        Client::from_conf(config),
        stack["tableName"].as_str().unwrap(),
    );
    store.unconditional = unconditional;
    store
}

fn event(capacity: u32) -> Event {
    let now = jiff::Timestamp::now();
    Event {
        id: EventId::from_uuid(Uuid::now_v7()),
        organizer: Organizer {
            id: UserId::from_uuid(Uuid::now_v7()),
            name: PersonName::parse("Ada").unwrap(),
        },
        details: EventDetails {
            title: Title::parse("Race").unwrap(),
            description: Description::parse("").unwrap(),
            venue: Venue::parse("Track").unwrap(),
            schedule: Schedule {
                starts_at: parse_time("2090-01-01T00:00:00Z").unwrap(),
                ends_at: parse_time("2090-01-01T02:00:00Z").unwrap(),
                timezone: ZoneName::parse("UTC").unwrap(),
                registration_opens_at: None,
                registration_closes_at: None,
                doors_open_at: None,
            },
            capacity: Capacity::try_from(capacity).unwrap(),
            category: None,
            tags: vec![],
        },
        status: EventStatus::Published,
        cancel_reason: None,
        bucket_count: 1,
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

/// Lets `guests` claim a seat of one bucket, 48 at a time; how many were told that they have one.
async fn race(store: &Store, capacity: u32, guests: u128) -> usize {
    let event = event(capacity);
    store.lay_out(&event).await.unwrap();
    store.init_availability(&event).await.unwrap();
    stream::iter(0..guests)
        .map(|n| (n, &event))
        .map(|(n, event)| async move {
            let guest = GuestId::from(Uuid::from_u128(event.id.uuid().as_u128() ^ n).into_bytes());
            let home = home(event.id, guest, event.bucket_count);
            let mut claim = Claim::new(
                guest,
                home,
                event.bucket_count,
                jiff::Timestamp::now().as_millisecond(),
                None,
                fastrand::u64(..),
            );
            store.claim(event.id, &mut claim, "race").await.unwrap()
        })
        .buffer_unordered(48)
        .filter(|outcome| std::future::ready(matches!(outcome, Outcome::Confirmed(_))))
        .count()
        .await
}

#[tokio::test]
async fn the_condition_keeps_the_race_from_overbooking() {
    assert_eq!(race(&store(false), 7, 60).await, 7);
}

#[tokio::test]
async fn without_the_condition_the_race_overbooks() {
    assert!(
        race(&store(true), 7, 60).await > 7,
        "the race must be able to find an overbooking"
    );
}
