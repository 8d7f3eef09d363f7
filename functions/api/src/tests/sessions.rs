//! Tests which table calls a refresh makes, and what the refresh stores about the client.

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use domain::security::refresh_token::RefreshToken;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    one_account::{OneAccount, USER, account},
    router, send,
};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// Exchanges the first refresh token of a session. Returns the body of the answer.
async fn refresh(table: &OneAccount, agent: Option<&str>) -> Value {
    let token = RefreshToken {
        user: USER.parse().unwrap(),
        family: Uuid::now_v7(),
        generation: 1,
    };
    let body = json!({"refreshToken": token.seal(&table.app.signing())});
    let mut request =
        Request::post("/v1/auth/refresh").header(header::CONTENT_TYPE, "application/json");
    if let Some(agent) = agent {
        request = request.header(header::USER_AGENT, agent);
    }
    let request = request.body(Body::from(body.to_string())).unwrap();
    let answer = send(router(table.app.clone()), request).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.body
}

#[tokio::test]
async fn a_refresh_is_a_read_of_the_account_and_one_conditional_write() {
    let table = OneAccount::holding(account()).await;

    refresh(&table, Some(FIREFOX)).await;

    assert_eq!(table.calls(), ["getitem", "updateitem"]);
    let written = table.last_write();
    assert!(written.is_of_account);
    let current = r#"generation = {"N":"1"}"#;
    assert!(written.condition.contains(current), "{written:?}");
    assert_eq!(written.set["generation"], json!({"N": "2"}));
    // Only the kind of client is stored, and not the whole value of the request's header `User-Agent`.
    assert_eq!(written.set["client"], json!({"S": "Firefox on Linux"}));
    assert!(!written.update.contains("Mozilla"), "{written:?}");
}

#[tokio::test]
async fn a_client_that_says_nothing_of_itself_is_not_known() {
    let table = OneAccount::holding(account()).await;
    for agent in [None, Some("Acme/1.0")] {
        refresh(&table, agent).await;
        let written = table.last_write();
        assert!(written.update.ends_with("REMOVE client"), "{written:?}");
    }
}

#[tokio::test]
async fn the_tokens_of_a_session_name_it() {
    let table = OneAccount::holding(account()).await;
    let pair = refresh(&table, None).await;
    let text = |member: &str| pair[member].as_str().unwrap();
    let verifying = table.app.verifying();
    let refresh = RefreshToken::open(text("refreshToken"), &verifying).unwrap();
    let now = jiff::Timestamp::now();
    let access = &table.app.access_tokens;
    let claims = access.verify(&verifying, text("accessToken"), now).unwrap();
    assert_eq!(claims.session, Some(refresh.family));
    assert_eq!(refresh.generation, 2);
}
