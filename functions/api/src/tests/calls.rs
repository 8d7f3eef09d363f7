//! Tests which table calls a registration and a page of a list make. On a deployed stack, the client of the table counts the
//! calls.

use std::{
    error::Error,
    sync::{Arc, Mutex},
    time::Instant,
};

use super::*;
use aws_sdk_dynamodb::config::{
    ConfigBag, Intercept, RuntimeComponents, interceptors::BeforeTransmitInterceptorContextRef,
};
use domain::events::Event;
use fixtures::{Stack, emulated};
use jiff::ToSpan as _;

/// The maximum number of times that a test sends a request. The test stops when a request finds everything in the cache, and so
/// makes the fewest calls.
const TRIES: usize = 100;
/// The time within which the table's index must contain all events of the test, even on a busy machine.
const INDEXED_WITHIN: Duration = Duration::from_secs(30);
/// The time within which the relay must have counted a guest, even on a busy machine.
const COUNTED_WITHIN: Duration = Duration::from_mins(1);
/// A time that is longer than an availability stays in the cache.
const A_WHILE: Duration = Duration::from_secs(2);

/// The operations that the table's client called, one entry for each attempt. If a call limits the number of items, the entry
/// contains this limit: `Query of 3`.
#[derive(Debug, Default, Clone)]
struct Calls(Arc<Mutex<Vec<String>>>);

impl Intercept for Calls {
    fn name(&self) -> &'static str {
        "calls"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), Box<dyn Error + Send + Sync>> {
        let request = context.request();
        let target = request.headers().get("x-amz-target");
        let operation = target.and_then(|target| target.split('.').next_back());
        let operation = operation.ok_or("a call that names no operation")?;
        let said: Value = serde_json::from_slice(request.body().bytes().unwrap_or_default())?;
        let limit = said["Limit"].as_u64();
        let limit = limit.map_or_else(String::new, |limit| format!(" of {limit}"));
        self.0.lock().unwrap().push(format!("{operation}{limit}"));
        Ok(())
    }
}

