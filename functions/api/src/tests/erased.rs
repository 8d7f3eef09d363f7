//! Tests of tokens whose account is erased or has another role now. The table of these tests has only one account.

use domain::security::access_token::Claims;
use serde_json::json;

use super::{one_account::*, *};
use crate::openapi;

/// The operations that accept a token without reading the account. The relay gives back the seats and places that these
/// operations write for an erased account.
const OF_A_RUSH: [&str; 2] = [
    "POST /v1/events/{id}/registrations",
    "POST /v1/events/{id}/waitlist",
];
/// The operations that anybody may call, but that refuse an invalid token.
const PUBLIC: [&str; 2] = ["GET /v1/events/{id}", "GET /v1/events/{id}/announcements"];
const EVENT: &str = "evt_01h455vb4pex5vsknk084sn02q";

/// Returns all operations of the contract that check the caller's token.
fn operations() -> Vec<String> {
    let contract: Value = serde_json::from_str(openapi::COMMITTED).unwrap();
    let mut all = Vec::new();
    for (path, methods) in contract["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let name = format!("{} {path}", method.to_uppercase());
            let wants_token = operation["security"]
                .as_array()
                .is_some_and(|ways| !ways.is_empty());
            if wants_token || PUBLIC.contains(&&*name) {
                all.push(name);
            }
        }
    }
    all
}

/// Calls an operation with a token of the account `id`, in this `role`.
async fn call_as(app: &Shared, id: &str, role: Role, operation: &str, body: &Value) -> Answer {
    let (method, path) = operation.split_once(' ').unwrap();
    let is_user = path.starts_with("/v1/users");
    let path = path
        .replace("{id}", if is_user { USER } else { EVENT })
        .replace("{userId}", USER)
        .replace("{code}", "ABCD-EFGH-JKMN")
        .replace("{queue}", "push");
    let id: UserId = id.parse().unwrap();
    let claims = Claims {
        actor: Actor { id, role },
        session: None,
    };
    let token = app
        .access_tokens
        .issue(&app.signing(), &claims, Timestamp::now());
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::IF_MATCH, "*")
        .header(header::AUTHORIZATION, format!("Bearer {}", token.unwrap()))
        .body(Body::from(body.to_string()));
    send(router(app.clone()), request.unwrap()).await
}

#[tokio::test]
async fn an_erased_account_is_refused_by_every_operation_but_the_two_of_a_rush() {
    let nobody = UserId::from_uuid(Uuid::now_v7()).to_string();
    let operations = operations();
    assert!(operations.len() > 40, "{operations:?}");
    for name in OF_A_RUSH.iter().chain(&PUBLIC) {
        assert!(operations.iter().any(|other| other == name), "{name}");
    }
    for operation in operations {
        let table = OneAccount::holding(account()).await;
        let answer = call_as(&table.app, &nobody, Role::Admin, &operation, &json!({})).await;
        // The operation makes only this one table call. The call reads the account or the event, and finds that it does not
        // exist.
        assert_eq!(table.calls(), ["getitem"], "{operation}");
        if OF_A_RUSH.contains(&&*operation) {
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{operation}");
        } else {
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{operation}");
            assert_eq!(answer.body["type"], "/problems/unauthorized", "{operation}");
        }
    }
}

#[tokio::test]
async fn the_role_is_the_one_that_the_account_has_now() {
    let with_role = async |role: &str| {
        let mut account = account();
        account["role"] = json!({ "S": role });
        OneAccount::holding(account).await.app
    };
    let make = "POST /v1/events";
    let event = json!({
        "title": "Concert", "venue": "Town hall", "timezone": "UTC", "capacity": 1,
        "startsAt": "2090-01-01T18:00:00Z", "endsAt": "2090-01-01T19:00:00Z",
    });
    // The account had the role in the token when the token was made, but has lost this role since.
    let app = with_role("user").await;
    for role in [Role::Organizer, Role::Admin] {
        for (operation, body) in [(make, &event), ("GET /v1/users", &json!({}))] {
            let answer = call_as(&app, USER, role, operation, body).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}", answer.body);
        }
    }
    // The account got the role of an organizer after the token was made.
    let app = with_role("organizer").await;
    let answer = call_as(&app, USER, Role::User, make, &event).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
}
