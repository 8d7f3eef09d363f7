//! Tests which tokens are accepted before, during and after a rotation of the secret. These tests make no table calls.

use axum::{body::Body, http::Method};
use domain::mail::unsubscribe;

use super::*;

const NEXT: &str = "another secret of at least 32 characters";
const UNKNOWN: &str = "a secret that was never this deployment's";

/// Returns the secret's document. `NEXT` signs from `from` on. `SECRET` signed before `from`, and its signatures are valid
/// until `until`.
fn document(from: &str, until: Option<&str>) -> String {
    let until = until.map_or_else(String::new, |at| format!(r#", "verifiesUntil": "{at}""#));
    format!(
        r#"{{"secrets": [{{"secret": "{NEXT}", "signsFrom": "{from}"}},
            {{"secret": "{SECRET}", "signsFrom": "1970-01-01T00:00:00Z"{until}}}]}}"#
    )
}

const PAST: &str = "2026-01-01T00:00:00Z";
const FUTURE: &str = "2126-01-01T00:00:00Z";

fn having(secret: &str) -> Shared {
    app_of(
        secret,
        "http://127.0.0.1:1",
        "http://127.0.0.1:1",
        "{}",
        false,
    )
}

/// Returns whether `verifier` accepts access tokens and mail links that `maker` makes now. Asserts that `verifier` accepts
/// either both or neither.
async fn accepts(verifier: &Shared, maker: &Shared) -> bool {
    let signed_in = Request::builder()
        .method(Method::POST)
        .uri("/v1/events/none/registrations")
        .header(header::CONTENT_TYPE, "application/json")
        .header(
            header::AUTHORIZATION,
            format!("Bearer {}", token(maker, Role::User)),
        );
    let signed_in = signed_in.body(Body::empty()).unwrap();
    let answer = send(router(verifier.clone()), signed_in).await;
    let is_signed_in = match answer.status {
        // The token was accepted, but the event does not exist.
        StatusCode::NOT_FOUND => true,
        StatusCode::UNAUTHORIZED => false,
        other => panic!("{other}"),
    };
    let user = "usr_01h455vb4pex5vsknk084sn02q".parse().unwrap();
    let event = "evt_01h455vb4pex5vsknk084sn02r".parse().unwrap();
    let link = unsubscribe::seal(&maker.signing(), user, event);
    let page = Request::get(format!("/v1/unsubscribe?token={link}"));
    let page = send(router(verifier.clone()), page.body(Body::empty()).unwrap()).await;
    let is_our_link = match page.status {
        StatusCode::OK => true,
        StatusCode::NOT_FOUND => false,
        other => panic!("{other}"),
    };
    assert_eq!(is_signed_in, is_our_link);
    is_signed_in
}

async fn published(app: &Shared) -> Vec<String> {
    let request = Request::get("/.well-known/jwks.json");
    let answer = send(router(app.clone()), request.body(Body::empty()).unwrap()).await;
    let keys = answer.body["keys"].as_array().unwrap().iter();
    keys.map(|key| key["kid"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn each_process_accepts_what_the_others_make_before_and_after_the_change() {
    let stages = [
        having(SECRET),
        having(&document(FUTURE, None)),
        having(&document(PAST, None)),
    ];
    for (maker, app) in stages.iter().enumerate() {
        for verifier in &stages[maker.saturating_sub(1)..] {
            assert!(accepts(verifier, app).await, "{maker}");
        }
    }
    let kids = [
        published(&having(SECRET)).await,
        published(&having(NEXT)).await,
    ]
    .concat();
    assert_eq!(published(&stages[0]).await, [kids[0].as_str()]);
    assert_eq!(published(&stages[1]).await, kids);
    let newest_first: Vec<_> = kids.into_iter().rev().collect();
    assert_eq!(published(&stages[2]).await, newest_first);
}

#[tokio::test]
async fn what_was_dropped_and_what_was_never_ours_is_refused() {
    let dropped = having(&document(PAST, Some(PAST)));
    assert!(accepts(&dropped, &dropped).await);
    assert!(accepts(&dropped, &having(NEXT)).await);
    for refused in [SECRET, UNKNOWN] {
        assert!(!accepts(&dropped, &having(refused)).await);
    }
    assert_eq!(published(&dropped).await, published(&having(NEXT)).await);
    assert!(!accepts(&having(&document(PAST, None)), &having(UNKNOWN)).await);
}
