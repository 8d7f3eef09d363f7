//! Tests of the AWS clients. Two fake AWS services count the connections that they get, and a third service does not listen.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
};

use super::*;
use crate::keys::{Keys, SecretsManager};

/// A fake service that sends the same reply to every call.
struct Service {
    url: String,
    connections: Arc<AtomicUsize>,
}

impl Service {
    async fn answering(body: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let connections = Arc::new(AtomicUsize::new(0));
        let counted = connections.clone();
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(answer(connection, body));
            }
        });
        Self { url, connections }
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }
}

/// Replies to all calls that arrive on one connection, until the connection ends.
async fn answer(connection: TcpStream, body: &str) -> Option<()> {
    let mut connection = BufReader::new(connection);
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if connection.read_line(&mut line).await.ok()? == 0 {
                return None;
            }
            let header = line.trim_end().to_ascii_lowercase();
            if let Some(value) = header.strip_prefix("content-length: ") {
                length = value.parse().ok()?;
            }
            if header.is_empty() {
                break;
            }
        }
        connection.read_exact(&mut vec![0; length]).await.ok()?;
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0";
        let answer = format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        connection.write_all(answer.as_bytes()).await.ok()?;
    }
}

/// Returns the environment variables of a function on Lambda, and in addition the variables `more`.
fn environment(more: &[(&'static str, &str)]) -> AwsEnvironment {
    let lookup = |wanted: &str| {
        let on_lambda = [
            ("AWS_REGION", "eu-central-1"),
            ("AWS_ACCESS_KEY_ID", "id"),
            ("AWS_SECRET_ACCESS_KEY", "key"),
            ("AWS_SESSION_TOKEN", "token"),
        ];
        let mut variables = more.iter().copied().chain(on_lambda);
        let found = variables.find(|(name, _)| *name == wanted);
        found.map(|(_, value)| value.to_owned())
    };
    AwsEnvironment::from_env(Environment::new(lookup)).unwrap()
}

#[tokio::test]
async fn after_the_start_no_call_opens_a_connection() {
    let table = Service::answering("{}").await;
    let secrets =
        Service::answering(r#"{"SecretString": "0123456789abcdef0123456789abcdef"}"#).await;
    let config = config_with(environment(&[]), RetryConfig::standard());
    let at = |service: &Service| config.to_builder().endpoint_url(&service.url).build();
    let store = store(&at(&table), "table");
    let of_secrets = at(&secrets);
    let (keys, ()) = futures::join!(
        Keys::read(SecretsManager::new(&of_secrets, "secret")),
        connect(&store)
    );
    let keys = keys.unwrap();
    assert_eq!((secrets.connections(), table.connections()), (1, 1));

    keys.let_time_pass();
    keys.current().await.unwrap();
    store.ping().await.unwrap();
    assert_eq!((secrets.connections(), table.connections()), (1, 1));
}

#[tokio::test]
async fn a_start_goes_on_without_a_table() {
    let nowhere = environment(&[("AWS_ENDPOINT_URL", "http://127.0.0.1:1")]);
    let config = config_with(nowhere, RetryConfig::disabled());
    let store = store(&config, "table");
    connect(&store).await;
    assert!(store.ping().await.is_err());
}

#[test]
fn the_configuration_is_that_of_the_environment() {
    let config = config_with(environment(&[]), RetryConfig::disabled());
    assert_eq!(config.region().unwrap().as_ref(), "eu-central-1");
    assert_eq!(config.endpoint_url(), None);
    let local = environment(&[("AWS_ENDPOINT_URL", "http://localhost:4566")]);
    assert_eq!(local.credentials.session_token(), Some("token"));
    let config = config_with(local, RetryConfig::disabled());
    assert_eq!(config.endpoint_url(), Some("http://localhost:4566"));
}

#[test]
fn what_lambda_did_not_set_is_named() {
    let error = AwsEnvironment::from_env(Environment::new(|_| None)).unwrap_err();
    for name in ["AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
        let said = error.to_string();
        assert!(said.contains(&format!("{name}: is not set")), "{said}");
    }
}
