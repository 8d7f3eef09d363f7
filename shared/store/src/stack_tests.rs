//! Tests with a real table. If `cargo xtask test` runs them, all tests use the table of the deployed stack. If not, each test
//! has its own embedded table. These tests do what a client cannot do: they stop a process between two calls, and they claim a
//! seat without the condition that prevents overbooking.

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
        claim::{Claim, ClaimOutcome},
    },
    text::PersonName,
};
use fixtures::{Stack, emulated, event};
use uuid::Uuid;

use crate::{Account, NewAccount, Store, StoreError};

/// The longest time that a test waits for the relay, which may be slow on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// Calls `look` repeatedly until it returns a value, and returns this value. If no value is returned within [`PATIENCE`], the
/// test fails with a message that names `what`.
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

/// Returns the client and the name of the stack's table, for calls that the store does not offer.
fn table_of(stack: &Stack) -> (aws_sdk_dynamodb::Client, String) {
    (stack.dynamodb(), stack.text("tableName"))
}

fn store() -> Store {
    Store::new(fixtures::table())
}

/// Creates an account and returns its id.
async fn person(store: &Store) -> UserId {
    person_in(store, Role::User).await
}

fn session_id() -> SessionId {
    SessionId::from_uuid(Uuid::now_v7())
}

/// Creates an account with this role and returns its id.
async fn person_in(store: &Store, role: Role) -> UserId {
    let id = UserId::from_uuid(Uuid::now_v7());
    make_account_in(store, id, role).await;
    id
}

/// Creates an account with the id `id`. Tests need the account, because the relay takes back the seats of users whose account
/// does not exist.
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

/// Creates a published event with `capacity` seats and its guest list.
async fn published(store: &Store, capacity: u32) -> Event {
    let event = event(capacity);
    publish(store, &event).await;
    event
}

/// Publishes `event` and creates its guest list.
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

/// Claims a seat for `user` in the same way as the API.
async fn claim(store: &Store, event: &Event, user: UserId) -> Result<ClaimOutcome, StoreError> {
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
