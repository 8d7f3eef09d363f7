//! Tests on a real table: that of a deployed stack in `cargo xtask test`, else an embedded one for each test. They do what no
//! client can: end between two calls, and claim without the condition.

mod accounts;
mod addresses;
mod audit;
mod availability;
mod death;
mod erased;
mod hand_over;
mod health;
mod late_scans;
mod live;
mod published;
mod race;
mod rate_limits;
mod rights;
mod sessions;
mod size;
mod stats;
mod typed_writes;
mod values;
mod waiting;

use std::time::{Duration, Instant};

use domain::{
    accounts::{role::Role, user::User},
    events::{Capacity, Event, EventDetails, EventStatus},
    id::{EventId, GuestId, SessionId, UserId},
    seats::{
        bucket::{bucket_count, home},
        claim::{Claim, Outcome},
    },
    text::PersonName,
};
use fixtures::{Stack, emulated, event};
use uuid::Uuid;

use crate::{Account, NewAccount, Store, StoreError};

/// Time that the stream may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Polls until `look` returns a value.
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

/// The table's client, and its name, for calls that the store does not make.
fn table_of(stack: &Stack) -> (aws_sdk_dynamodb::Client, String) {
    (stack.dynamodb(), stack.text("tableName"))
}

fn store() -> Store {
    Store::new(fixtures::table())
}

/// A new account.
async fn person(store: &Store) -> UserId {
    person_in(store, Role::User).await
}

fn session_id() -> SessionId {
    SessionId::from_uuid(Uuid::now_v7())
}

/// A new account in a role.
async fn person_in(store: &Store, role: Role) -> UserId {
    let id = UserId::from_uuid(Uuid::now_v7());
    make_account_in(store, id, role).await;
    id
}

/// Makes the account `id`, because the relay gives back seats of users without an account.
async fn make_account(store: &Store, id: UserId) {
    make_account_in(store, id, Role::User).await;
}

async fn make_account_in(store: &Store, id: UserId, role: Role) {
    let user = User {
        role,
        ..fixtures::user(id)
    };
    let account = Account::new(user, "none".to_owned());
    let made = store
        .create_account(&account, &(&account.user.email).into(), "stack-test")
        .await
        .unwrap();
    assert_eq!(made, NewAccount::Created);
}

/// Makes a published event of `capacity` seats, with its guest list.
async fn published(store: &Store, capacity: u32) -> Event {
    let event = event(capacity);
    publish(store, &event).await;
    event
}

/// Makes the published `event`, with its guest list.
async fn publish(store: &Store, event: &Event) {
    let draft = Event {
        status: EventStatus::Draft,
        bucket_count: 0,
        version: 0,
        ..event.clone()
    };
    make_account(store, event.organizer.id).await;
    assert!(store.create_event(&draft).await.unwrap());
    store.lay_out(event).await.unwrap();
    store.init_availability(event).await.unwrap();
    store.update_event(event, "stack-test", None).await.unwrap();
}

/// Claims a seat for `user`, as the API does.
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
