//! The id of a request, and the log entries about its answer and about an internal failure.

use std::{net::IpAddr, time::Instant};

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue, Method},
    response::Response,
};
use uuid::Uuid;

use crate::Failure;

/// The header of an answer that contains the id of the request.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Facts about a request that only the host can see. The host inserts this into the request's extensions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Caller {
    /// The IP address that sent the request. `None` means that this machine sent it.
    pub address: Option<IpAddr>,
    /// The host's id of the request, so that the logs of the host and of the function contain the same id. If it is `None`, the
    /// function makes an id.
    pub request_id: Option<String>,
}

/// The id of a request.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// The facts about a request that a function logs together with the status of the answer.
#[derive(Debug)]
pub struct Identified {
    id: String,
    method: Method,
    route: String,
    begun: Instant,
}

impl Identified {
    /// Gives the request an id, which is the host's id if there is one.
    pub fn begin(request: &mut Request) -> Self {
        let begun = Instant::now();
        let id = id_by_host(request).unwrap_or_else(|| Uuid::now_v7().to_string());
        request.extensions_mut().insert(RequestId(id.clone()));
        Self {
            id,
            method: request.method().clone(),
            route: request
                .extensions()
                .get::<MatchedPath>()
                .map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned()),
            begun,
        }
    }

    /// Returns the id of the request.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Logs the answer, and adds the request's id to the headers of the answer.
    #[must_use]
    pub fn end(&self, mut response: Response) -> Response {
        let id = &self.id;
        if let Some(failure) = response.extensions_mut().remove::<Failure>() {
            failure.log(id);
        }
        let status = response.status().as_u16();
        let duration_ms = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::info!(request_id = id, http.method = %self.method, http.route = self.route, http.status = status, duration_ms, "request");
        if let Ok(id) = HeaderValue::from_str(id) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        response
    }
}

fn id_by_host(request: &Request) -> Option<String> {
    request.extensions().get::<Caller>()?.request_id.clone()
}
