//! Tests of rate limits: a client that sends too many requests must wait, but other clients need not wait. The limits per
//! account and per e-mail address are the same as on AWS. A local stack has a high limit per source, because all its requests
//! come from 127.0.0.1.

use futures::future::join_all;
use tests::{Answer, PATIENCE, Stack, assert_problem, eventually, unique};

/// Maximum number of codes of one kind that the service mails to an address in half an hour.
const CODES: usize = 10;
/// Maximum number of live tickets that an account gets in one minute.
const LIVE_TICKETS: usize = 60;
const NEW: &str = "another horse battery";

/// Sends more than twice `most` requests at the same time, and returns the refused answers. The service grants `most` requests,
/// or up to twice as many if a new time window begins meanwhile. The tests of the store check the exact number in one window.
async fn refused(most: usize, served: u16, ask: impl AsyncFn() -> Answer) -> Vec<Answer> {
    let answers = join_all((0..=2 * most).map(|_| ask())).await;
    let (refused, others): (Vec<_>, Vec<_>) =
        answers.into_iter().partition(|answer| answer.status == 429);
    for answer in &refused {
        assert_problem(answer, 429, "too-many-requests");
    }
    assert!((most..=2 * most).contains(&others.len()), "{others:?}");
    for answer in others {
        answer.expect(served);
    }
    refused
}

#[track_caller]
fn assert_waits(refused: &[Answer], most_seconds: u64) {
    for answer in refused {
        let wait = answer.header("retry-after").parse::<u64>();
        let is_told = wait.is_ok_and(|wait| (1..=most_seconds).contains(&wait));
        assert!(is_told, "{answer}");
    }
}

#[tokio::test]
async fn whoever_asks_for_too_many_resets_waits_and_the_owner_has_a_code() {
    let stack = Stack::from_env();
    let (user, other) = (stack.register_user().await, stack.register_user().await);
    let email = &user.account.email;
    let anyone = stack.anyone();
    // The limit on reset codes counts an e-mail address in upper case and in lower case as one address.
    let ask = async || anyone.forgot_password(&email.to_uppercase()).await;
    assert_waits(&refused(CODES, 202, ask).await, 1_800);

    let others = anyone.forgot_password(&other.account.email).await;
    others.expect(202);
    let code = stack.mail_code(&user, "reset your password").await;
    anyone.reset_password(email, &code, NEW).await.expect(204);
}

#[tokio::test]
async fn an_address_without_an_account_is_limited_alike() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    let unknown = format!("nobody.{}@example.com", unique());
    let mut answers = Vec::new();
    for email in [&user.account.email, &unknown] {
        let ask = async || stack.anyone().forgot_password(email).await;
        answers.extend(refused(CODES, 202, ask).await.pop());
    }
    assert_eq!(answers.len(), 2);
    let body = |answer: &Answer| answer.text.replace(answer.request_id(), "[request id]");
    assert_eq!(body(&answers[0]), body(&answers[1]));
}

#[tokio::test]
async fn whoever_has_too_many_codes_sent_again_waits_and_the_first_one_serves() {
    let stack = Stack::from_env();
    let (user, other) = (stack.register_user().await, stack.register_user().await);
    let ask = async || user.resend_verification().await;
    assert_waits(&refused(CODES, 202, ask).await, 1_800);

    other.resend_verification().await.expect(202);
    // Codes of other kinds do not count towards the limit on this kind of code.
    let reset = stack.anyone().forgot_password(&user.account.email).await;
    reset.expect(202);
    let code = stack.mail_code(&user, "verification code").await;
    user.verify_email(&code).await.expect(204);
}

#[tokio::test]
async fn whoever_asks_for_too_many_live_tickets_waits_for_a_minute() {
    let stack = Stack::from_env();
    let (user, other) = (stack.register_user().await, stack.register_user().await);
    let ask = async || user.ask_for_live_ticket().await;
    assert_waits(&refused(LIVE_TICKETS, 201, ask).await, 60);
    other.ask_for_live_ticket().await.expect(201);

    eventually(PATIENCE * 3, async || {
        let answer = user.ask_for_live_ticket().await;
        match answer.status {
            201 => Ok(()),
            429 => Err(answer.to_string()),
            _ => panic!("{answer}"),
        }
    })
    .await;
}
