//! Tests with a fake Secrets Manager. It returns the text that the test has set, or an error if there is no text.

use std::sync::{
    Mutex,
    atomic::{AtomicUsize, Ordering},
};

use aws_sdk_secretsmanager::config::{BehaviorVersion, Credentials, Region, retry::RetryConfig};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

use super::*;

const FIRST: &str = "0123456789abcdef0123456789abcdef";
const SECOND: &str = "another secret of at least 32 characters";

#[derive(Debug, Default)]
struct Held {
    text: Mutex<Option<&'static str>>,
    asked: AtomicUsize,
}

impl Held {
    fn set(&self, text: Option<&'static str>) {
        *self.text.lock().unwrap() = text;
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    async fn answer(&self, mut connection: TcpStream) {
        // The request is small, so one call of `read` usually gets all of it. Otherwise the fake service replies before it has
        // the rest of the request, which does no harm.
        let mut request = vec![0; 16 * 1024];
        let _ = connection.read(&mut request).await;
        self.asked.fetch_add(1, Ordering::Relaxed);
        let text = *self.text.lock().unwrap();
        let (status, body) = match text {
            Some(text) => (
                "200 OK",
                format!(r#"{{"Name": "secret", "SecretString": "{text}"}}"#),
            ),
            None => ("500 Internal Server Error", "{}".to_owned()),
        };
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/x-amz-json-1.1\r\nconnection: close\r\ncontent-length: {}",
            body.len()
        );
        let _ = connection
            .write_all(format!("{head}\r\n\r\n{body}").as_bytes())
            .await;
    }
}

/// Returns the keys that are derived from the first secret, and the fake Secrets Manager from which the secret came.
async fn keys() -> (Keys, Arc<Held>) {
    let held = Arc::new(Held::default());
    held.set(Some(FIRST));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let answering = held.clone();
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            answering.answer(connection).await;
        }
    });
    let config = aws_sdk_secretsmanager::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .endpoint_url(address)
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("test", "test", None, None, "tests"))
        .retry_config(RetryConfig::disabled())
        .build();
    let source = SecretsManager {
        client: aws_sdk_secretsmanager::Client::from_conf(config),
        id: "secret".to_owned(),
    };
    (Keys::read(source).await.unwrap(), held)
}

impl Keys {
    /// Moves the times of the last read and of the last failed read into the past, so that the secret must be read once more.
    pub(crate) fn let_time_pass(&self) {
        let earlier = |time: Timestamp| {
            Timestamp::from_second(time.as_second() - READ_AGAIN_SECONDS).unwrap()
        };
        let mut known = self.known.write().unwrap();
        known.read_at = earlier(known.read_at);
        known.failed_at = known.failed_at.map(earlier);
    }

    fn kid(&self) -> String {
        let keyrings = self.known();
        keyrings.signing(clock::now()).access_token.kid.clone()
    }
}

#[tokio::test]
async fn the_secret_is_read_again_when_it_is_due_and_not_before() {
    let (keys, held) = keys().await;
    let first = keys.kid();
    held.set(Some(SECOND));
    keys.refresh().await;
    keys.current().await.unwrap();
    assert_eq!((keys.kid(), held.asked()), (first.clone(), 1));
    keys.let_time_pass();
    keys.refresh().await;
    let second = keys.kid();
    assert_ne!(second, first);
    held.set(Some(FIRST));
    keys.let_time_pass();
    let current = keys.current().await.unwrap();
    assert_eq!(current.signing(clock::now()).access_token.kid, first);
    assert_eq!((keys.kid(), held.asked()), (first, 3));
}

#[tokio::test]
async fn a_secret_that_cannot_be_read_serves_those_who_may_go_by_the_last_one() {
    let (keys, held) = keys().await;
    let first = keys.kid();
    held.set(None);
    keys.let_time_pass();
    keys.refresh().await;
    assert_eq!((keys.kid(), held.asked()), (first.clone(), 2));
    keys.refresh().await;
    assert_eq!(held.asked(), 2, "the next try waits");
    assert!(keys.current().await.is_err());
    keys.let_time_pass();
    held.set(Some(SECOND));
    keys.refresh().await;
    assert_ne!(keys.kid(), first);
}

#[tokio::test]
async fn a_secret_that_is_none_is_an_error_that_does_not_tell_it() {
    let (keys, held) = keys().await;
    held.set(Some("a secret too short"));
    keys.let_time_pass();
    let error = keys.current().await.unwrap_err();
    assert_eq!(
        ErrorChain(&error).to_string(),
        "the secret secret cannot be read: the secret must have at least 32 characters"
    );
}

#[test]
fn a_clock_that_was_set_back_makes_everything_due() {
    let now = clock::now();
    let ago = |seconds: i64| Timestamp::from_second(now.as_second() - seconds).unwrap();
    for (age, due) in [
        (0, false),
        (19, false),
        (20, true),
        (3_600, true),
        (-1, true),
    ] {
        assert_eq!(is_due(ago(age), now), due, "{age}");
    }
}
