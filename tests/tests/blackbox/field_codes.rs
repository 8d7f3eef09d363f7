//! Tests of the codes that problem documents give for refused fields.

use serde_json::{Value, json};
use tests::{Answer, NewEvent, Stack, User, in_days, in_hours};

/// Returns the error for the field at `pointer`, without its text.
#[track_caller]
fn error_at(answer: &Answer, pointer: &str) -> Value {
    assert_eq!(answer.status, 422, "{answer}");
    let errors = answer["errors"].as_array();
    let found = errors.and_then(|errors| errors.iter().find(|it| it["pointer"] == pointer));
    let Some(Value::Object(members)) = found else {
        panic!("no error at {pointer} in {answer}");
    };
    let mut error = members.clone();
    error.remove("pointer");
    error.remove("detail");
    Value::Object(error)
}

/// Creates an event with one other member, and returns the error of a field.
async fn refused(organizer: &User, member: &str, value: Value, pointer: &str) -> Value {
    let mut body = json!(NewEvent::default());
    body[member] = value;
    let answer = organizer.post("/v1/events", body).await;
    error_at(&answer, pointer)
}

/// A member of an event, a wrong value, the pointer to the refused field, and the error without its text.
type Row = (&'static str, Value, &'static str, Value);

fn wrong_values() -> Vec<Row> {
    vec![
        ("title", json!(""), "/title", json!({"code": "empty"})),
        (
            "title",
            json!(null),
            "/title",
            json!({"code": "wrong-type"}),
        ),
        (
            "title",
            json!("\u{200b}"),
            "/title",
            json!({"code": "invisible"}),
        ),
        (
            "title",
            json!("a\u{7}"),
            "/title",
            json!({"code": "forbidden-character"}),
        ),
        (
            "title",
            json!("\u{fffd}"),
            "/title",
            json!({"code": "lost-character"}),
        ),
        (
            "title",
            json!("x".repeat(201)),
            "/title",
            json!({"code": "too-long", "max": 200}),
        ),
        (
            "capacity",
            json!(0),
            "/capacity",
            json!({"code": "out-of-range", "min": 1, "max": 100_000}),
        ),
        (
            "capacity",
            json!("٢٠"),
            "/capacity",
            json!({"code": "wrong-type"}),
        ),
        (
            "timezone",
            json!("Mars/Olympus"),
            "/timezone",
            json!({"code": "not-a-zone"}),
        ),
        (
            "tags",
            json!(vec!["a"; 50]),
            "/tags",
            json!({"code": "too-many", "max": 10}),
        ),
        (
            "colour",
            json!("red"),
            "/colour",
            json!({"code": "unknown"}),
        ),
    ]
}

fn wrong_times() -> Vec<Row> {
    vec![
        (
            "startsAt",
            json!("tomorrow"),
            "/startsAt",
            json!({"code": "not-a-time"}),
        ),
        (
            "endsAt",
            json!(in_days(1).to_string()),
            "/endsAt",
            json!({"code": "end-not-after-start"}),
        ),
        (
            "endsAt",
            json!(in_days(900).to_string()),
            "/endsAt",
            json!({"code": "lasts-too-long", "max": 366}),
        ),
        (
            "doorsOpenAt",
            json!(in_days(900).to_string()),
            "/doorsOpenAt",
            json!({"code": "doors-after-end"}),
        ),
        (
            "registrationClosesAt",
            json!(in_days(900).to_string()),
            "/registrationClosesAt",
            json!({"code": "closes-after-end"}),
        ),
        (
            "registrationOpensAt",
            json!(in_days(900).to_string()),
            "/registrationOpensAt",
            json!({"code": "opens-after-closing"}),
        ),
    ]
}

#[tokio::test]
async fn an_events_fields_are_refused_with_codes_and_limits() {
    let organizer = Stack::from_env().register_organizer().await;
    let rows = wrong_values().into_iter().chain(wrong_times());
    for (member, value, pointer, expected) in rows {
        let shown = value.to_string();
        let found = refused(&organizer, member, value, pointer).await;
        assert_eq!(found, expected, "{member}: {shown}");
    }
    let answer = organizer
        .post("/v1/events", json!({"title": "Evening"}))
        .await;
    assert_eq!(error_at(&answer, "/venue"), json!({"code": "required"}));
}

#[tokio::test]
async fn a_changed_event_is_refused_with_codes() {
    let organizer = Stack::from_env().register_organizer().await;
    let event = organizer.published_event(NewEvent::with_capacity(2)).await;
    for (change, pointer, code) in [
        (
            json!({"startsAt": in_hours(-1).to_string()}),
            "/startsAt",
            "not-in-future",
        ),
        (json!({"title": null}), "/title", "null"),
    ] {
        let answer = organizer.patch_event(&event, change).await;
        assert_eq!(error_at(&answer, pointer)["code"], code, "{answer}");
    }
    let answer = organizer
        .patch_event(&event, json!({"capacity": 99_999}))
        .await;
    let error = error_at(&answer, "/capacity");
    assert_eq!(error["code"], "over-layout");
    assert!(
        error["max"]
            .as_u64()
            .is_some_and(|max| (2..99_999).contains(&max)),
        "{error}"
    );
}

#[tokio::test]
async fn an_account_and_a_query_are_refused_with_codes() {
    let stack = Stack::from_env();
    let anyone = stack.anyone();
    let person = json!({"name": "", "email": "ada", "password": "short"});
    let answer = anyone.post("/v1/auth/register", person).await;
    assert_eq!(error_at(&answer, "/name"), json!({"code": "empty"}));
    assert_eq!(error_at(&answer, "/email"), json!({"code": "not-an-email"}));
    let length = json!({"code": "length", "min": 10, "max": 128});
    assert_eq!(error_at(&answer, "/password"), length);
    let person = json!({"name": "Ada", "email": "ädä@example.org", "password": "password123"});
    let answer = anyone.post("/v1/auth/register", person).await;
    assert_eq!(
        error_at(&answer, "/email"),
        json!({"code": "undeliverable-email"})
    );
    assert_eq!(
        error_at(&answer, "/password"),
        json!({"code": "common-password"})
    );

    for (query, pointer, expected) in [
        (
            "limit=0",
            "/limit",
            json!({"code": "out-of-range", "min": 1, "max": 100}),
        ),
        ("colour=red", "/colour", json!({"code": "unknown"})),
        ("q=a&q=b", "/q", json!({"code": "repeated"})),
        ("q=%ff", "/q", json!({"code": "lost-character"})),
        ("from=soon", "/from", json!({"code": "not-a-time"})),
    ] {
        let answer = anyone.get(&format!("/v1/events?{query}")).await;
        assert_eq!(error_at(&answer, pointer), expected, "{query}");
    }
    let user = stack.register_user().await;
    let own = user.change_email(&user.account.email, &user.account.password);
    assert_eq!(
        error_at(&own.await, "/newEmail"),
        json!({"code": "same-email"})
    );
    let answer = user.get("/v1/me/tickets?status=lost").await;
    assert_eq!(
        error_at(&answer, "/status"),
        json!({"code": "not-a-choice"})
    );
}
