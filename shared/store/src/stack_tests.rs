//! Tests on the real table of a running stack, as the black-box suite's: `cargo xtask test`. They do what no
//! client can: die between two calls, and claim without the condition.

mod accounts;
mod death;
mod live;
mod race;
mod size;
mod waiting;

use std::time::{Duration, Instant};

use aws_sdk_dynamodb::{
    Client,
    config::{BehaviorVersion, Credentials, Region},
};
use domain::{
    event::{Capacity, Event, EventDetails, EventStatus, Organizer},
    guest_list::{
        bucket::{bucket_count, home},
        claim::{Claim, Outcome},
    },
    id::{EventId, GuestId, UserId},
    schedule::{Schedule, ZoneName, parse_time},
    text::{Description, PersonName, Title, Venue},
};
use uuid::Uuid;

use crate::{Store, StoreError};

/// How long the stream may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Polls until `look` finds something.
async fn eventually<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(
            begun.elapsed() < PATIENCE,
            "{what} did not happen within {PATIENCE:?}"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

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
        bucket_count: bucket_count(capacity),
        version: 1,
        created_at: now,
        updated_at: now,
    }
}

/// A published event of `capacity` seats, with its guest list.
async fn published(store: &Store, capacity: u32) -> Event {
    let event = event(capacity);
    let draft = Event {
        status: EventStatus::Draft,
        bucket_count: 0,
        version: 0,
        ..event.clone()
    };
    store.create_event(&draft).await.unwrap();
    store.lay_out(&event).await.unwrap();
    store.init_availability(&event).await.unwrap();
    store.update_event(&event).await.unwrap();
    event
}

/// Lets `user` claim a seat, as the API does.
async fn claim(store: &Store, event: &Event, user: UserId) -> Result<Outcome, StoreError> {
    let guest = GuestId::from(user);
    let home = home(event.id, guest, event.bucket_count);
    let now = jiff::Timestamp::now().as_millisecond();
    let mut claim = Claim::new(
        guest,
        home,
        event.bucket_count,
        now,
        None,
        fastrand::u64(..),
    );
    store.claim(event.id, &mut claim, "stack-test").await
}
