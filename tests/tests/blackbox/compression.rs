//! Tests of answers that are compressed with gzip. The function `api` gives them to API Gateway in base64.

use std::io::Read as _;

use flate2::read::GzDecoder;
use serde_json::{Value, json};
use tests::{Answer, Client, Method, NewEvent, Stack};

/// Sends `GET path` for a caller that accepts gzip.
async fn get(client: &Client, path: &str) -> Answer {
    let call = client.call(Method::GET, path);
    call.header("accept-encoding", "gzip, deflate, br")
        .send()
        .await
}

/// Returns the decompressed body of an answer.
#[track_caller]
fn decompressed(answer: &Answer) -> Vec<u8> {
    assert_eq!(answer.header("content-encoding"), "gzip", "{answer}");
    let mut bytes = Vec::new();
    let mut decoder = GzDecoder::new(answer.bytes.as_slice());
    if let Err(error) = decoder.read_to_end(&mut bytes) {
        panic!("no gzip ({error}) in {answer}");
    }
    bytes
}

#[tokio::test]
async fn the_contract_and_a_page_of_events_come_compressed() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    for _ in 0..3 {
        let event = NewEvent {
            description: Some("Grüße. ".repeat(100)),
            ..NewEvent::default()
        };
        organizer.published_event(event).await;
    }
    for path in ["/openapi.json", "/v1/me/events"] {
        let plain = organizer.get(path).await.expect(200);
        assert_eq!(plain.header("content-encoding"), "", "{path}");
        let compressed = get(&organizer, path).await.expect(200);
        assert_eq!(decompressed(&compressed), plain.bytes, "{path}");
        assert!(compressed.bytes.len() * 3 < plain.bytes.len(), "{path}");
        for answer in [&plain, &compressed] {
            let varies = answer.header("vary");
            assert!(varies.contains("accept-encoding"), "{path}: {varies}");
        }
    }
}

#[tokio::test]
async fn the_tag_of_a_compressed_event_asks_for_it_again_and_changes_it() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = NewEvent {
        description: Some("An evening with Mr Babbage. ".repeat(100)),
        ..NewEvent::default()
    };
    let event = organizer.published_event(event).await;
    let compressed = get(stack.anyone(), &event.path()).await.expect(200);
    let shown: Value = serde_json::from_slice(&decompressed(&compressed)).unwrap();
    assert_eq!(shown["id"], event.id);
    let tag = compressed.header("etag").to_owned();
    assert_ne!(tag, event.etag, "other bytes, another tag");

    let again = stack.anyone().call(Method::GET, &event.path());
    let again = again.header("accept-encoding", "gzip");
    let again = again.header("if-none-match", &tag).send().await.expect(304);
    assert_eq!(again.bytes, b"", "{again}");
    assert_eq!(again.header("etag"), tag);

    let changes = json!({"title": "Renamed"});
    let renamed = organizer
        .patch_event_at(&event, &tag, changes.clone())
        .await;
    assert_eq!(renamed.expect(200)["title"], "Renamed");
    let late = organizer.patch_event_at(&event, &tag, changes).await;
    assert_eq!(late.status, 412, "{late}");
}

#[tokio::test]
async fn what_is_small_or_compressed_already_comes_as_it_is() {
    let doors = Stack::from_env().open_doors(1).await;
    let guest = &doors.guests[0];
    let ticket = format!("/v1/tickets/{}", guest.ticket.code);
    for path in ["/qr.png", "/ticket.pdf"] {
        let path = format!("{ticket}{path}");
        let answer = get(&guest.user, &path).await.expect(200);
        assert_eq!(answer.header("content-encoding"), "", "{path}");
        assert_eq!(answer.bytes, guest.user.get(&path).await.expect(200).bytes);
    }
    let drawn = get(&guest.user, &format!("{ticket}/qr.svg")).await;
    let plain = guest.user.get(&format!("{ticket}/qr.svg")).await;
    assert_eq!(decompressed(&drawn.expect(200)), plain.bytes);
    let small = get(&guest.user, "/v1/me").await.expect(200);
    assert_eq!(small.header("content-encoding"), "", "{small}");
    let refused = guest.user.call(Method::GET, "/openapi.json");
    let refused = refused
        .header("accept-encoding", "gzip;q=0, *")
        .send()
        .await;
    assert_eq!(refused.header("content-encoding"), "");
}
