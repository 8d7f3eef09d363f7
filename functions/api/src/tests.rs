//! Tests of the router without a real table: answers that need no table, and answers while the table is unavailable. Tests that
//! set their own limits use a real table.

mod away;
mod calls;
mod contract;
mod email_change;
mod erased;
mod forgotten;
mod health;
mod http;
mod limits;
mod logins;
mod one_account;
mod people_search;
mod public;
mod refusals;
mod registration_history;
mod rotation;
mod sessions;
mod verification;
mod verified_only;

use aws_sdk_dynamodb::{
    Client, Config,
    config::{BehaviorVersion, Credentials, Region, retry::RetryConfig, timeout::TimeoutConfig},
};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use bootstrap::metrics::{Metrics, emf::Emf};
use domain::{
    accounts::{email::TypedEmail, role::Role, user::User},
    events::{Event, EventStatus},
    id::UserId,
    security::{policy::Actor, rate_limit::MostPerSource, throttle::Patience},
};
use jiff::Timestamp;
use queues::sqs::Sqs;
use serde_json::Value;
use std::{sync::Arc, time::Duration};
use store::{Account, NewAccount, Store};
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::{
    app::{App, Shared},
    dead_letters::Queues,
    limits::Limits,
    routes::router,
    settings::Settings,
};

/// The timeout of a table call in tests that count calls. It is long, so that a busy machine does not cause a retry.
const PATIENCE: Duration = Duration::from_secs(10);
const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// Returns the API with a table at `endpoint`, without queues and without mail.
fn app(endpoint: &str) -> Shared {
    app_with(endpoint, "http://127.0.0.1:1", "{}", false)
}

/// Returns the API with a table at `endpoint`, and with these `queues` of the SQS service at `sqs`.
fn app_with(endpoint: &str, sqs: &str, queues: &str, mail_is_on: bool) -> Shared {
    app_of(SECRET, endpoint, sqs, queues, mail_is_on)
}

/// Returns the API like [`app_with`], with keys that are derived from `secret`.
fn app_of(secret: &str, endpoint: &str, sqs: &str, queues: &str, mail_is_on: bool) -> Shared {
    app_within(PATIENCE, secret, endpoint, sqs, queues, mail_is_on)
}

/// Returns the API like [`app_of`]. Each attempt of a table call may take the time `attempt`.
fn app_within(
    attempt: Duration,
    secret: &str,
    endpoint: &str,
    sqs: &str,
    queues: &str,
    mail_is_on: bool,
) -> Shared {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(fixtures::http_client())
        .endpoint_url(endpoint)
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "tests"))
        .retry_config(
            RetryConfig::standard()
                .with_max_attempts(3)
                .with_initial_backoff(Duration::from_millis(1)),
        )
        .timeout_config(
            TimeoutConfig::builder()
                .operation_attempt_timeout(attempt)
                .operation_timeout(attempt * 10)
                .build(),
        )
        .build();
    let sqs = aws_sdk_sqs::Client::from_conf(
        aws_sdk_sqs::Config::builder()
            .behavior_version(aws_sdk_sqs::config::BehaviorVersion::latest())
            .http_client(fixtures::http_client())
            .endpoint_url(sqs)
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::new("test", "test", None, None, "tests"))
            .retry_config(RetryConfig::disabled())
            .build(),
    );
    let store = Store::on_dynamodb(Client::from_conf(config), "table");
    let queues = queues.parse().unwrap();
    assembled(secret, store, Sqs::new(sqs), queues, mail_is_on, limits())
}

/// Limits that are so high that no test reaches them.
fn limits() -> Limits {
    Limits {
        patience_with_source: Patience::with_source(1_000),
        most_per_source: MostPerSource {
            sign_ups: 1_000,
            codes: 1_000,
            live_tickets: 1_000,
        },
        verified_only: false,
    }
}

fn assembled(
    secret: &str,
    store: Store,
    sqs: Sqs,
    queues: Queues,
    mail_is_on: bool,
    limits: Limits,
) -> Shared {
    let keys = bootstrap::keys::Keys::fixed(&secret.to_owned().into()).unwrap();
    let settings = Settings {
        stage: "test".to_owned(),
        first_admin: None,
        limits,
        queues,
        mail_is_on,
    };
    let metrics = Metrics::new(Emf::new("test"));
    App::new(
        store,
        Arc::new(sqs),
        fixtures::pictures(),
        keys,
        metrics,
        settings,
    )
}

/// Returns an API for tests that expect no table call. No process listens at the URL of the table.
fn tableless() -> Shared {
    app("http://127.0.0.1:1")
}

/// Returns the API with a real table, without queues.
fn app_on_table(limits: Limits) -> Shared {
    let store = Store::new(fixtures::table());
    let sqs = Sqs::lazy(|| unreachable!("there are no queues"));
    assembled(SECRET, store, sqs, "{}".parse().unwrap(), false, limits)
}

/// Makes an account with this `id`. Without an account, the relay would give the user's seats back.
async fn make_account(app: &Shared, id: UserId) {
    make_account_in(app, id, Role::User).await;
}

async fn make_account_in(app: &Shared, id: UserId, role: Role) {
    let user = User {
        role,
        ..fixtures::user(id)
    };
    let account = Account::new(user, "none".to_owned());
    let email = TypedEmail::from(&account.user.email);
    let made = app
        .store
        .create_account(&account, &email, "test")
        .await
        .unwrap();
    assert_eq!(made, NewAccount::Created);
}

/// Makes a new account, and returns its id.
async fn person(app: &Shared) -> UserId {
    let id = UserId::from_uuid(Uuid::now_v7());
    make_account(app, id).await;
    id
}

/// Makes a published event with `capacity` seats.
async fn published(app: &Shared, capacity: u32) -> Event {
    let event = fixtures::event(capacity);
    publish(app, &event).await;
    event
}

/// Stores the published `event` together with its guest list.
async fn publish(app: &Shared, event: &Event) {
    let draft = Event {
        status: EventStatus::Draft,
        bucket_count: 0,
        version: 0,
        ..event.clone()
    };
    make_account_in(app, event.organizer.id, Role::Organizer).await;
    assert!(app.store.create_event(&draft).await.unwrap());
    app.store.lay_out(event).await.unwrap();
    app.store.init_availability(event).await.unwrap();
    app.store.update_event(event, "r1", None).await.unwrap();
}

/// Makes an access token for the fixed test user, in this `role`.
fn token(app: &Shared, role: Role) -> String {
    let id: UserId = "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap();
    token_of(app, id, role)
}

/// Makes an access token for the account `id`, as if the account had this `role`.
fn token_of(app: &Shared, id: UserId, role: Role) -> String {
    app.access_tokens
        .issue(&app.signing(), &Actor { id, role }.into(), Timestamp::now())
        .unwrap()
}

struct Answer {
    status: StatusCode,
    headers: axum::http::HeaderMap,
    body: Value,
}

async fn send(router: Router, request: Request<Body>) -> Answer {
    let response = router.oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, usize::MAX).await.unwrap();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: serde_json::from_slice(&bytes).unwrap_or(Value::Null),
    }
}

/// Sends one request with a JSON body and an organizer's token.
async fn call(app: &Shared, method: &str, path: &str, body: impl Into<Body>) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::CONTENT_TYPE, "application/json")
        .header(
            header::AUTHORIZATION,
            format!("Bearer {}", token(app, Role::Organizer)),
        );
    send(router(app.clone()), request.body(body.into()).unwrap()).await
}
