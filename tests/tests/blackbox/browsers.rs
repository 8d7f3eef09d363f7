//! Tests of the response headers that browsers and caches read.

use tests::{Answer, Method, NewEvent, Stack};

/// Asserts that an answer has the security headers that every answer must have.
#[track_caller]
fn assert_guarded(answer: &Answer) {
    assert_eq!(
        answer.header("x-content-type-options"),
        "nosniff",
        "{answer}"
    );
    let lasting = answer.header("strict-transport-security");
    assert!(lasting.starts_with("max-age="), "{answer}");
}

#[tokio::test]
async fn private_answers_are_kept_by_nobody_and_public_ones_for_a_moment() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let announcements = format!("{}/announcements", event.path());
    let anyone = stack.anyone();
    for (path, kept) in [
        ("/v1/events", "public, max-age=1"),
        (&event.path(), "public, max-age=1"),
        (&announcements, "public, max-age=1"),
        ("/.well-known/jwks.json", "public, max-age=300"),
        ("/openapi.json", "public, max-age=300"),
        ("/health", "no-store"),
    ] {
        let answer = anyone.get(path).await.expect(200);
        assert_eq!(answer.header("cache-control"), kept, "{path}");
        assert_guarded(&answer);
    }
    for path in [&event.path(), "/v1/events", "/v1/me", "/v1/me/events"] {
        let answer = organizer.get(path).await.expect(200);
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert_guarded(&answer);
    }
    let shared = anyone.get(&event.path()).await.expect(200);
    assert!(shared.header("vary").contains("authorization"), "{shared}");
    for refused in [
        anyone
            .get("/v1/events/evt_01h455vb4pex5vsknk084sn02q")
            .await,
        anyone.get("/v1/me").await,
        anyone.get("/nowhere").await,
        anyone.post("/v1/auth/login", "{").await,
    ] {
        assert_eq!(refused.header("cache-control"), "no-store", "{refused}");
        assert_guarded(&refused);
    }
}

#[tokio::test]
async fn a_page_of_another_origin_may_call() {
    let stack = Stack::from_env();
    let page = "https://tickets.example.org";
    let preflight = stack
        .anyone()
        .call(Method::OPTIONS, "/v1/events")
        .header("origin", page)
        .header("access-control-request-method", "POST")
        .header(
            "access-control-request-headers",
            "authorization,content-type,if-match,if-none-match",
        )
        .send()
        .await;
    assert!([200, 204].contains(&preflight.status), "{preflight}");
    assert_eq!(preflight.header("access-control-allow-origin"), "*");
    assert_eq!(preflight.header("access-control-allow-credentials"), "");
    let headers = preflight.header("access-control-allow-headers");
    for header in ["authorization", "content-type", "if-none-match"] {
        assert!(headers.contains(header), "{preflight}");
    }
    let read = stack
        .anyone()
        .call(Method::GET, "/v1/events")
        .header("origin", page)
        .send()
        .await
        .expect(200);
    assert_eq!(read.header("access-control-allow-origin"), "*");
    let exposed = read.header("access-control-expose-headers");
    for header in ["etag", "x-request-id", "retry-after", "location", "link"] {
        assert!(exposed.contains(header), "{read}");
    }
}
