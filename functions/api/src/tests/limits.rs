//! Tests of limits on requests. They use the real table of a running stack, and set their own limits: `cargo xtask test`.

use std::{net::Ipv6Addr, ops::RangeInclusive};

use futures::{StreamExt as _, future::join_all, stream};
use serde_json::json;

use super::*;
use crate::Caller;

const SIGN_UP: &str = "/v1/auth/register";
const FORGOT: &str = "/v1/auth/forgot-password";
const RESEND: &str = "/v1/auth/verify-email/resend";
const TICKETS: &str = "/v1/live/tickets";

/// Returns the API where each source may send `most` requests of each kind.
fn app_allowing(most: u32) -> Shared {
    app_on_table(Limits {
        most_per_source: MostPerSource {
            sign_ups: most,
            codes: most,
            live_tickets: most,
        },
        ..limits()
    })
}

/// Returns a random IPv6 address. No other test has a source in the same network.
fn source() -> Ipv6Addr {
    Ipv6Addr::from(fastrand::u128(..))
}

/// Sends a request from `source`, with the token of an account that does not exist.
async fn post(app: &Shared, source: Ipv6Addr, path: &str, body: &Value) -> Answer {
    post_as(app, source, UserId::from_uuid(Uuid::now_v7()), path, body).await
}

async fn post_as(app: &Shared, source: Ipv6Addr, id: UserId, path: &str, body: &Value) -> Answer {
    let role = Role::User;
    let claims = Actor { id, role }.into();
    let token = app
        .access_tokens
        .issue(&app.signing(), &claims, Timestamp::now());
    let caller = Caller {
        address: Some(source.into()),
        request_id: None,
    };
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::AUTHORIZATION, format!("Bearer {}", token.unwrap()))
        .extension(caller)
        .body(body.to_string().into());
    send(router(app.clone()), request.unwrap()).await
}

fn address() -> String {
    format!("kim.{}@example.com", Uuid::now_v7().simple())
}

fn sign_up(email: &str) -> Value {
    json!({"email": email, "password": "correct horse battery", "name": "Kim"})
}

/// Asserts that the answer is 429, and that the caller must wait for at most `most_seconds`.
#[track_caller]
fn assert_limited(answer: &Answer, most_seconds: u64) {
    assert_eq!(
        answer.status,
        StatusCode::TOO_MANY_REQUESTS,
        "{}",
        answer.body
    );
    assert_eq!(answer.body["type"], "/problems/too-many-requests");
    let wait = answer.headers[header::RETRY_AFTER].to_str().unwrap();
    let wait: u64 = wait.parse().unwrap();
    assert!((1..=most_seconds).contains(&wait), "{wait} s");
}

/// Sends requests until one is refused, and returns the refusal. Asserts that the number of requests before the refusal is in
/// the range `after`. It may be higher than the limit, because the time window in which requests are counted may end and a new
/// one begin. The store's tests check the exact number of requests in a window.
async fn refused(after: RangeInclusive<u32>, served: u16, ask: impl AsyncFn() -> Answer) -> Answer {
    for asked in 0..=*after.end() {
        let answer = ask().await;
        if asked >= *after.start() && answer.status == StatusCode::TOO_MANY_REQUESTS {
            return answer;
        }
        assert_eq!(answer.status, served, "{asked}: {}", answer.body);
    }
    panic!("nobody was refused");
}

