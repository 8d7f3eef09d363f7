//! A stand-in for AWS, for a function under measurement: it counts connections and calls.

use std::{
    collections::BTreeMap,
    future::IntoFuture as _,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use anyhow::Result;
use axum::body::{Body, Bytes};
use axum::http::request::Parts;
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::{Router, serve::ListenerExt as _};
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::handshake;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::runtime_api::serve;

/// A secret like those of deployments.
const SECRET: &str =
    r#"{"Name": "secret", "SecretString": "0123456789abcdef0123456789abcdef0123456789abcdef"}"#;

/// The counted traffic.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Traffic {
    /// Connections that were opened.
    pub(crate) connections: u64,
    /// Calls by the name of their operation, such as `UpdateItem`.
    pub(crate) calls: BTreeMap<String, u64>,
}

impl Traffic {
    /// Returns the number of calls of an operation.
    pub(crate) fn of(&self, operation: &str) -> u64 {
        self.calls.get(operation).copied().unwrap_or(0)
    }

    /// Returns the traffic after `earlier`.
    pub(crate) fn since(&self, earlier: &Self) -> Self {
        let calls = self.calls.iter().filter_map(|(operation, count)| {
            let more = count.saturating_sub(earlier.of(operation));
            (more > 0).then(|| (operation.clone(), more))
        });
        Self {
            connections: self.connections.saturating_sub(earlier.connections),
            calls: calls.collect(),
        }
    }
}

/// An endpoint of AWS.
#[derive(Debug)]
pub(super) struct Wire {
    address: SocketAddr,
    traffic: Arc<Mutex<Traffic>>,
}

impl Wire {
    /// Starts an endpoint with a secret and an empty table.
    pub(super) fn stand_in() -> Result<Self> {
        Self::start(None)
    }

    /// Starts an endpoint that passes all calls on to `emulator`, a URL `http://HOST:PORT`.
    pub(super) fn to(emulator: &str) -> Result<Self> {
        let address = emulator.trim_start_matches("http://").trim_end_matches('/');
        Self::start(Some(address.to_owned()))
    }

    fn start(upstream: Option<String>) -> Result<Self> {
        let traffic = Arc::new(Mutex::new(Traffic::default()));
        let (opened, counted) = (traffic.clone(), traffic.clone());
        // The whole body is read: a connection with an unread part of a request serves no further requests.
        let called = move |head: Parts, body: Bytes| {
            let request = Request::from_parts(head, body);
            let upstream = upstream.clone();
            let target = request.headers().get("x-amz-target");
            let target = target.and_then(|target| target.to_str().ok());
            let operation = target.and_then(|target| target.rsplit('.').next());
            let operation = operation.unwrap_or("unknown").to_owned();
            let is_secret = operation == "GetSecretValue";
            *lock(&counted).calls.entry(operation).or_default() += 1;
            async move {
                match upstream {
                    Some(upstream) => pass_on(&upstream, request).await,
                    None if is_secret => SECRET.into_response(),
                    None => "{}".into_response(),
                }
            }
        };
        let address = serve(|listener| {
            let listener = listener.tap_io(move |_| lock(&opened).connections += 1);
            axum::serve(listener, Router::new().fallback(called)).into_future()
        })?;
        Ok(Self { address, traffic })
    }

    /// Returns the value of `AWS_ENDPOINT_URL`.
    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the traffic so far.
    pub(super) fn traffic(&self) -> Traffic {
        lock(&self.traffic).clone()
    }
}

fn lock(traffic: &Mutex<Traffic>) -> MutexGuard<'_, Traffic> {
    traffic.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Passes a call on to the emulator, over a new connection; returns 502 if there is no answer.
async fn pass_on(emulator: &str, request: Request<Bytes>) -> Response {
    let answered = async {
        let stream = TcpStream::connect(emulator).await?;
        let (mut sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        let (head, body) = sender
            .send_request(request.map(Full::new))
            .await?
            .into_parts();
        // The whole body is read first, so that the caller's connection is free as soon as it has the answer.
        let body = body.collect().await?.to_bytes();
        anyhow::Ok(Response::from_parts(head, Body::from(body)))
    };
    match answered.await {
        Ok(answer) => answer,
        Err(error) => (StatusCode::BAD_GATEWAY, error.to_string()).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::client::Client;

    #[test]
    fn calls_and_connections_are_counted_on_their_way() {
        let table = Wire::stand_in().unwrap();
        let between = Wire::to(&table.url()).unwrap();
        let client = Client::new(&between.url(), std::time::Duration::from_secs(10));
        let call = |operation: &str| client.call_aws(operation, &json!({})).unwrap();
        let secret = call("secretsmanager.GetSecretValue");
        assert!(secret.text_at("/SecretString").is_ok());
        let before = between.traffic();
        assert_eq!(before.of("GetSecretValue"), 1);
        for _ in 0..2 {
            assert_eq!(call("DynamoDB_20120810.UpdateItem").json, json!({}));
        }
        let calls = BTreeMap::from([("UpdateItem".to_owned(), 2)]);
        let expected = Traffic {
            connections: 0,
            calls,
        };
        assert_eq!(between.traffic().since(&before), expected);
        // Each call goes on over a new connection.
        assert_eq!(table.traffic().calls, between.traffic().calls);
    }
}
