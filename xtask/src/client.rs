//! A small HTTP client. It returns every status as an answer; only a failed connection is an error.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use rustls::crypto::ring;
use rustls_native_certs::load_native_certs;
use serde_json::Value;
use ureq::Agent;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// A base URL and a pool of connections. Clones share the pool.
#[derive(Debug, Clone)]
pub(crate) struct Client {
    agent: Agent,
    base: String,
}

/// Status and body of an HTTP answer.
#[derive(Debug)]
pub(crate) struct Answer {
    /// HTTP status.
    pub(crate) status: u16,
    /// The body; `null` if it is not JSON.
    pub(crate) json: Value,
    text: String,
}

impl Client {
    /// Creates a client. Each call ends within `timeout`.
    pub(crate) fn new(base: &str, timeout: Duration) -> Self {
        let mut config = Agent::config_builder()
            .timeout_global(Some(timeout))
            .http_status_as_error(false)
            .proxy(None);
        // The machine's root certificates are loaded for HTTPS only, because loading them takes a while.
        if base.starts_with("https:") {
            config = config.tls_config(tls());
        }
        Self {
            agent: config.build().into(),
            base: base.to_owned(),
        }
    }

    /// Sends a GET request, with the token if there is one.
    pub(crate) fn get(&self, path: &str, token: Option<&str>) -> Result<Answer> {
        let mut request = self.agent.get(self.base.clone() + path);
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        Answer::read(request.call()).with_context(|| format!("GET {path}"))
    }

    /// Sends a POST request with a JSON body, and with the token if there is one.
    pub(crate) fn post(&self, path: &str, token: Option<&str>, body: &Value) -> Result<Answer> {
        let mut request = self.agent.post(self.base.clone() + path);
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        Answer::read(request.send_json(body)).with_context(|| format!("POST {path}"))
    }

    /// Calls an operation of AWS, such as `AmazonSQS.GetQueueAttributes`, by the JSON protocol of AWS. The call is unsigned,
    /// because emulators accept unsigned calls.
    pub(crate) fn call_aws(&self, operation: &str, input: &Value) -> Result<Answer> {
        let request = self
            .agent
            .post(self.base.clone() + "/")
            .header("x-amz-target", operation)
            .header("content-type", "application/x-amz-json-1.0");
        Answer::read(request.send(input.to_string())).with_context(|| operation.to_owned())
    }

    /// Sends a PUT request with a JSON body and the token.
    pub(crate) fn put(&self, path: &str, token: &str, body: &Value) -> Result<Answer> {
        let request = self
            .agent
            .put(self.base.clone() + path)
            .header("authorization", format!("Bearer {token}"));
        Answer::read(request.send_json(body)).with_context(|| format!("PUT {path}"))
    }
}

/// Returns TLS settings with the functions' crypto provider and the root certificates of this machine.
fn tls() -> TlsConfig {
    let roots = load_native_certs().certs;
    let roots = roots.iter();
    let roots: Vec<_> = roots
        .map(|root| Certificate::from_der(root.as_ref()).to_owned())
        .collect();
    TlsConfig::builder()
        .root_certs(RootCerts::new_with_certs(&roots))
        .unversioned_rustls_crypto_provider(Arc::new(ring::default_provider()))
        .build()
}

impl Answer {
    fn read(result: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<Self> {
        let mut response = result?;
        let text = response.body_mut().read_to_string()?;
        let json = serde_json::from_str(&text).unwrap_or_default();
        Ok(Self {
            status: response.status().as_u16(),
            json,
            text,
        })
    }

    /// Returns the answer if it has the status `status`. Otherwise returns an error that shows the answer.
    pub(crate) fn expect_status(self, status: u16, doing: &str) -> Result<Self> {
        anyhow::ensure!(
            self.status == status,
            "{doing}: expected {status}, got {self}"
        );
        Ok(self)
    }

    /// Returns the length of the body in bytes.
    pub(crate) fn bytes(&self) -> usize {
        self.text.len()
    }

    /// Returns whether the answer is a problem document of the kind `kind`.
    pub(crate) fn is_problem(&self, kind: &str) -> bool {
        self.json["type"]
            .as_str()
            .is_some_and(|found| found.strip_prefix("/problems/") == Some(kind))
    }

    /// Returns the text at a JSON pointer in the body.
    pub(crate) fn text_at(&self, pointer: &str) -> Result<String> {
        let found = self.json.pointer(pointer).and_then(Value::as_str);
        found
            .map(str::to_owned)
            .with_context(|| format!("the answer has no {pointer}: {self}"))
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let body: String = self.text.chars().take(500).collect();
        write!(f, "{} {}", self.status, body.trim())
    }
}
