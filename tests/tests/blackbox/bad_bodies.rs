//! Tests of request bodies that are not JSON, not an object, too large, or of another content type.

use serde_json::{Value, json};
use tests::{Call, Client, Method, NewEvent, Stack, assert_invalid, assert_refused};

/// Size of the largest body that the service accepts: 64 KiB.
const LARGEST_BODY_BYTES: usize = 65_536;

/// Returns functions, each of which prepares a call of another operation. Every one of these operations needs a body. The
/// functions leave it out, and the test adds it.
async fn calls_with_a_body(stack: &Stack) -> Vec<impl Fn() -> Call> {
    let organizer = stack.register_organizer().await;
    let draft = organizer.draft_event(NewEvent::default()).await;
    let event = organizer.published_event(NewEvent::default()).await;
    let sync = format!("{}/sync", event.check_ins_path());
    let call = |client: &Client, method: Method, path: &str, etag: &str| {
        let (client, path, etag) = (client.clone(), path.to_owned(), etag.to_owned());
        move || client.call(method.clone(), &path).header("if-match", &etag)
    };
    vec![
        call(&organizer, Method::POST, "/v1/events", "*"),
        call(&organizer, Method::PATCH, &draft.path(), &draft.etag),
        call(&organizer, Method::POST, &event.check_ins_path(), "*"),
        call(&organizer, Method::POST, &sync, "*"),
        call(stack.anyone(), Method::POST, "/v1/auth/register", "*"),
        call(stack.anyone(), Method::POST, "/v1/auth/login", "*"),
        call(stack.anyone(), Method::POST, "/v1/auth/refresh", "*"),
        call(
            stack.anyone(),
            Method::POST,
            "/v1/auth/forgot-password",
            "*",
        ),
        call(stack.anyone(), Method::POST, "/v1/auth/reset-password", "*"),
        call(&organizer, Method::POST, "/v1/auth/verify-email", "*"),
        call(&organizer, Method::PATCH, "/v1/me", "*"),
        call(&organizer, Method::PUT, "/v1/me/password", "*"),
    ]
}

fn as_json(call: Call, body: impl Into<Vec<u8>>) -> Call {
    call.header("content-type", "application/json").body(body)
}

#[tokio::test]
async fn what_is_no_json_is_a_400() {
    let stack = Stack::from_env();
    let unbalanced = "[".repeat(30_000);
    let bodies: [&[u8]; 12] = [
        b"",
        b"{",
        b"nope",
        b"{\"title\": }",
        b"{'title': 'x'}",
        b"{} {}",
        b"\xff\xfe\x00",
        b"{\"title\": \"a\", \"title\": \"a\"}",
        b"{\"scans\": [{\"gate\": \"a\", \"gate\": \"b\"}]}",
        b"{\"email\": \"a\", \"\\u0065mail\": \"b\"}",
        // This body is Latin-1 text, so it is not valid UTF-8. API Gateway replaces the invalid bytes by U+FFFD.
        b"{\"password\": \"Gr\xfc\xdfe\"}",
        unbalanced.as_bytes(),
    ];
    for call in calls_with_a_body(&stack).await {
        for body in bodies {
            assert_refused(&as_json(call(), body).send().await, 400);
        }
    }
}

#[tokio::test]
async fn json_that_is_no_object_is_a_422() {
    let stack = Stack::from_env();
    let bodies = [
        json!([]),
        json!("title"),
        json!(1),
        json!(true),
        json!(null),
    ];
    for call in calls_with_a_body(&stack).await {
        for body in &bodies {
            assert_invalid(&as_json(call(), body.to_string()).send().await, "");
        }
    }
}

#[tokio::test]
async fn a_body_that_is_not_said_to_be_json_is_a_415() {
    let stack = Stack::from_env();
    for call in calls_with_a_body(&stack).await {
        assert_refused(&call().body("{}").send().await, 415);
        for content_type in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "nonsense",
            "application/json; charset=iso-8859-1",
            "application/json;charset=\"UTF-16\"",
            "application/json; charset=utf-8; charset=windows-1252",
        ] {
            let call = call().header("content-type", content_type);
            assert_refused(&call.body("{}").send().await, 415);
        }
    }
}

#[tokio::test]
async fn json_may_name_its_charset_and_parameters_may_be_empty() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    for content_type in [
        "application/json; charset=utf-8",
        "application/json ; charset=\"UTF-8\"",
        "Application/JSON",
        "application/json;;charset=utf-8",
        "application/json; ; charset=utf-8 ;",
    ] {
        let body = serde_json::to_vec(&NewEvent::default()).unwrap();
        let call = organizer.call(Method::POST, "/v1/events");
        let call = call.header("content-type", content_type).body(body);
        call.send().await.expect(201);
    }
}

#[tokio::test]
async fn a_byte_order_mark_is_no_part_of_the_json() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = NewEvent {
        title: "Grüße".to_owned(),
        ..NewEvent::default()
    };
    for content_type in ["application/json", "application/json; charset=utf-8"] {
        let body = format!("\u{feff}{}", serde_json::to_string(&event).unwrap());
        let call = organizer.call(Method::POST, "/v1/events");
        let call = call.header("content-type", content_type).body(body);
        assert_eq!(call.send().await.expect(201)["title"], "Grüße");
    }
}

#[tokio::test]
async fn a_password_in_another_charset_signs_nobody_in() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let credentials = user.credentials();
    let body = json!({"email": credentials.email, "password": "Gr??e"}).to_string();
    let latin_1: Vec<u8> = body
        .bytes()
        .map(|byte| if byte == b'?' { 0xfc } else { byte })
        .collect();
    let log_in = || stack.anyone().call(Method::POST, "/v1/auth/login");
    let answer = as_json(log_in(), latin_1.clone()).send().await;
    assert_refused(&answer, 400);
    let said = log_in().header("content-type", "application/json; charset=iso-8859-1");
    assert_refused(&said.body(latin_1).send().await, 415);
}

#[tokio::test]
async fn a_body_over_64_kib_is_a_413() {
    let stack = Stack::from_env();
    for call in calls_with_a_body(&stack).await {
        for size in [LARGEST_BODY_BYTES + 1, 1_000_000] {
            assert_refused(&as_json(call(), body_of(size)).send().await, 413);
        }
        // The service reads a body of exactly the allowed size, and then refuses its content with 422.
        let largest = as_json(call(), body_of(LARGEST_BODY_BYTES)).send().await;
        assert_refused(&largest, 422);
    }
}

/// Returns a JSON object that takes `size` bytes and has one member, which no operation knows.
fn body_of(size: usize) -> String {
    let empty = json!({"padding": ""}).to_string();
    json!({"padding": "x".repeat(size - empty.len())}).to_string()
}

#[tokio::test]
async fn a_deep_body_is_refused_and_does_no_harm() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    for depth in [100, 1_000, 15_000] {
        let deep = format!("{{\"title\": {}{}}}", "[".repeat(depth), "]".repeat(depth));
        let call = organizer.call(Method::POST, "/v1/events");
        let answer = as_json(call, deep).send().await;
        assert!(matches!(answer.status, 400 | 422), "{answer}");
        assert_refused(&answer, answer.status);
    }
}

#[tokio::test]
async fn several_wrong_fields_are_still_one_clear_answer() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let body = json!({"title": "", "venue": "", "capacity": 0, "startsAt": Value::Null});
    let answer = organizer.post("/v1/events", body).await;
    assert_invalid(&answer, "");
}
