//! Tests of requests with malformed ids, unknown paths or unsupported methods.

use serde_json::json;
use tests::{Client, Method, NewEvent, Stack, assert_refused};

/// A well-formed user id that no account has.
const SOMEBODY: &str = "usr_01h455vb4pex5vsknk084sn02q";

async fn assert_no_such_event(caller: &Client, id: &str) {
    let event = format!("/v1/events/{id}");
    let calls = [
        (Method::GET, event.clone()),
        (Method::DELETE, event.clone()),
        (Method::POST, format!("{event}/publish")),
        (Method::POST, format!("{event}/complete")),
        (Method::POST, format!("{event}/registrations")),
        (Method::GET, format!("{event}/registrations")),
        (Method::GET, format!("{event}/registrations/me")),
        (Method::DELETE, format!("{event}/registrations/me")),
        (Method::GET, format!("{event}/staff")),
        (Method::PUT, format!("{event}/staff/{SOMEBODY}")),
        (Method::DELETE, format!("{event}/staff/{SOMEBODY}")),
        (Method::GET, format!("{event}/check-ins")),
        (Method::DELETE, format!("{event}/check-ins/0000-0000-0000")),
        (Method::GET, format!("{event}/door")),
    ];
    for (method, path) in calls {
        assert_refused(&caller.call(method, &path).send().await, 404);
    }
    let check_ins = format!("{event}/check-ins");
    let scanned = caller.post(&check_ins, json!({"ticket": "x"})).await;
    assert_refused(&scanned, 404);
    let sync = format!("{check_ins}/sync");
    assert_refused(&caller.post(&sync, json!({"scans": []})).await, 404);
}

#[tokio::test]
async fn what_is_no_id_of_an_event_is_not_found() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let draft = organizer.draft_event(NewEvent::default()).await;
    let user_as_event = draft.id.replacen("evt_", "usr_", 1);
    let no_ids = [
        "evt_x".to_owned(),
        "evt_".to_owned(),
        "x".to_owned(),
        "null".to_owned(),
        "%00".to_owned(),
        "%F0%9F%8E%89".to_owned(),
        "🎉".to_owned(),
        "e".repeat(300),
        // These ids have the prefix of another kind of id, no prefix, upper case, or a suffix that is too large for a UUID.
        organizer.id().to_owned(),
        user_as_event,
        draft.id.trim_start_matches("evt_").to_owned(),
        draft.id.to_uppercase(),
        "evt_8zzzzzzzzzzzzzzzzzzzzzzzzz".to_owned(),
        // A well-formed event id that no event has.
        "evt_01h455vb4pex5vsknk084sn02q".to_owned(),
    ];
    for id in no_ids {
        assert_no_such_event(&organizer, &id).await;
    }
    organizer.read_event(&draft).await.expect(200);
}

#[tokio::test]
async fn what_is_no_id_of_a_registrant_is_not_found() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let no_ids = ["usr_x", "🎉", "usr_01h455vb4pex5vsknk084sn02q", &event.id];
    for id in no_ids {
        assert_refused(&organizer.remove_registrant(&event, id).await, 404);
    }
}

#[tokio::test]
async fn a_path_that_leads_nowhere_is_a_404() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let beside = format!("{}/nowhere", event.path());
    let nowhere = ["/nowhere", "/v1", "/v1/nowhere", "/v2/events", &beside];
    for path in nowhere {
        for caller in [stack.anyone(), &user.client] {
            assert_refused(&caller.get(path).await, 404);
            let posted = caller.call(Method::POST, path).send().await;
            assert_refused(&posted, 404);
        }
    }
}

#[tokio::test]
async fn a_method_that_is_not_there_is_a_405_that_names_those_that_are() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let rows = [
        (Method::DELETE, "/v1/events".to_owned(), vec!["GET", "POST"]),
        (Method::PUT, event.path(), vec!["GET", "PATCH", "DELETE"]),
        (
            Method::GET,
            format!("{}/publish", event.path()),
            vec!["POST"],
        ),
        (Method::GET, "/v1/auth/login".to_owned(), vec!["POST"]),
        (
            Method::PATCH,
            "/v1/me/registrations".to_owned(),
            vec!["GET"],
        ),
        (Method::POST, "/health".to_owned(), vec!["GET"]),
        (Method::POST, event.staff_path(), vec!["GET"]),
        (Method::PATCH, event.check_ins_path(), vec!["GET", "POST"]),
        (Method::POST, event.door_path(), vec!["GET"]),
        (Method::DELETE, "/v1/me/tickets".to_owned(), vec!["GET"]),
        (
            Method::POST,
            "/v1/tickets/0000-0000-0000/qr.svg".to_owned(),
            vec!["GET"],
        ),
        (
            Method::DELETE,
            "/.well-known/jwks.json".to_owned(),
            vec!["GET"],
        ),
    ];
    for (method, path, allowed) in rows {
        let answer = organizer.call(method, &path).send().await;
        assert_refused(&answer, 405);
        let allow: Vec<&str> = answer.header("allow").split(',').map(str::trim).collect();
        for method in allowed {
            assert!(allow.contains(&method), "Allow: {allow:?}, got {answer}");
        }
    }
}
