//! The id of a request, and its log entries: about its answer, and about the reason of a failure that is our fault.

use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr},
    time::Instant,
};

use axum::{
    extract::{FromRequestParts, MatchedPath, Request},
    http::{HeaderName, HeaderValue, Method, request::Parts},
    response::Response,
};
use domain::security::throttle::Source;
use uuid::Uuid;

use crate::{app::App, problem::Failure};

/// The header with the id of a request in its answer.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Facts about a request from its host, which inserts this into the request's extensions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Caller {
    /// The address that the request comes from; `None`: the machine itself.
    pub address: Option<IpAddr>,
    /// The id of the request, so that the logs of the host and of the API have the same id; `None`: the API makes an id.
    pub request_id: Option<String>,
}

/// The id of a request.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) String);

/// The facts about a request that are logged when it is answered.
#[derive(Debug)]
pub(crate) struct Identified {
    id: String,
    method: Method,
    route: String,
    begun: Instant,
}

impl Identified {
    /// Gives the request its id.
    pub(crate) fn begin(request: &mut Request) -> Self {
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

    /// Logs and counts the answer, and adds the id to it.
    pub(crate) fn end(self, app: &App, mut response: Response) -> Response {
        let id = self.id;
        if let Some(failure) = response.extensions_mut().remove::<Failure>() {
            failure.log(&id);
        }
        let status = response.status().as_u16();
        let duration_ms = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::info!(request_id = id, http.method = %self.method, http.route = self.route, http.status = status, duration_ms, "request");
        app.metrics.write(Some(&id));
        if let Ok(id) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        response
    }
}

/// Returns the address that a request comes from, as its host saw it; the machine itself, if the host gave none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct From(pub(crate) Source);

impl<S: Sync> FromRequestParts<S> for From {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let caller = parts.extensions.get::<Caller>();
        let address = caller.and_then(|caller| caller.address);
        Ok(Self(
            address.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)).into(),
        ))
    }
}

fn id_by_host(request: &Request) -> Option<String> {
    request.extensions().get::<Caller>()?.request_id.clone()
}
