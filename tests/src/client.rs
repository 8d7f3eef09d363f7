//! A caller of the API, and a call that it makes.

use std::time::Duration;

use reqwest::{Method, RequestBuilder};
use serde::Serialize;
use serde_json::Value;

use crate::{Answer, PATIENCE, contract, eventually, private};

/// A caller of the API, either anonymous or signed in with an access token.
///
/// A client works only in the tokio runtime in which it was made. Tests can share an [`Account`](crate::Account) instead.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    token: Option<String>,
    asks_again: bool,
}

impl Client {
    pub(crate) fn anonymous(http: reqwest::Client, base: &str) -> Self {
        Self {
            http,
            base: base.trim_end_matches('/').to_owned(),
            token: None,
            asks_again: false,
        }
    }

    /// Returns a client for the same caller that repeats each call until the call gets an answer that is not a server error.
    pub fn asking_again(&self) -> Self {
        Self {
            asks_again: true,
            ..self.clone()
        }
    }

    /// Returns a client for the same service that sends this access token. The token need not be valid.
    pub fn with_token(&self, token: impl Into<String>) -> Self {
        let token = token.into();
        private::note("access token", &token);
        Self {
            token: Some(token),
            ..self.clone()
        }
    }

    /// Prepares a call, but does not send it.
    pub fn call(&self, method: Method, path: &str) -> Call {
        let url = format!("{}{path}", self.base);
        let mut request = self.http.request(method.clone(), url);
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        Call {
            method,
            path: path.to_owned(),
            request,
            asks_again: self.asks_again,
        }
    }

    /// Sends `GET path`.
    pub async fn get(&self, path: &str) -> Answer {
        self.call(Method::GET, path).send().await
    }

    /// Sends `POST path` with a JSON body.
    pub async fn post(&self, path: &str, body: impl Serialize) -> Answer {
        self.call(Method::POST, path).json(&body).send().await
    }

    /// Sends `PUT path` with a JSON body.
    pub async fn put(&self, path: &str, body: impl Serialize) -> Answer {
        self.call(Method::PUT, path).json(&body).send().await
    }

    /// Sends `DELETE path`.
    pub async fn delete(&self, path: &str) -> Answer {
        self.call(Method::DELETE, path).send().await
    }

    /// Returns all items of a list. Reads page by page until an answer has no cursor.
    ///
    /// The method adds `limit` to the query of `path`. It panics if a page is longer than `limit`, or if the list never ends.
    pub async fn every_item(&self, path: &str, limit: usize) -> Vec<Value> {
        const MOST_PAGES: usize = 1_000;
        let joint = if path.contains('?') { '&' } else { '?' };
        let first = format!("{path}{joint}limit={limit}");
        let mut items = Vec::new();
        let mut next = first.clone();
        for _ in 0..MOST_PAGES {
            let page = self.get(&next).await.expect(200);
            let found = page.items();
            assert!(found.len() <= limit, "more than {limit} items in {page}");
            items.extend_from_slice(found);
            match &page["nextCursor"] {
                Value::Null => return items,
                Value::String(cursor) => next = format!("{first}&cursor={}", escaped(cursor)),
                other => panic!("nextCursor is {other} in {page}"),
            }
        }
        panic!("{path}: no end after {MOST_PAGES} pages");
    }
}

/// A call that is prepared, but not sent yet.
#[derive(Debug)]
pub struct Call {
    method: Method,
    path: String,
    request: RequestBuilder,
    asks_again: bool,
}

impl Call {
    /// Returns the same call with this header added.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    /// Returns the same call with a JSON body.
    pub fn json(mut self, body: &impl Serialize) -> Self {
        if let Ok(body) = serde_json::to_value(body) {
            private::note_body(&body);
        }
        self.request = self.request.json(body);
        self
    }

    /// Returns the same call with these bytes as its body and without a content type.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        if let Ok(body) = serde_json::from_slice(&body) {
            private::note_body(&body);
        }
        self.request = self.request.body(body);
        self
    }

    /// Sends the call once, or repeatedly if its client [repeats calls](Client::asking_again). The test fails if the contract
    /// does not describe the answer.
    pub async fn send(self) -> Answer {
        if !self.asks_again {
            return match self.try_send().await {
                Ok(answer) => answer,
                Err(error) => panic!("{error}"),
            };
        }
        eventually(PATIENCE, async || {
            let Some(request) = self.request.try_clone() else {
                panic!("{}: it cannot be sent again", self.path);
            };
            let attempt = Self {
                method: self.method.clone(),
                path: self.path.clone(),
                request,
                asks_again: true,
            };
            attempt.try_send().await?.once(|answer| answer.status < 500)
        })
        .await
    }

    /// Sends the call once. Returns an error only if no answer came.
    async fn try_send(self) -> Result<Answer, String> {
        let Self {
            method,
            path,
            request,
            ..
        } = self;
        let name = format!("{method} {path}");
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) => return Err(format!("{name}: no answer: {error:?}")),
        };
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let bytes = match response.bytes().await {
            Ok(bytes) => bytes.to_vec(),
            Err(error) => return Err(format!("{name} → {status}: no body: {error:?}")),
        };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let json = serde_json::from_str(&text).unwrap_or_default();
        private::note_body(&json);
        let answer = Answer {
            call: name,
            status,
            headers,
            bytes,
            text,
            json,
        };
        contract::check(&method, &path, &answer);
        Ok(answer)
    }
}

/// Escapes a text so that it can be a value in a query string.
pub(crate) fn escaped(text: &str) -> String {
    use std::fmt::Write;
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}

/// Returns an HTTP client for tests. It uses no proxy, follows no redirects, and drops an idle connection before the service
/// closes it.
pub(crate) fn http_client() -> reqwest::Client {
    let client = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .pool_idle_timeout(Duration::from_secs(2))
        .timeout(Duration::from_mins(1))
        .build();
    match client {
        Ok(client) => client,
        Err(error) => panic!("no HTTP client: {error:?}"),
    }
}
