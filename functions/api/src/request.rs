//! The id of a request, and the log entries about its answer and about an internal failure.

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

/// The header of an answer that contains the id of the request.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Facts about a request that only the host can see. The host inserts this into the request's extensions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Caller {
    /// The IP address that sent the request. `None` means that this machine sent it.
    pub address: Option<IpAddr>,
    /// The host's id of the request, so that the logs of the host and of the API contain the same id. If it is `None`, the API
    /// makes an id.
    pub request_id: Option<String>,
}

/// The id of a request.
#[derive(Debug, Clone)]
pub(crate) struct RequestId(pub(crate) String);

/// The facts about a request that the API logs together with the status of the answer.
#[derive(Debug)]
pub(crate) struct Identified {
    id: String,
    method: Method,
    route: String,
    begun: Instant,
}

impl Identified {
    /// Gives the request an id, which is the host's id if there is one.
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

    /// Logs the answer, writes the metrics, and adds the request's id to the headers of the answer.
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

/// The source that sent a request, from the address that the host reports. Without an address, the source is this machine.
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
