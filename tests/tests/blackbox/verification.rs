//! Tests of those steps that verify an e-mail address and need no mail.

use serde_json::json;
use tests::{Method, Stack, assert_invalid, assert_problem};

/// A well-formed verification code that the service never sent.
const GUESS: &str = "04HM-ASW9";

#[tokio::test]
async fn a_wrong_code_verifies_nothing_however_often_it_is_tried() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;

    for code in ["", "nonsense", "04HM-ASWU", &"0".repeat(5_000)] {
        assert_problem(&user.verify_email(code).await, 400, "invalid-code");
    }
    for _ in 0..7 {
        assert_problem(&user.verify_email(GUESS).await, 400, "invalid-code");
    }
    let me = user.me().await.expect(200);
    assert_eq!(me["emailVerified"], false, "{me}");
}

#[tokio::test]
async fn a_code_may_be_asked_for_at_any_time() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;

    for _ in 0..3 {
        let answer = user.resend_verification().await.expect(202);
        assert!(answer.text.is_empty(), "{answer}");
    }
    let me = user.me().await.expect(200);
    assert_eq!(me["emailVerified"], false, "{me}");
}

/// The administrator's address counts as verified, because the person who deployed the stack configured it.
#[tokio::test]
async fn who_is_verified_already_stays_so() {
    let stack = Stack::from_env();
    let admin = stack.admin().await;
    assert_eq!(admin.me().await.expect(200)["emailVerified"], true);

    let again = admin.verify_email(GUESS).await.expect(204);
    assert!(again.text.is_empty(), "{again}");
    admin.resend_verification().await.expect(202);
    assert_eq!(admin.me().await.expect(200)["emailVerified"], true);
}

#[tokio::test]
async fn a_stranger_has_nothing_to_verify() {
    let stack = Stack::from_env();
    let anyone = stack.anyone();

    assert_problem(&anyone.verify_email(GUESS).await, 401, "unauthorized");
    assert_problem(&anyone.resend_verification().await, 401, "unauthorized");
}

#[tokio::test]
async fn wrong_bodies_are_told_by_their_fields() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let path = "/v1/auth/verify-email";

    assert_invalid(&user.post(path, json!({})).await, "/code");
    assert_invalid(&user.post(path, json!({"code": 12})).await, "/code");
    let other = json!({"code": GUESS, "email": user.account.email});
    assert_invalid(&user.post(path, other).await, "/email");
    let wrong_method = user.call(Method::GET, path).send().await;
    assert_problem(&wrong_method, 405, "method-not-allowed");
}