#[tokio::test]
async fn a_source_makes_so_many_accounts_and_others_are_not_disturbed() {
    let (app, here) = (app_allowing(3), source());
    let email = address();
    post(&app, source(), SIGN_UP, &sign_up(&email)).await;

    // A source can test whether an email address is taken only as often as it can make accounts. Invalid requests are not
    // counted.
    for _ in 0..5 {
        let answer = post(&app, here, SIGN_UP, &sign_up("kim")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let ask = async || post(&app, here, SIGN_UP, &sign_up(&email)).await;
    assert_limited(&refused(3..=6, 409, ask).await, 600);

    let answer = post(&app, source(), SIGN_UP, &sign_up(&address())).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
}

#[tokio::test]
async fn of_many_sign_ups_at_once_as_many_as_allowed_are_served() {
    let (app, here) = (app_allowing(2), source());
    let asked = (0..8).map(|_| async {
        let answer = post(&app, here, SIGN_UP, &sign_up(&address())).await;
        answer.status.as_u16()
    });
    let answers = join_all(asked).await;
    let count = |status| answers.iter().filter(|answer| **answer == status).count();
    // The source may have made up to twice as many accounts as its limit, because the window in which they are counted may end
    // during the test.
    assert!((2..=4).contains(&count(201)), "{answers:?}");
    assert_eq!(count(201) + count(429), 8, "{answers:?}");
}

#[tokio::test]
async fn a_source_asks_for_so_many_codes_of_either_kind() {
    let (app, here) = (app_allowing(4), source());
    let ask = async || {
        let forgotten = json!({ "email": address() });
        let answer = post(&app, here, FORGOT, &forgotten).await;
        // This account needs no code, because it is verified. The request for a code is counted anyway.
        let resent = post_as(&app, here, person(&app).await, RESEND, &Value::Null).await;
        match (answer.status.as_u16(), resent.status.as_u16()) {
            (202, 202) | (429, _) => answer,
            (202, 429) => resent,
            other => panic!("{other:?}"),
        }
    };
    // Each call of `ask` requests two codes.
    assert_limited(&refused(2..=4, 202, ask).await, 600);
    let forgotten = json!({ "email": address() });
    let answer = post(&app, source(), FORGOT, &forgotten).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn a_source_that_is_refused_uses_up_nobodys_codes() {
    let (strict, generous) = (app_allowing(1), app_allowing(1_000));
    let (here, email) = (source(), json!({ "email": address() }));
    for _ in 0..30 {
        post(&strict, here, FORGOT, &email).await;
    }
    let answer = post(&generous, source(), FORGOT, &email).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
}

#[tokio::test]
async fn nobody_learns_from_a_limit_which_addresses_have_accounts() {
    let app = app_allowing(1_000);
    let known = address();
    let made = post(&app, source(), SIGN_UP, &sign_up(&known)).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let mut answers = Vec::new();
    for email in [known, address()] {
        let body = json!({ "email": email });
        // The limit for one email address counts requests from all sources together.
        let ask = async || post(&app, source(), FORGOT, &body).await;
        let answer = refused(10..=20, 202, ask).await;
        assert_limited(&answer, 1_800);
        answers.push(answer.body);
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn a_source_whose_logins_fail_waits_and_others_do_not() {
    let app = app_on_table(Limits {
        patience_with_source: Patience::with_source(2),
        ..limits()
    });
    let here = source();
    let log_in = async |from| {
        let body = json!({"email": address(), "password": "incorrect horse"});
        post(&app, from, "/v1/auth/login", &body).await
    };
    // Each login uses another email address. Each wait is twice as long as the one before, so even a slow machine sends a
    // request during a wait.
    let answer = refused(3..=20, 401, async || log_in(here).await).await;
    assert_limited(&answer, 900);
    assert_eq!(log_in(source()).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_source_asks_for_so_many_live_tickets() {
    let (app, here) = (app_allowing(3), source());
    let ask = async || post_as(&app, here, person(&app).await, TICKETS, &Value::Null).await;
    assert_limited(&refused(3..=6, 201, ask).await, 600);
    let other = person(&app).await;
    let elsewhere = post_as(&app, source(), other, TICKETS, &Value::Null).await;
    assert_eq!(elsewhere.status, StatusCode::CREATED);
}

#[tokio::test]
async fn an_account_that_is_refused_uses_up_nothing_of_its_neighbours() {
    const MOST: u32 = 130;
    let (app, here) = (app_allowing(MOST), source());
    let greedy = person(&app).await;
    let asked = (0..=MOST).map(|_| post_as(&app, here, greedy, TICKETS, &Value::Null));
    let answers: Vec<_> = stream::iter(asked).buffer_unordered(8).collect().await;
    let count = |status| {
        let answers = answers.iter();
        answers.filter(|answer| answer.status == status).count()
    };
    // The account may have got up to twice as many live tickets as its limit of 60, because the window in which they are
    // counted may end during the test.
    assert!((60..=120).contains(&count(StatusCode::CREATED)));
    assert_eq!(
        count(StatusCode::CREATED) + count(StatusCode::TOO_MANY_REQUESTS),
        answers.len()
    );
    let neighbour = person(&app).await;
    let neighbour = post_as(&app, here, neighbour, TICKETS, &Value::Null).await;
    assert_eq!(neighbour.status, StatusCode::CREATED);
}
