//! Tests with a table that is throttled, slow, broken or unavailable. The API retries a few times and then answers 503 without
//! any detail of the error.

use std::{
    cell::RefCell,
    sync::{
        Arc, Once,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use super::*;

const EVENT: &str = "/v1/events/evt_01h455vb4pex5vsknk084sn02q";

/// Starts a table that gives the same reply to every call after `delay`. Returns its address and the number of calls.
async fn table(status: u16, body: &'static str, delay: Duration) -> (String, Arc<AtomicUsize>) {
    service(move |_| (status, body), delay).await
}

/// Starts a service that replies to each request body after `delay`; `answer` makes the status and the body of the reply.
/// Returns the address of the service and the number of calls.
pub(super) async fn service(
    answer: impl Fn(&str) -> (u16, &'static str) + Clone + Send + 'static,
    delay: Duration,
) -> (String, Arc<AtomicUsize>) {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = calls.clone();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            let (counted, answer) = (counted.clone(), answer.clone());
            tokio::spawn(async move {
                let (_, asked) = read_request(&mut connection).await;
                counted.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(delay).await;
                let (status, body) = answer(&asked);
                let head = format!(
                    "HTTP/1.1 {status} x\r\ncontent-type: application/x-amz-json-1.0\r\nconnection: close\r\ncontent-length: {}",
                    body.len()
                );
                let _ = connection
                    .write_all(format!("{head}\r\n\r\n{body}").as_bytes())
                    .await;
            });
        }
    });
    (address, calls)
}

/// Reads one request. Returns its headers in lower case, and its body, whose length the headers state.
pub(super) async fn read_request(connection: &mut TcpStream) -> (String, String) {
    let mut request = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&request);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let head = head.to_lowercase();
            let length = head
                .split_once("content-length: ")
                .and_then(|(_, rest)| rest.lines().next()?.parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return (head, body.to_owned());
            }
        }
        if connection.read_buf(&mut request).await.unwrap() == 0 {
            return Default::default();
        }
    }
}

thread_local! {
    /// The log entries of this thread. Each test runs on a thread of its own.
    static LOG: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Writes log entries to the [`LOG`] of the current thread.
struct ThreadLog;

impl std::io::Write for ThreadLog {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOG.with_borrow_mut(|log| log.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Runs `work`. Returns its answer and the log entries that it wrote.
async fn logged(work: impl Future<Output = Answer>) -> (Answer, Vec<Value>) {
    /// All threads share one subscriber, because `tracing` caches for the whole process whether an entry is enabled.
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        tracing_subscriber::fmt()
            .json()
            .flatten_event(true)
            .with_writer(|| ThreadLog)
            .init();
    });
    LOG.take();
    let answer = work.await;
    let text = String::from_utf8(LOG.take()).unwrap();
    let entries = text.lines().map(|line| serde_json::from_str(line).unwrap());
    (answer, entries.collect())
}

#[tokio::test]
async fn why_an_answer_is_5xx_is_logged_once_with_the_request_and_all_causes() {
    let refused =
        r#"{"__type":"com.amazon.coral.validate#ValidationException","message":"inner text"}"#;
    let throttled = r#"{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"inner text"}"#;
    for (body, message, level) in [
        (refused, "internal_error", "ERROR"),
        (throttled, "service_unavailable", "WARN"),
    ] {
        let (address, _) = table(400, body, Duration::ZERO).await;
        let app = app(&address);
        let (answer, entries) = logged(call(&app, "GET", EVENT, "")).await;
        let ours = entries.iter().filter(|entry| {
            let target = entry["target"].as_str().unwrap_or_default();
            target.starts_with("answers")
        });
        let [why, request] = ours.collect::<Vec<_>>()[..] else {
            panic!("{entries:?}");
        };
        assert_eq!(
            (&why["message"], &why["level"]),
            (&message.into(), &level.into())
        );
        let error = why["error"].as_str().unwrap();
        assert!(error.contains("inner text"), "{error}");
        assert_eq!(request["message"], "request");
        let id = answer.headers["x-request-id"].to_str().unwrap();
        assert_eq!(
            (&why["request_id"], &request["request_id"]),
            (&id.into(), &id.into())
        );
    }
}

fn assert_unavailable(answer: &Answer) {
    assert_eq!(
        answer.status,
        StatusCode::SERVICE_UNAVAILABLE,
        "{}",
        answer.body
    );
    assert_eq!(answer.body["type"], "/problems/unavailable");
    assert_eq!(answer.headers[header::RETRY_AFTER], "1");
}

#[tokio::test]
async fn a_throttled_table_is_tried_three_times_and_then_said_to_be_busy() {
    let throttled = r#"{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"secret text"}"#;
    let (address, calls) = table(400, throttled, Duration::ZERO).await;
    let answer = call(&app(&address), "GET", EVENT, "").await;
    assert_unavailable(&answer);
    assert_eq!(calls.load(Ordering::SeqCst), 3);
    assert!(!answer.body.to_string().contains("secret"));
}

#[tokio::test]
async fn a_slow_table_is_not_waited_for_for_ever() {
    let (address, calls) = table(200, "{}", Duration::from_mins(1)).await;
    let app = app_within(
        Duration::from_millis(300),
        SECRET,
        &address,
        "http://127.0.0.1:1",
        "{}",
        false,
    );
    assert_unavailable(&call(&app, "POST", &format!("{EVENT}/registrations"), "").await);
    assert_eq!(calls.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_broken_table_is_said_to_be_away() {
    for (status, body) in [
        (500, r#"{"__type":"InternalServerError"}"#),
        (503, "<html>"),
        (200, "not json"),
    ] {
        let (address, _) = table(status, body, Duration::ZERO).await;
        assert_unavailable(&call(&app(&address), "GET", "/v1/me", "").await);
    }
}

#[tokio::test]
async fn a_table_that_is_not_there_makes_the_api_unready_but_healthy() {
    let app = tableless();
    assert_unavailable(&call(&app, "GET", EVENT, "").await);
    assert_eq!(
        call(&app, "GET", "/health", "").await.status,
        StatusCode::OK
    );
    let ready = call(&app, "GET", "/health/ready", "").await;
    assert_eq!(ready.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(ready.headers[header::RETRY_AFTER], "3");
    assert_eq!(ready.body["status"], "not-ready");
    assert_eq!(ready.body["checks"]["table"]["status"], "failing");
}

#[tokio::test]
async fn a_refused_call_is_our_fault_and_its_text_stays_inside() {
    let refused =
        r#"{"__type":"com.amazon.coral.validate#ValidationException","message":"secret text"}"#;
    let (address, calls) = table(400, refused, Duration::ZERO).await;
    let answer = call(&app(&address), "GET", EVENT, "").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(answer.body["type"], "/problems/internal");
    assert!(!answer.body.to_string().contains("secret"));
    assert_eq!(calls.load(Ordering::SeqCst), 1, "a refusal is not repeated");
}
