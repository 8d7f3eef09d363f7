//! Tests of public reads from memory, with an embedded table. They check the answers, and how often the table is read.

pub(super) mod host;
pub(super) mod noted;

use std::{collections::HashSet, io::Read as _, sync::atomic::Ordering};

use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, Method},
};
use futures::future::join_all;

use self::host::{Host, a_second_passes, asking, path_of};
use super::*;

/// Returns every path whose answer comes from memory.
fn public_paths(event: &Event) -> [String; 4] {
    let path = path_of(event);
    [
        format!("{path}/announcements"),
        path,
        "/v1/events".to_owned(),
        "/openapi.json".to_owned(),
    ]
}

fn titles(page: &Answer) -> Vec<&str> {
    let items = page.body["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["title"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_crowd_asks_the_table_once() {
    let host = Host::silent();
    let event = host.published().await;
    for (path, expected) in [(path_of(&event), 2), ("/v1/events".to_owned(), 2)] {
        host.table.take();
        let requests = (0..100).map(|no: u32| {
            let mut request = asking(&path);
            if no.is_multiple_of(2) {
                let gzip = HeaderValue::from_static("gzip");
                request.headers_mut().insert(header::ACCEPT_ENCODING, gzip);
            }
            if no.is_multiple_of(3) {
                *request.method_mut() = Method::HEAD;
            }
            host.sent(request)
        });
        let answers = join_all(requests).await;
        assert!(answers.iter().all(|(status, ..)| *status == StatusCode::OK));
        // The first request was a HEAD. The answer to this HEAD was used for all other requests.
        let body = |no: usize| &answers[no].2;
        assert!(body(0).is_empty() && !body(1).is_empty() && !body(2).is_empty());
        for no in (1..100).filter(|no: &usize| !no.is_multiple_of(3)) {
            let same = if no.is_multiple_of(2) { 2 } else { 1 };
            assert_eq!(body(no), body(same), "{path}");
        }
        let ids: HashSet<_> = answers
            .iter()
            .map(|(_, headers, _)| &headers["x-request-id"])
            .collect();
        assert_eq!(ids.len(), 100, "every request has an id of its own");
        assert_eq!(host.table.take(), expected, "reads for {path}");
        a_second_passes();
        host.get(&path).await;
        assert_eq!(host.table.take(), expected, "reads for {path}");
    }
}

#[tokio::test]
async fn the_order_and_the_spelling_of_a_query_make_no_other_answer() {
    let host = Host::silent();
    host.published().await;
    host.table.take();
    for query in [
        "limit=5&q=evening",
        "q=evening&limit=5",
        "limit=5&q=%65vening",
    ] {
        let page = host.get(&format!("/v1/events?{query}")).await;
        assert_eq!(titles(&page), ["Race"], "{query}");
    }
    assert_eq!(host.table.take(), 2);
    let other = host.get("/v1/events?limit=5&q=morning").await;
    assert!(titles(&other).is_empty());
}

#[tokio::test]
async fn a_write_is_in_the_next_answer_where_the_table_reports_it() {
    let host = Host::reporting();
    let event = host.published().await;
    let path = path_of(&event);
    for title in ["First", "Second", "Third"] {
        host.rename(&event, title).await;
        for _ in 0..2 {
            assert_eq!(host.get(&path).await.body["title"], title);
            assert_eq!(titles(&host.get("/v1/events").await), [title]);
        }
    }
    let counts = host.app.store.update_availability(event.id, &[], Some(3));
    counts.await.unwrap();
    assert_eq!(host.get(&path).await.body["waitlisted"], 3);
    let page = host.get("/v1/events").await;
    assert_eq!(page.body["items"][0]["waitlisted"], 3);

    let announcements = format!("{path}/announcements");
    assert!(titles_or_none(&host.get(&announcements).await).is_empty());
    let announce = Request::post(&announcements)
        .header(header::CONTENT_TYPE, "application/json")
        .body(r#"{"message": "Bring a coat."}"#.into());
    let announced = host.by_organizer(&event, announce.unwrap()).await;
    assert_eq!(announced.status, StatusCode::CREATED, "{}", announced.body);
    assert_eq!(titles_or_none(&host.get(&announcements).await).len(), 1);

    host.published().await;
    assert_eq!(titles(&host.get("/v1/events").await).len(), 2);
    let cancel = Request::post(format!("{path}/cancel")).body(Body::empty());
    let cancelled = host.by_organizer(&event, cancel.unwrap()).await;
    assert_eq!(cancelled.status, StatusCode::OK, "{}", cancelled.body);
    let shown = host.get(&path).await;
    assert_eq!(shown.body["status"], "cancelled");
    assert_eq!(shown.body["visitorAction"]["action"], "nothing");
    assert_eq!(titles(&host.get("/v1/events").await), ["Race"]);
}

/// Returns the items of a page, which need not be events.
fn titles_or_none(page: &Answer) -> &Vec<Value> {
    page.body["items"].as_array().unwrap()
}

#[tokio::test]
async fn where_nothing_is_reported_an_answer_ends_with_the_second() {
    let host = Host::silent();
    let event = host.published().await;
    let path = path_of(&event);
    assert_eq!(host.get(&path).await.body["title"], "Race");
    host.rename(&event, "Run").await;
    let own = host.by_organizer(&event, asking(&path)).await;
    assert_eq!(own.body["title"], "Run", "the organizer sees it at once");
    assert_eq!(host.get(&path).await.body["title"], "Race");
    a_second_passes();
    assert_eq!(host.get(&path).await.body["title"], "Run");
}

#[tokio::test]
async fn a_caller_who_is_signed_in_gets_nothing_from_memory_and_leaves_nothing_there() {
    let host = Host::reporting();
    let event = host.published().await;
    for path in public_paths(&event) {
        host.table.take();
        let own = host.by_organizer(&event, asking(&path)).await;
        assert_eq!(own.status, StatusCode::OK);
        assert_eq!(own.headers[header::CACHE_CONTROL], "no-store");
        let by_organizer = host.table.take();
        host.get(&path).await;
        let by_anybody = host.table.take();
        let account = usize::from(path.contains("evt_"));
        assert_eq!(by_organizer, by_anybody + account, "{path}");
        host.by_organizer(&event, asking(&path)).await;
        assert_eq!(host.table.take(), by_organizer, "{path}");
        host.get(&path).await;
        assert_eq!(host.table.take(), 0, "{path}");
    }
    let refused = host.with_token("nonsense", asking(&path_of(&event))).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_draft_stays_hidden_and_is_seen_when_it_is_published() {
    let host = Host::silent();
    let event = fixtures::event(10);
    let draft = Event {
        status: EventStatus::Draft,
        bucket_count: 0,
        version: 0,
        ..event.clone()
    };
    make_account_in(&host.app, event.organizer.id, Role::Organizer).await;
    assert!(host.app.store.create_event(&draft).await.unwrap());
    let path = path_of(&event);
    let own = host.by_organizer(&event, asking(&path)).await;
    assert_eq!(own.body["status"], "draft");
    for path in [&path, &format!("{path}/announcements")] {
        assert_eq!(host.get(path).await.status, StatusCode::NOT_FOUND);
    }
    let publish = Request::post(format!("{path}/publish")).body(Body::empty());
    let published = host.by_organizer(&event, publish.unwrap()).await;
    assert_eq!(published.status, StatusCode::OK, "{}", published.body);
    // This request is in the same second as the requests before the publication. Their 404 answers were not cached.
    assert_eq!(host.get(&path).await.body["status"], "published");
}

#[tokio::test]
async fn a_table_that_is_away_is_asked_again_by_the_next_request() {
    let host = Host::silent();
    let event = host.published().await;
    let path = path_of(&event);
    host.table.is_away.store(true, Ordering::SeqCst);
    for answer in join_all((0..10).map(|_| host.get(&path))).await {
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.headers[header::RETRY_AFTER], "1");
        assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
    }
    host.table.is_away.store(false, Ordering::SeqCst);
    assert_eq!(host.get(&path).await.status, StatusCode::OK);
    // Another request in the same second of the cache's clock gets the cached answer, so the table is not read.
    host.table.is_away.store(true, Ordering::SeqCst);
    assert_eq!(host.get(&path).await.status, StatusCode::OK);
    a_second_passes();
    let away = host.get(&path).await.status;
    assert_eq!(away, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn an_answer_from_memory_is_the_one_that_a_handler_gives() {
    let host = Host::silent();
    let event = host.published().await;
    for path in public_paths(&event) {
        let (_, headers, plain) = host.sent(asking(&path)).await;
        let tag = headers[header::ETAG].clone();
        let mut forms = Vec::new();
        for method in [Method::GET, Method::HEAD] {
            for coding in ["identity", "gzip"] {
                for kept in [
                    None,
                    Some(&tag),
                    Some(&HeaderValue::from_static("\"other\"")),
                ] {
                    let request = || {
                        let mut request = asking(&path);
                        *request.method_mut() = method.clone();
                        let headers = request.headers_mut();
                        headers.insert(header::ACCEPT_ENCODING, coding.parse().unwrap());
                        if let Some(kept) = kept {
                            headers.insert(header::IF_NONE_MATCH, kept.clone());
                        }
                        request
                    };
                    a_second_passes();
                    let made = without_id(host.sent(request()).await);
                    let remembered = without_id(host.sent(request()).await);
                    assert_eq!(made, remembered, "{method} {path} {coding} {kept:?}");
                    forms.push((method.clone(), coding, kept == Some(&tag), made));
                }
            }
        }
        for (method, coding, keeps_it, (status, headers, body)) in forms {
            assert_eq!(headers[header::VARY], "accept-encoding, authorization");
            let is_coded = headers.contains_key(header::CONTENT_ENCODING);
            let is_long = plain.len() > 1_000;
            if keeps_it && !(coding == "gzip" && is_long) {
                assert_eq!(status, StatusCode::NOT_MODIFIED, "{method} {path} {coding}");
                assert!(body.is_empty() && !is_coded);
                continue;
            }
            assert_eq!(status, StatusCode::OK, "{method} {path} {coding}");
            assert_eq!(is_coded, coding == "gzip" && is_long, "{path}");
            if method == Method::HEAD {
                assert!(body.is_empty());
            } else if is_coded {
                let mut read = Vec::new();
                let mut decoder = flate2::read::GzDecoder::new(&*body);
                decoder.read_to_end(&mut read).unwrap();
                assert_eq!(read, plain);
            } else {
                assert_eq!(body, plain);
            }
        }
    }
}

fn without_id(
    (status, mut headers, body): (StatusCode, HeaderMap, Bytes),
) -> (StatusCode, HeaderMap, Bytes) {
    headers.remove("x-request-id");
    (status, headers, body)
}

#[tokio::test]
async fn what_a_public_answer_is_read_from_is_known_to_touch_it() {
    let host = Host::silent();
    let event = host.published().await;
    let mut read = 0;
    for path in public_paths(&event) {
        host.get(&path).await;
        for (pk, sk) in host.table.keys.lock().unwrap().iter() {
            let touched = store::public::touched(pk, sk);
            assert_eq!(
                touched.map(|touched| touched.event),
                Some(event.id),
                "{pk} {sk}"
            );
            read += 1;
        }
        host.table.take();
    }
    assert!(read >= 5, "{read}");
}
