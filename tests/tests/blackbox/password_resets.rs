//! Tests of those steps of a password reset that need no mail.

use serde_json::json;
use tests::{Answer, Stack, assert_invalid, assert_problem, unique};

const NEW: &str = "another horse battery";
/// A well-formed reset code that the service never sent.
const GUESS: &str = "04HM-ASW9";

/// Returns the body of an answer, with its request id replaced by a fixed text.
fn without_request_id(answer: &Answer) -> String {
    answer.text.replace(answer.request_id(), "[request id]")
}

#[tokio::test]
async fn asking_for_a_code_tells_nothing_and_changes_nothing() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let unknown = format!("nobody.{}@example.com", unique());

    for email in [
        &user.account.email,
        &user.account.email.to_uppercase(),
        &user.account.email,
        &unknown,
        &unknown,
    ] {
        let answer = stack.anyone().forgot_password(email).await.expect(202);
        assert!(answer.text.is_empty(), "{answer}");
    }
    stack.assert_untouched(&user).await;
}

#[tokio::test]
async fn a_wrong_code_an_unknown_address_and_no_code_at_all_are_refused_alike() {
    let stack = Stack::from_env();
    let anyone = stack.anyone();
    let asked = stack.register_user().await;
    anyone
        .forgot_password(&asked.account.email)
        .await
        .expect(202);
    let did_not_ask = stack.register_user().await;
    let unknown = format!("nobody.{}@example.com", unique());

    let answers = [
        anyone
            .reset_password(&asked.account.email, GUESS, NEW)
            .await,
        anyone
            .reset_password(&did_not_ask.account.email, GUESS, NEW)
            .await,
        anyone.reset_password(&unknown, GUESS, NEW).await,
        anyone.reset_password(&asked.account.email, "", NEW).await,
        anyone
            .reset_password(&asked.account.email, "04HM-ASWU", NEW)
            .await,
        anyone
            .reset_password(&asked.account.email, &"0".repeat(5_000), NEW)
            .await,
    ];

    for answer in &answers {
        assert_problem(answer, 400, "invalid-code");
        assert_eq!(without_request_id(answer), without_request_id(&answers[0]));
    }
    for user in [&asked, &did_not_ask] {
        stack.assert_untouched(user).await;
        let me = user.me().await.expect(200);
        assert_eq!(me["emailVerified"], false, "{me}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guesses_are_refused_one_by_one_and_all_at_once() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let email = &user.account.email;
    stack.anyone().forgot_password(email).await.expect(202);

    let guesses = (0..10).map(|n| {
        let code = format!("0000-000{n}");
        let anyone = stack.anyone().clone();
        async move { anyone.reset_password(email, &code, NEW).await }
    });
    for answer in futures::future::join_all(guesses).await {
        assert_problem(&answer, 400, "invalid-code");
    }
    for _ in 0..3 {
        let answer = stack.anyone().reset_password(email, GUESS, NEW).await;
        assert_problem(&answer, 400, "invalid-code");
    }
    stack.assert_untouched(&user).await;
}

#[tokio::test]
async fn a_new_password_is_as_good_as_a_first_one() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let email = &user.account.email;

    for poor in ["too short", "password123", &"x".repeat(129)] {
        let reset = stack.anyone().reset_password(email, GUESS, poor).await;
        assert_invalid(&reset, "/newPassword");
    }
}

#[tokio::test]
async fn wrong_bodies_are_told_by_their_fields() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let email = user.account.email.clone();
    for (path, body, pointer) in [
        ("forgot-password", json!({}), "/email"),
        ("forgot-password", json!({"email": null}), "/email"),
        ("forgot-password", json!({"email": "kim"}), "/email"),
        (
            "forgot-password",
            json!({"email": email, "code": GUESS}),
            "/code",
        ),
        (
            "reset-password",
            json!({"email": email, "newPassword": NEW}),
            "/code",
        ),
        (
            "reset-password",
            json!({"email": email, "code": 12, "newPassword": NEW}),
            "/code",
        ),
        (
            "reset-password",
            json!({"email": email, "code": GUESS}),
            "/newPassword",
        ),
        (
            "reset-password",
            json!({"email": "kim", "code": GUESS, "newPassword": NEW}),
            "/email",
        ),
        (
            "reset-password",
            json!({"email": email, "code": GUESS, "password": NEW}),
            "/password",
        ),
    ] {
        let path = format!("/v1/auth/{path}");
        assert_invalid(&stack.anyone().post(&path, body).await, pointer);
    }
    stack.assert_untouched(&user).await;
}
