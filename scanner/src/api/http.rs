//! Sends HTTP requests, and checks whether an answer comes from the API.

use std::{sync::Arc, time::Instant};

use rustls::crypto::ring;
use rustls_native_certs::load_native_certs;
use serde_json::Value;
use ureq::{
    Agent,
    tls::{Certificate, RootCerts, TlsConfig},
};

use super::Failure;

/// A request to the API.
#[derive(Debug)]
pub(super) struct Request<'a> {
    path: String,
    /// The pagination cursor that is sent with the request.
    pub(super) cursor: Option<&'a str>,
    body: Option<&'a Value>,
}

impl<'a> Request<'a> {
    pub(super) fn get(path: String) -> Self {
        Self {
            path,
            cursor: None,
            body: None,
        }
    }

    pub(super) fn post(path: impl Into<String>, body: &'a Value) -> Self {
        Self {
            path: path.into(),
            cursor: None,
            body: Some(body),
        }
    }
}

/// The address of the API, and a pool of connections to it.
#[derive(Debug)]
pub(super) struct Http {
    agent: Agent,
    address: String,
}

impl Http {
    pub(super) fn new(address: &str) -> Self {
        // The root certificates are read once, and not for each connection. So a connection that was closed because it was idle
        // is quickly opened once more.
        let roots = load_native_certs().certs;
        let roots: Vec<_> = roots
            .iter()
            .map(|root| Certificate::from_der(root).to_owned())
            .collect();
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::new_with_certs(&roots))
            .unversioned_rustls_crypto_provider(Arc::new(ring::default_provider()))
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            // The API never redirects. A redirect would come from somebody else, who must not get the access token, so none is
            // followed.
            .max_redirects(0)
            .proxy(None)
            .build();
        Self {
            agent: config.into(),
            address: address.to_owned(),
        }
    }

    /// Sends a request and returns the API's answer. The whole call ends at `deadline` at the latest.
    pub(super) fn send(
        &self,
        request: &Request<'_>,
        token: Option<&str>,
        deadline: Instant,
    ) -> Result<Value, Failure> {
        let (status, text) = self
            .exchange(request, token, deadline)
            .map_err(|error| Failure::Outage(format!("no answer: {error}")))?;
        judge(status, &text)
    }

    fn exchange(
        &self,
        request: &Request<'_>,
        token: Option<&str>,
        deadline: Instant,
    ) -> Result<(u16, String), ureq::Error> {
        let url = format!("{}{}", self.address, request.path);
        let left = Some(deadline.saturating_duration_since(Instant::now()));
        let authorization = token.map(|token| format!("Bearer {token}"));
        let mut response = if let Some(body) = request.body {
            let mut call = self.agent.post(url);
            if let Some(authorization) = authorization {
                call = call.header("authorization", authorization);
            }
            call.config().timeout_global(left).build().send_json(body)?
        } else {
            let mut call = self.agent.get(url);
            if let Some(authorization) = authorization {
                call = call.header("authorization", authorization);
            }
            if let Some(cursor) = request.cursor {
                call = call.query("cursor", cursor);
            }
            call.config().timeout_global(left).build().call()?
        };
        let text = response.body_mut().read_to_string()?;
        Ok((response.status().as_u16(), text))
    }
}

/// Returns the JSON of an answer of the API. An answer that another server sent, such as the sign-in page of a wireless
/// network, becomes a failure.
fn judge(status: u16, text: &str) -> Result<Value, Failure> {
    let json: Option<Value> = serde_json::from_str(text).ok();
    let problem = |name: &str| {
        let found = json.as_ref()?.get(name)?.as_str()?;
        Some(found.to_owned())
    };
    let kind = problem("type").and_then(|kind| Some(kind.strip_prefix("/problems/")?.to_owned()));
    let detail = problem("detail").unwrap_or_else(|| format!("the answer is {status}"));
    match (status, json, &kind) {
        (200..=299, Some(json), _) => Ok(json),
        (401, _, Some(_)) => Err(Failure::SignedOut(detail)),
        (408 | 429, ..) => Err(Failure::Outage(detail)),
        (400..=499, _, Some(_)) | (403 | 404, ..) => Err(Failure::Refused {
            status,
            kind,
            detail,
        }),
        _ => Err(Failure::Outage(detail)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(status: u16, kind: Option<&str>, detail: &str) -> Failure {
        Failure::Refused {
            status,
            kind: kind.map(str::to_owned),
            detail: detail.to_owned(),
        }
    }

    #[test]
    fn only_the_apis_own_answers_are_believed() {
        let problem = r#"{"type":"/problems/forbidden","detail":"No."}"#;
        let outage = |why: &str| Err(Failure::Outage(why.to_owned()));
        for (status, text, expected) in [
            (200, "{}", Ok(serde_json::json!({}))),
            (200, "<html>", outage("the answer is 200")),
            (302, "", outage("the answer is 302")),
            (401, problem, Err(Failure::SignedOut("No.".to_owned()))),
            (401, "", outage("the answer is 401")),
            (403, problem, Err(refused(403, Some("forbidden"), "No."))),
            (404, "{}", Err(refused(404, None, "the answer is 404"))),
            (422, problem, Err(refused(422, Some("forbidden"), "No."))),
            (429, problem, outage("No.")),
            (503, problem, outage("No.")),
            (511, "<html>", outage("the answer is 511")),
        ] {
            assert_eq!(judge(status, text), expected, "{status} {text}");
        }
    }

    #[test]
    fn only_the_api_says_that_there_is_no_use_in_going_on() {
        assert!(refused(403, Some("forbidden"), "").is_final());
        assert!(refused(404, Some("not-found"), "").is_final());
        assert!(!refused(404, None, "").is_final());
        assert!(!refused(422, Some("invalid"), "").is_final());
    }
}
