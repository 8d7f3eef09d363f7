//! Tests which failures make the health report `not-ready` or `degraded`, and which failures change nothing.

use std::sync::{Arc, atomic::AtomicUsize, atomic::Ordering};

use serde_json::json;

use super::{away::service, *};

const QUEUES: &str = r#"{
    "mail": {"url": "http://secret/mail", "deadLetterUrl": "http://secret/mail-dead"},
    "tickets": {"url": "http://secret/tickets", "deadLetterUrl": "http://secret/tickets-dead"},
    "relay": {"url": null, "deadLetterUrl": "http://secret/relay-dead"}
}"#;
/// The reply of a table that has no items.
const NOTHING: &str = "{}";
const THREE: &str = r#"{"Attributes":{"ApproximateNumberOfMessages":"2","ApproximateNumberOfMessagesNotVisible":"1"}}"#;
const AWAY: (u16, &str) = (
    500,
    r#"{"__type":"InternalError","message":"secret text of arn:aws:sqs:eu-central-1:123456789012"}"#,
);

struct Deployment {
    app: Shared,
    /// The number of calls that the table has received so far, and the number of calls that the queues have received.
    calls: [Arc<AtomicUsize>; 2],
}

/// Returns a deployment whose table gives the reply `table` to every call. `queues` is a function that returns a queue's reply
/// from the queue's name.
async fn deployment(
    table: &'static str,
    queues: impl Fn(&str) -> (u16, &'static str) + Clone + Send + 'static,
) -> Deployment {
    let (table, of_table) = service(move |_| (200, table), Duration::ZERO).await;
    let of_queue = move |body: &str| {
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        let url = body["QueueUrl"].as_str().unwrap_or_default();
        queues(url.trim_start_matches("http://secret/"))
    };
    let (sqs, of_queues) = service(of_queue, Duration::ZERO).await;
    Deployment {
        app: app_with(&table, &sqs, QUEUES, true),
        calls: [of_table, of_queues],
    }
}

impl Deployment {
    async fn ready(&self) -> Answer {
        let ready = call(&self.app, "GET", "/health/ready", "").await;
        let text = ready.body.to_string();
        for inside in ["secret", "http", "127.0.0.1", "arn:", "1234"] {
            assert!(!text.contains(inside), "{inside} in {text}");
        }
        ready
    }

    fn calls(&self) -> [usize; 2] {
        self.calls
            .each_ref()
            .map(|calls| calls.load(Ordering::SeqCst))
    }
}

fn assert_says(answer: &Answer, status: u16, verdict: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert_eq!(answer.body["status"], verdict, "{}", answer.body);
    let is_told = answer.headers.contains_key(header::RETRY_AFTER);
    assert_eq!(is_told, status == 503);
}

#[tokio::test]
async fn a_fresh_deployment_is_ready_though_some_of_it_is_not_known_yet() {
    let fresh = deployment(NOTHING, |_| (200, NOTHING)).await;
    let ready = fresh.ready().await;
    assert_says(&ready, 200, "ready");
    let empty = json!({"status": "ok", "depth": 0, "waiting": 0, "inFlight": 0, "delayed": 0});
    assert_eq!(
        ready.body["checks"],
        json!({
            "table": {"status": "ok"},
            "queues": {"status": "ok", "queues": {"mail": empty, "tickets": empty}},
            "deadLetters": {"status": "ok", "depth": 0, "notEmpty": []},
            "sender": {"status": "unknown", "acceptedAt": null, "refusedAt": null},
            "stream": {"status": "unknown", "ageSeconds": 0},
        })
    );
}

#[tokio::test]
async fn a_queue_that_is_away_makes_it_unready() {
    let deployment = deployment(NOTHING, |queue| match queue {
        "mail" => AWAY,
        "tickets" => (200, THREE),
        _ => (200, NOTHING),
    });
    let ready = deployment.await.ready().await;
    assert_says(&ready, 503, "not-ready");
    let checks = &ready.body["checks"];
    assert_eq!(checks["table"]["status"], "ok");
    let queues = &checks["queues"];
    assert_eq!(queues["status"], "failing");
    assert_eq!(queues["queues"]["mail"]["status"], "failing");
    assert_eq!(queues["queues"]["mail"]["depth"], Value::Null);
    assert_eq!(queues["queues"]["tickets"]["status"], "ok");
    assert_eq!(queues["queues"]["tickets"]["depth"], 3);
    assert_eq!(queues["queues"]["tickets"]["inFlight"], 1);
}

#[tokio::test]
async fn dead_letters_degrade_it() {
    let deployment = deployment(NOTHING, |queue| match queue {
        "mail-dead" | "relay-dead" => (200, THREE),
        _ => (200, NOTHING),
    });
    let ready = deployment.await.ready().await;
    assert_says(&ready, 200, "degraded");
    assert_eq!(
        ready.body["checks"]["deadLetters"],
        json!({"status": "degraded", "depth": 6, "notEmpty": ["mail", "relay"]})
    );
}

#[tokio::test]
async fn dead_letters_that_cannot_be_counted_degrade_it() {
    let deployment = deployment(NOTHING, |queue| match queue {
        "relay-dead" => AWAY,
        _ => (200, NOTHING),
    });
    let ready = deployment.await.ready().await;
    assert_says(&ready, 200, "degraded");
    assert_eq!(ready.body["checks"]["deadLetters"]["status"], "failing");
}

#[tokio::test]
async fn a_sender_that_is_refused_degrades_it_and_one_that_is_off_does_not() {
    let refused =
        r#"{"Item":{"acceptedAt":{"N":"1"},"refusedAt":{"N":"1000"},"reason":{"S":"paused"}}}"#;
    let on = deployment(refused, |_| (200, NOTHING)).await;
    let ready = on.ready().await;
    assert_says(&ready, 200, "degraded");
    let sender = &ready.body["checks"]["sender"];
    assert_eq!(sender["status"], "degraded");
    assert_eq!(sender["refusedAt"], "1970-01-01T00:00:01.000Z");

    let (table, _) = service(move |_| (200, refused), Duration::ZERO).await;
    let off = call(&app(&table), "GET", "/health/ready", "").await;
    assert_says(&off, 200, "ready");
    assert_eq!(off.body["checks"]["sender"]["status"], "off");
}

#[tokio::test]
async fn a_stream_that_nobody_reads_makes_it_unready() {
    let asked_long_ago = r#"{"Responses":{"table":[
        {"pk":{"S":"PING"},"sk":{"S":"PING"},"askedAt":{"N":"9000"},"waitingSince":{"N":"9000"}},
        {"pk":{"S":"PING"},"sk":{"S":"PONG"},"answered":{"N":"1000"},"answeredAt":{"N":"1001"}}
    ]}}"#;
    let stalled = deployment(asked_long_ago, |_| (200, NOTHING)).await;
    let ready = stalled.ready().await;
    assert_says(&ready, 503, "not-ready");
    let stream = &ready.body["checks"]["stream"];
    assert_eq!(stream["status"], "failing");
    assert!(stream["ageSeconds"].as_u64() > Some(60), "{stream}");
}

#[tokio::test]
async fn many_who_ask_cause_no_more_calls_than_one() {
    let deployment = deployment(NOTHING, |_| (200, NOTHING)).await;
    let router = router(deployment.app.clone());
    let asked = (0..20).map(|_| {
        let request = Request::builder().uri("/health/ready").body(Body::empty());
        send(router.clone(), request.unwrap())
    });
    for answer in futures::future::join_all(asked).await {
        assert_says(&answer, 200, "ready");
    }
    // One request makes five calls of the table: the ping of the table, a read of the stream's last ping and its reply, the
    // write of a new ping, and the sender's note. It makes five calls of queues: two work queues and three dead-letter queues.
    // A busy machine may retry a call. Twenty separate requests would make twenty times as many calls.
    let [of_table, of_queues] = deployment.calls();
    assert!(
        (4..8).contains(&of_table) && (5..10).contains(&of_queues),
        "{of_table} and {of_queues} calls"
    );
}
