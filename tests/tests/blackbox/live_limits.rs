//! Tests of the limits of a WebSocket connection. The service refuses frames beyond a limit.

use std::time::Instant;

use futures::future::join_all;
use serde_json::{Value, json};
use tests::{
    Event, LONG_PATIENCE, Method, NewEvent, Stack, assert_problem, eventually, is_type_id,
};

const PING: &str = r#"{"action":"ping"}"#;
/// A well-formed event id that no event has.
const UNKNOWN: &str = "evt_01h455vb4pex5vsknk084sn02q";
const MOST_SUBSCRIPTIONS: usize = 20;
const MOST_BYTES: usize = 4_096;
/// The maximum number of actions that a client may send on one connection in one second.
const MOST_ACTIONS: usize = 10;

/// Returns a ping frame of `bytes` bytes, which is padded with white space.
fn ping_of(bytes: usize) -> String {
    format!("{PING:<bytes$}")
}

#[tokio::test]
async fn who_sends_nonsense_is_told_so_and_may_go_on() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let event = organizer.published_event(NewEvent::default()).await;
    let id = &event.id;
    let viewer = stack.watch().await;
    viewer.ping().await;

    let values = [
        json!([]),
        json!([{"action": "ping"}]),
        json!({}),
        json!(null),
        json!(1),
        json!("ping"),
        json!({"type": "ping"}),
        json!({"action": null}),
        json!({"action": ["ping"]}),
        json!({"action": "Ping"}),
        json!({"action": "ping "}),
        json!({"action": "publish", "eventId": id}),
        json!({"action": "ping", "more": 1}),
        json!({"action": "subscribe"}),
        json!({"action": "unsubscribe"}),
        json!({"action": "subscribe", "eventId": null}),
        json!({"action": "subscribe", "eventId": 1}),
        json!({"action": "subscribe", "eventId": [id]}),
        json!({"action": "subscribe", "eventid": id}),
        json!({"action": "subscribe", "eventId": id, "more": 1}),
        json!({"action": "subscribe", "eventId": id, "topic": "Door"}),
        json!({"action": "subscribe", "eventId": id, "topic": 1}),
    ];
    let mut texts: Vec<String> = values.iter().map(Value::to_string).collect();
    texts.extend([
        String::new(),
        " ".to_owned(),
        "ping".to_owned(),
        "{\"action\":\"ping\"".to_owned(),
        PING.repeat(2),
        r#"{"action":"ping","action":"ping"}"#.to_owned(),
        "[".repeat(1_000),
        "🎈\u{0}".to_owned(),
    ]);
    for text in texts {
        let answer = viewer.ask_text(&text).await;
        assert_eq!(answer["code"], "malformed", "for {text:?}: {answer}");
        answer.expect_error("malformed");
    }
    viewer.ping().await;
    viewer.subscribe(&event).await.expect("snapshot");
}

#[tokio::test]
async fn there_is_nothing_to_see_of_an_event_that_is_not_there_or_not_yet() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let draft = organizer.draft_event(NewEvent::default()).await;
    let viewers = [stack.watch().await, organizer.watch().await];

    for viewer in &viewers {
        for id in [&*draft.id, UNKNOWN, "evt_x", "x", organizer.id(), "🎈"] {
            let refused = viewer.subscribe_to_id(id).await.expect_error("not-found");
            if is_type_id(id, "evt") {
                assert_eq!(refused["eventId"], id, "{refused}");
            }
        }
    }
    organizer.publish(&draft).await.expect(200);
    for viewer in &viewers {
        viewer.subscribe(&draft).await.expect("snapshot");
    }
}

#[tokio::test]
async fn twenty_subscriptions_are_enough_for_anybody() {
    let stack = Stack::from_env();
    let organizer = stack.register_organizer().await;
    let made = (0..=MOST_SUBSCRIPTIONS).map(|_| organizer.published_event(NewEvent::default()));
    let events: Vec<Event> = join_all(made).await;
    let (last, first) = events.split_last().unwrap();
    let viewer = stack.watch().await;
    for event in first {
        viewer.subscribe(event).await.expect("snapshot");
    }

    let refused = viewer.subscribe(last).await;
    let refused = refused.expect_error("too-many-subscriptions");
    assert!(refused.is_about(last), "{refused}");
    // If a viewer subscribes twice to the same event, this counts as one subscription towards the limit. After one subscription
    // ends, the viewer may subscribe to another event.
    viewer.subscribe(&first[0]).await.expect("snapshot");
    let done = viewer.unsubscribe(&first[1]).await;
    done.expect("unsubscribed");
    viewer.subscribe(last).await.expect("snapshot");
    let refused = viewer.subscribe(&first[1]).await;
    refused.expect_error("too-many-subscriptions");

    // The viewer gets the counts of every event to which it is still subscribed.
    let user = stack.register_user().await;
    for event in [last, &first[0], &first[MOST_SUBSCRIPTIONS - 1]] {
        user.register_for(event).await.expect(201);
        viewer.count_becomes(event, 1).await;
    }
}

#[tokio::test]
async fn a_frame_that_is_too_large_ends_the_connection() {
    let stack = Stack::from_env();
    for text in [
        ping_of(MOST_BYTES + 1),
        ping_of(20_000),
        "x".repeat(MOST_BYTES + 1),
    ] {
        let viewer = stack.watch().await;
        let pong = viewer.ask_text(&ping_of(4_000)).await;
        pong.expect("pong");
        let refused = viewer.ask_text(&text).await;
        refused.expect_error("frame-too-large");
        viewer.closed().await;
    }
    stack.watch().await.ping().await;
}

/// The service counts the actions that it processes in one second. A deployed stack processes the frames of a connection one by
/// one, so on a busy machine it may never reach the limit. Then this test shows only that nobody gets more answers than the
/// limit allows. A server is always quick enough.
#[tokio::test]
async fn who_sends_too_much_at_once_is_cut_off() {
    const PINGS: usize = 100;
    const FLOODS: usize = 3;
    let stack = Stack::from_env();
    let patient = stack.watch().await;

    let mut refused = None;
    for _ in 0..FLOODS {
        let viewer = stack.watch().await;
        let begun = Instant::now();
        viewer.flood(PING, PINGS).await;
        eventually(LONG_PATIENCE, async || {
            let heard = viewer.frames().len();
            if viewer.is_open() && heard < PINGS {
                Err(format!("{heard} of {PINGS} pings were answered"))
            } else {
                Ok(())
            }
        })
        .await;
        let seconds = usize::try_from(begun.elapsed().as_secs()).unwrap() + 2;
        let pongs = viewer.frames_of("pong").len();
        assert!(
            pongs <= MOST_ACTIONS * seconds,
            "{pongs} pongs in {seconds} s"
        );
        refused = viewer.frames_of("error").pop();
        if refused.is_some() {
            viewer.closed().await;
            break;
        }
    }
    if let Some(refused) = refused {
        refused.expect_error("too-many-actions");
    } else {
        assert!(Stack::deployed().is_some(), "no flood was cut off");
    }
    // The user whose connection was closed may connect again, and other connections stay open.
    patient.ping().await;
    stack.watch().await.ping().await;
}

#[tokio::test]
async fn a_ticket_is_not_to_be_read() {
    let stack = Stack::from_env();
    let user = stack.register_user().await;
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let answer = user.call(method, "/v1/live/tickets").send().await;
        assert_problem(&answer, 405, "method-not-allowed");
        assert!(answer.header("allow").contains("POST"), "{answer}");
    }
}
