//! Tests of the whole API: its health, its published contract, and the request id of every answer.

use std::collections::BTreeSet;

use serde_json::Value;
use tests::{Answer, Method, NewEvent, Stack};

/// The operations that this suite calls, each as method and path. `{}` stands for any parameter in the path.
const OPERATIONS: [(&str, &str); 53] = [
    ("post", "/v1/auth/register"),
    ("post", "/v1/auth/login"),
    ("post", "/v1/auth/refresh"),
    ("post", "/v1/auth/logout"),
    ("post", "/v1/auth/browser/register"),
    ("post", "/v1/auth/browser/login"),
    ("post", "/v1/auth/browser/refresh"),
    ("post", "/v1/auth/browser/logout"),
    ("post", "/v1/auth/verify-email"),
    ("post", "/v1/auth/verify-email/resend"),
    ("post", "/v1/auth/forgot-password"),
    ("post", "/v1/auth/reset-password"),
    ("get", "/v1/me"),
    ("patch", "/v1/me"),
    ("put", "/v1/me/password"),
    ("get", "/v1/users"),
    ("put", "/v1/users/{}/role"),
    ("get", "/.well-known/jwks.json"),
    ("post", "/v1/events"),
    ("get", "/v1/events"),
    ("get", "/v1/events/{}"),
    ("patch", "/v1/events/{}"),
    ("delete", "/v1/events/{}"),
    ("post", "/v1/events/{}/publish"),
    ("post", "/v1/events/{}/cancel"),
    ("post", "/v1/events/{}/complete"),
    ("get", "/v1/me/events"),
    ("post", "/v1/events/{}/registrations"),
    ("get", "/v1/events/{}/registrations"),
    ("get", "/v1/events/{}/registrations/me"),
    ("delete", "/v1/events/{}/registrations/me"),
    ("delete", "/v1/events/{}/registrations/{}"),
    ("get", "/v1/me/registrations"),
    ("put", "/v1/events/{}/staff/{}"),
    ("delete", "/v1/events/{}/staff/{}"),
    ("get", "/v1/events/{}/staff"),
    ("get", "/v1/me/tickets"),
    ("get", "/v1/tickets/{}"),
    ("get", "/v1/tickets/{}/qr.svg"),
    ("get", "/v1/tickets/{}/qr.png"),
    ("get", "/v1/tickets/{}/ticket.pdf"),
    ("get", "/v1/tickets/{}/calendar.ics"),
    ("post", "/v1/events/{}/check-ins"),
    ("get", "/v1/events/{}/check-ins"),
    ("post", "/v1/events/{}/check-ins/sync"),
    ("delete", "/v1/events/{}/check-ins/{}"),
    ("get", "/v1/events/{}/door"),
    ("get", "/v1/admin/events/{}/invariants"),
    ("get", "/v1/admin/audit"),
    ("post", "/v1/admin/dead-letters/{}/redrive"),
    ("get", "/health"),
    ("get", "/health/ready"),
    ("get", "/openapi.json"),
];

/// The kinds of problems, as in an answer's `type`, that this suite expects by name.
const KINDS: [&str; 10] = [
    "email-taken",
    "invalid-code",
    "invalid-credentials",
    "token-reused",
    "last-admin",
    "sold-out",
    "registration-closed",
    "event-started",
    "capacity-below-registered",
    "invalid-transition",
];

#[tokio::test]
async fn the_service_is_healthy_and_says_what_it_is() {
    let stack = Stack::from_env();
    let health = stack.anyone().get("/health").await.expect(200);
    assert!(health["status"].is_string(), "{health}");
    assert!(!health.text_of("version").is_empty(), "{health}");
}

#[tokio::test]
async fn the_service_is_ready_and_says_what_it_checked() {
    let stack = Stack::from_env();
    let ready = stack.anyone().get("/health/ready").await.expect(200);
    let checks = match &ready["checks"] {
        Value::Object(checks) => checks.len(),
        Value::Array(checks) => checks.len(),
        _ => 0,
    };
    assert!(checks > 0, "{ready}");
}

async fn contract(stack: &Stack) -> Answer {
    let document = stack.anyone().get("/openapi.json").await.expect(200);
    let content_type = document.header("content-type");
    assert!(content_type.starts_with("application/"), "{content_type}");
    document
}

#[tokio::test]
async fn the_contract_is_served_and_lists_every_operation() {
    let stack = Stack::from_env();
    let document = contract(&stack).await;
    assert!(document.text_of("openapi").starts_with("3.1"));
    assert!(document["info"]["title"].is_string());
    assert!(document["info"]["version"].is_string());

    let mut listed = BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            if method == "parameters" {
                continue;
            }
            listed.insert((method.clone(), without_names(path)));
            let responses = operation["responses"].as_object();
            assert!(
                responses.is_some_and(|responses| !responses.is_empty()),
                "no answers of {method} {path}"
            );
        }
    }
    for (method, path) in OPERATIONS {
        let operation = (method.to_owned(), path.to_owned());
        assert!(listed.contains(&operation), "no {method} {path}");
    }
}

/// Returns a path with each parameter replaced by `{}`, because the parameter's name does not matter.
fn without_names(path: &str) -> String {
    let is_parameter = |part: &str| part.starts_with('{') && part.ends_with('}');
    let parts = path.split('/');
    let parts = parts.map(|part| if is_parameter(part) { "{}" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

#[tokio::test]
async fn the_contract_names_the_kinds_of_problems() {
    let stack = Stack::from_env();
    let document = contract(&stack).await;
    for kind in KINDS {
        assert!(document.text.contains(kind), "no {kind}");
    }
}

#[tokio::test]
async fn every_answer_carries_an_id_of_its_own() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let anyone = stack.anyone();
    let event = NewEvent::default();
    let answers = [
        anyone.get("/health").await,
        anyone.get("/health/ready").await,
        anyone.get("/openapi.json").await,
        anyone.get("/.well-known/jwks.json").await,
        anyone.get("/v1/events").await,
        anyone.get("/v1/nowhere").await,
        anyone.me().await,
        anyone.create_event(&event).await,
        organizer.create_event(&event).await,
        organizer.post("/v1/events", 1).await,
        organizer.call(Method::DELETE, "/health").send().await,
        organizer.log_out(&organizer.account.refresh_token).await,
    ];
    let ids: BTreeSet<&str> = answers.iter().map(Answer::request_id).collect();
    assert!(!ids.contains(""), "an answer without x-request-id");
    assert_eq!(ids.len(), answers.len(), "{ids:?}");
}