impl Calls {
    /// Returns the calls since the last `take`, and removes them from the list.
    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

/// Requests a path with an `Authorization` header, so that the answer does not come from memory. The header is not a valid
/// token, but the list of events does not check tokens.
async fn read_past_memory(app: &Shared, path: &str) -> Answer {
    let request = Request::get(path).header(header::AUTHORIZATION, "Bearer none");
    send(router(app.clone()), request.body(Body::empty()).unwrap()).await
}

/// Returns whether every call was a read.
fn are_reads(made: &[String]) -> bool {
    made.iter()
        .all(|call| ["GetItem", "Query"].contains(&call.as_str()))
}

/// Returns the API with the real table of the stack, and the list of the calls that it makes there.
fn counted(stack: Stack) -> (Shared, Calls) {
    let calls = Calls::default();
    let config = aws_sdk_dynamodb::config::Builder::from(&stack.aws()).interceptor(calls.clone());
    let store = Store::on_dynamodb(Client::from_conf(config.build()), stack.text("tableName"));
    let sqs = Sqs::lazy(move || aws_sdk_sqs::Client::new(&stack.aws()));
    let queues = "{}".parse().unwrap();
    (
        assembled(SECRET, store, sqs, queues, false, limits()),
        calls,
    )
}

/// Requests a seat for a new user, about whom nothing is cached. Returns the status of the answer.
async fn ask(app: &Shared, event: &Event) -> StatusCode {
    ask_as(app, event, UserId::from_uuid(Uuid::now_v7())).await
}

async fn ask_as(app: &Shared, event: &Event, id: UserId) -> StatusCode {
    let role = Role::User;
    let actor = Actor { id, role };
    let token = app
        .access_tokens
        .issue(&app.signing(), &actor.into(), Timestamp::now())
        .unwrap();
    let request = Request::post(format!("/v1/events/{}/registrations", event.id))
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .body(Body::empty());
    send(router(app.clone()), request.unwrap()).await.status
}

/// Returns whether the event has a free seat, as far as the relay has counted.
async fn is_free(app: &Shared, event: &Event) -> bool {
    let known = app.store.availability(event.id).await.unwrap();
    known.is_some_and(|known| known.total_free() > 0)
}

#[tokio::test]
async fn a_warm_registration_is_two_writes_and_no_read() {
    let (app, calls) = counted(emulated!("counts calls of the table's client"));
    let event = published(&app, 1_000).await;
    assert_eq!(ask(&app, &event).await, StatusCode::CREATED);
    // On a slow machine, the cached event may expire between two requests, and the next request reads the event from the table.
    // So the test tries several times.
    for _ in 0..TRIES {
        calls.take();
        assert_eq!(ask(&app, &event).await, StatusCode::CREATED);
        let made = calls.take();
        // These two calls write the seat and the registration. No call reads from the table.
        if made == ["UpdateItem", "UpdateItem"] {
            return;
        }
        assert!(made.iter().any(|call| call == "GetItem"), "{made:?}");
    }
    panic!("no registration was without a read");
}

#[tokio::test]
async fn who_finds_an_event_sold_out_writes_nothing() {
    let (app, calls) = counted(emulated!("counts calls of the table's client"));
    let event = published(&app, 1).await;
    let guest = person(&app).await;
    assert_eq!(ask_as(&app, &event, guest).await, StatusCode::CREATED);
    // A process soon forgets that an event is sold out. It then reads the availability, in which the relay has counted the guest.
    let begun = Instant::now();
    while is_free(&app, &event).await {
        assert!(begun.elapsed() < COUNTED_WITHIN, "nobody counts the guest");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // The first request may try to take the seat, because the process has not read the availability yet.
    assert_eq!(ask(&app, &event).await, StatusCode::CONFLICT);
    let since = Instant::now();
    while since.elapsed() < A_WHILE {
        calls.take();
        assert_eq!(ask(&app, &event).await, StatusCode::CONFLICT);
        let made = calls.take();
        // The request reads the home bucket, and sometimes also the availability and the event.
        assert!(are_reads(&made), "{made:?}");
        assert!((1..=3).contains(&made.len()), "{made:?}");
    }
}

#[tokio::test]
async fn a_page_of_events_is_one_query_that_looks_at_one_more_than_it_shows() {
    let (app, calls) = counted(emulated!("counts calls of the table's client"));
    // The pages contain only these events, because no other test has events that start at this millisecond.
    let starts_at: Timestamp = "2095-01-01T00:00:00Z".parse().unwrap();
    let starts_at = starts_at + fastrand::i64(0..1_000_000_000).milliseconds();
    for _ in 0..5 {
        let mut event = fixtures::event(1);
        event.details.schedule.starts_at = starts_at;
        event.details.schedule.ends_at = starts_at + 1.hour();
        publish(&app, &event).await;
    }
    let to = starts_at + 1.millisecond();
    let first = format!("/v1/events?limit=2&from={starts_at}&to={to}");
    let mut path = first.clone();
    let mut pages = Vec::new();
    // Requests the pages repeatedly until the table's index has all events of this test.
    let begun = Instant::now();
    while pages != [2, 2, 1] {
        assert!(begun.elapsed() < INDEXED_WITHIN, "pages of {pages:?}");
        if path == first {
            pages.clear();
        }
        calls.take();
        let answer = read_past_memory(&app, &path).await;
        let shown = answer.body["items"].as_array().unwrap().len();
        // If a page is empty, no counts of events are read.
        let expected = &["Query of 3", "BatchGetItem"][..=shown.min(1)];
        assert_eq!(calls.take(), expected);
        pages.push(shown);
        path = match answer.body["nextCursor"].as_str() {
            Some(cursor) => format!("{first}&cursor={cursor}"),
            None => first.clone(),
        };
    }
    // A page of a search also needs only one query. The query's filter compares the words. The query reads more events than a
    // page shows, because few of them match.
    for wanted in [
        "&q=nobody+calls+an+event+so",
        "&tag=nobodys",
        "&category=nobodys",
    ] {
        calls.take();
        let answer = read_past_memory(&app, &format!("{first}{wanted}")).await;
        assert_eq!(answer.body["items"], serde_json::json!([]), "{wanted}");
        assert_eq!(calls.take(), ["Query of 200"], "{wanted}");
    }
}

#[tokio::test]
async fn a_change_of_an_event_to_what_it_is_writes_nothing() {
    let (app, calls) = counted(emulated!("counts calls of the table's client"));
    let event = published(&app, 10).await;
    let same = serde_json::json!({"title": event.details.title.as_str(), "capacity": 10});
    for changes in ["{}".to_owned(), same.to_string()] {
        calls.take();
        let request = Request::patch(format!("/v1/events/{}", event.id))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::IF_MATCH, format!("\"{}\"", event.version))
            .header(
                header::AUTHORIZATION,
                format!(
                    "Bearer {}",
                    token_of(&app, event.organizer.id, Role::Organizer)
                ),
            );
        let answer = send(router(app.clone()), request.body(changes.into()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        assert_eq!(answer.body["version"], event.version);
        let made = calls.take();
        assert!(are_reads(&made), "{made:?}");
    }
}
