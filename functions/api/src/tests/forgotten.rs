//! Tests how a forgotten password is reset, and that the answers reveal nothing to strangers.

use domain::accounts::{
    mail_code::{MAX_WRONG_TRIES, PendingCode, Purpose},
    password::TypedPassword,
};
use serde_json::json;

use super::{one_account::*, *};
use crate::passwords::{self, Verdict};

/// The table calls of a request for a code. Two of them count the request, for its source and for its email address.
const ASKED: [&str; 5] = [
    "updateitem",
    "updateitem",
    "getitem",
    "getitem",
    "updateitem",
];
/// The table calls of a request whose code is refused.
const REFUSED: [&str; 3] = ["getitem", "getitem", "updateitem"];
const NOBODY: &str = "nobody@example.org";
const WRONG: &str = "0000-0000";

async fn forget(table: &OneAccount, email: &str) -> Answer {
    let body = json!({ "email": email }).to_string();
    call(&table.app, "POST", "/v1/auth/forgot-password", body).await
}

async fn reset(table: &OneAccount, email: &str, code: &str) -> Answer {
    let body = json!({"email": email, "code": code, "newPassword": "another horse battery"});
    call(
        &table.app,
        "POST",
        "/v1/auth/reset-password",
        body.to_string(),
    )
    .await
}

/// Returns a table whose account has this pending code.
async fn with(pending: PendingCode) -> OneAccount {
    let mut account = account();
    account["reset"] = stored(pending);
    OneAccount::holding(account).await
}

#[tokio::test]
async fn a_code_is_issued_for_an_account_that_is_due_and_every_answer_costs_the_same_calls() {
    let (none, due, too_soon) = (
        OneAccount::holding(account()).await,
        with(issued_ago(61)).await,
        with(issued_ago(50)).await,
    );
    for (table, email, is_issued) in [
        (&none, "Ada@Example.org", true),
        (&due, EMAIL, true),
        (&too_soon, EMAIL, false),
        (&OneAccount::holding(account()).await, NOBODY, false),
    ] {
        let answer = forget(table, email).await;
        assert_eq!(answer.status, StatusCode::ACCEPTED);
        assert_eq!(answer.body, Value::Null);
        assert_eq!(table.calls(), ASKED, "{email}");
        let written = table.last_write();
        assert_eq!(written.is_of_account, is_issued, "{email}");
        assert_eq!(written.set["reset"]["M"]["wrongTries"]["N"], "0");
    }
}

#[tokio::test]
async fn the_code_sets_a_new_password() {
    let pending = issued_ago(3_500);
    let table = with(pending).await;
    let code = table.code(Purpose::PasswordReset, pending);

    let answer = reset(&table, EMAIL, &code.to_lowercase().replace('-', " ")).await;

    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.body);
    // The call `deleteitem` deletes the counter of failed logins.
    let calls = ["getitem", "getitem", "deleteitem", "updateitem"];
    assert_eq!(table.calls(), calls);
    let written = table.last_write();
    assert!(written.is_of_account);
    for part in [
        "passwordHash = ",
        "passwordChangedAt = ",
        "emailVerified = ",
        "REMOVE reset, verification, emailChange",
    ] {
        assert!(written.update.contains(part), "{part} in {written:?}");
    }
    written.assert_demands(pending.issued_at);
    let hash = written.set["passwordHash"]["S"].as_str();
    let hash = hash.unwrap().to_owned();
    let password = TypedPassword::parse("another horse battery".into()).unwrap();
    let verdict = passwords::verify_here(&password, Some(&hash)).unwrap();
    assert_eq!(verdict, Verdict::Right);
}

#[tokio::test]
async fn every_refusal_is_the_same_and_costs_the_same_calls() {
    let fresh = issued_ago(10);
    let expired = issued_ago(3_600);
    let dead = PendingCode {
        wrong_tries: MAX_WRONG_TRIES,
        ..fresh
    };
    let of_verification = with(fresh).await.code(Purpose::Verification, fresh);
    let right = with(fresh).await.code(Purpose::PasswordReset, fresh);
    let late = with(fresh).await.code(Purpose::PasswordReset, expired);
    let mut bodies = Vec::new();
    for (table, email, code, is_counted) in [
        (with(fresh).await, EMAIL, WRONG, true),
        (with(fresh).await, EMAIL, of_verification.as_str(), true),
        (with(dead).await, EMAIL, &right, false),
        (with(expired).await, EMAIL, &late, false),
        (with(fresh).await, NOBODY, &right, false),
        (OneAccount::holding(account()).await, EMAIL, &right, false),
    ] {
        let answer = reset(&table, email, code).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{}", answer.body);
        assert_eq!(table.calls(), REFUSED);
        let written = table.last_write();
        assert_eq!(written.is_of_account, is_counted, "{email} {code}");
        let counted = r#"wrongTries + {"N":"1"}"#;
        assert!(written.update.contains(counted), "{written:?}");
        bodies.push(answer.body);
    }
    assert!(bodies.iter().all(|body| *body == bodies[0]));
    assert_eq!(bodies[0]["type"], "/problems/invalid-code");
}

#[tokio::test]
async fn what_is_no_code_is_refused_without_a_look_at_the_table() {
    for code in ["", "abc", "0000-000U", "0000-0000-0"] {
        let table = OneAccount::holding(account()).await;
        let answer = reset(&table, EMAIL, code).await;
        assert_eq!(answer.body["type"], "/problems/invalid-code");
        assert!(table.calls().is_empty());
    }
}
