//! Tests of how callers may cache public answers: the header `Cache-Control`, and revalidation with an `ETag`.

use serde_json::json;
use tests::{Answer, Client, Event, Method, NewEvent, PATIENCE, Stack, eventually, unique};

/// Sends `GET path` for a caller that has cached an answer whose `ETag` is `kept`.
async fn get_again(client: &Client, path: &str, kept: &str) -> Answer {
    client
        .call(Method::GET, path)
        .header("if-none-match", kept)
        .send()
        .await
}

#[track_caller]
fn assert_not_modified(again: &Answer, first: &Answer) {
    assert_eq!(again.status, 304, "{again}");
    assert_eq!(again.bytes, b"", "{again}");
    for header in ["etag", "cache-control", "vary"] {
        assert_eq!(again.header(header), first.header(header), "{again}");
    }
}

#[tokio::test]
async fn an_event_is_not_sent_again_until_its_counts_change() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let anyone = stack.anyone();
    let first = anyone.get(&event.path()).await.expect(200);
    let tag = first.header("etag").to_owned();
    assert_eq!(tag, event.etag, "the same event, the same tag");

    let again = get_again(anyone, &event.path(), &tag).await.expect(304);
    assert_not_modified(&again, &first);
    for kept in [format!("W/{tag}"), format!("\"other\", {tag}"), "*".into()] {
        let again = get_again(anyone, &event.path(), &kept).await;
        assert_not_modified(&again, &first);
    }
    for other in ["\"other\"", "\"\"", "nonsense"] {
        let full = get_again(anyone, &event.path(), other).await.expect(200);
        assert_eq!(full.json, first.json);
    }

    stack
        .register_user()
        .await
        .register_for(&event)
        .await
        .expect(201);
    let counted = anyone
        .event_once(&event, |answer| answer["registered"] == 1)
        .await;
    assert_ne!(counted.header("etag"), tag);
    // A process of the service may repeat an answer for up to a second, even if the event's counts have changed since then.
    let full = eventually(PATIENCE, async || {
        get_again(anyone, &event.path(), &tag).await.when(200)
    });
    assert_eq!(full.await["registered"], 1);

    // The counts have changed, but nobody has edited the event, so its version is still the one in `tag`.
    let patched = organizer
        .patch_event_at(&event, &tag, json!({"title": "Renamed"}))
        .await
        .expect(200);
    let now = Event::from_answer(&patched).etag;
    let stale = organizer
        .patch_event_at(&event, counted.header("etag"), json!({"title": "Again"}))
        .await;
    assert_eq!(stale.status, 412, "{stale}");
    anyone
        .event_once(&event, |read| read.header("etag") == now)
        .await;
}

#[tokio::test]
async fn a_page_of_a_list_is_not_sent_again_until_it_changes() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let tag = unique();
    let new = || NewEvent {
        tags: vec![tag.clone()],
        ..NewEvent::default()
    };
    organizer.published_event(new()).await;
    let anyone = stack.anyone();
    let path = format!("/v1/events?tag={tag}");
    let first = anyone.get(&path).await.expect(200);
    assert_eq!(first.items().len(), 1);
    let again = get_again(anyone, &path, first.header("etag")).await;
    assert_not_modified(&again, &first);

    organizer.published_event(new()).await;
    let more = eventually(PATIENCE, async || {
        get_again(anyone, &path, first.header("etag"))
            .await
            .when(200)
    });
    assert_eq!(more.await.items().len(), 2);
}

#[tokio::test]
async fn what_everybody_may_read_has_a_tag_and_what_is_private_has_none() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let anyone = stack.anyone();
    let announcements = format!("{}/announcements", event.path());
    for path in [&announcements, "/.well-known/jwks.json", "/openapi.json"] {
        let first = anyone.get(path).await.expect(200);
        let again = get_again(anyone, path, first.header("etag")).await;
        assert_not_modified(&again, &first);
    }
    for path in ["/v1/me", "/v1/me/events", "/v1/me/registrations"] {
        let answer = get_again(&organizer, path, "*").await.expect(200);
        assert_eq!(answer.header("etag"), "", "{answer}");
    }
    let missing = "/v1/events/evt_01h455vb4pex5vsknk084sn02q";
    get_again(anyone, missing, "*").await.expect(404);
}

#[tokio::test]
async fn head_is_answered_as_get_is() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let anyone = stack.anyone();
    let announcements = format!("{}/announcements", event.path());
    let list = format!("/v1/events?category={}", unique());
    for path in [
        &event.path(),
        &announcements,
        &list,
        "/.well-known/jwks.json",
        "/openapi.json",
        "/health",
        "/v1/me",
        "/v1/events/evt_01h455vb4pex5vsknk084sn02q",
    ] {
        let get = anyone.get(path).await;
        let head = anyone.call(Method::HEAD, path).send().await;
        assert_eq!(head.status, get.status, "{head}");
        assert_eq!(head.bytes, b"", "{head}");
        for header in [
            "etag",
            "cache-control",
            "vary",
            "content-type",
            "x-content-type-options",
        ] {
            assert_eq!(
                head.header(header),
                get.header(header),
                "{header} of {path}"
            );
        }
        if get.header("etag").is_empty() {
            continue;
        }
        let again = anyone.call(Method::HEAD, path);
        let again = again.header("if-none-match", head.header("etag"));
        assert_not_modified(&again.send().await.expect(304), &get);
    }
    // The `ETag` of this HEAD answer is also valid in `If-Match` when the organizer changes the event.
    let head = organizer.call(Method::HEAD, &event.path()).send().await;
    organizer
        .patch_event_at(&event, head.header("etag"), json!({"title": "Renamed"}))
        .await
        .expect(200);
}
