//! An HTTP connection that stays open for many requests.

use anyhow::{Context as _, Result};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpStream;

/// A request that is sent to the server.
pub(super) type Sent = Request<Full<Bytes>>;

/// An open HTTP connection to the server. It is used within a [`tokio::task::LocalSet`].
#[derive(Debug)]
pub(super) struct Connection(SendRequest<Full<Bytes>>);

impl Connection {
    /// Connects to `address`, which consists of a host and a port.
    pub(super) async fn open(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        // The task of the connection ends when the sender is dropped. If the connection fails, its requests fail as well, so
        // the task's own error is ignored.
        tokio::task::spawn_local(connection);
        Ok(Self(sender))
    }

    /// Sends a request. Returns the status and the whole body of the answer.
    pub(super) async fn send(&mut self, request: Sent) -> Result<(StatusCode, Bytes)> {
        self.0.ready().await?;
        let response = self.0.send_request(request).await?;
        let status = response.status();
        Ok((status, response.into_body().collect().await?.to_bytes()))
    }
}

/// Builds a request to the server, with the token if there is one. The request has a JSON body unless `body` is null.
pub(super) fn request(method: &str, path: &str, token: Option<&str>, body: &Value) -> Result<Sent> {
    let mut request = Request::builder().method(method).uri(path);
    request = request.header(header::HOST, "127.0.0.1");
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let mut text = String::new();
    if !body.is_null() {
        request = request.header(header::CONTENT_TYPE, "application/json");
        text = body.to_string();
    }
    let request = request.body(Full::from(text));
    request.with_context(|| format!("{method} {path}"))
}
