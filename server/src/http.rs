//! The HTTP work before and after the router, which API Gateway does on AWS.

mod body;
mod cors;
mod proxies;
mod server;

use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use api::{Caller, needed_body_bytes};
use axum::{Router, body::Body};
use hyper::{Request, Response, StatusCode, body::Incoming, header};
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::{
    live::{self, LiveServer},
    metrics::ServerMetrics,
    settings::Origins,
};

pub use proxies::TrustedProxies;
pub use server::{HttpServer, bind};

/// The maximum time that the server may take to answer a request. API Gateway has the same limit.
const TIME_TO_ANSWER: Duration = Duration::from_secs(29);

/// The HTTP API, the WebSocket API and the pages, as clients reach them at the server's address.
#[derive(Debug, Clone)]
pub struct Site {
    router: Router,
    live: LiveServer,
    proxies: Arc<TrustedProxies>,
    metrics: ServerMetrics,
}

impl Site {
    /// Returns the site with the HTTP API `router`, the WebSocket API `live` and the `pages`. Web pages from the origins
    /// `origins` may call the HTTP API. The API answers requests to addresses that none of them knows.
    #[must_use]
    pub fn new(
        router: Router,
        pages: Router,
        live: LiveServer,
        proxies: TrustedProxies,
        origins: &Origins,
        metrics: ServerMetrics,
    ) -> Self {
        Self {
            router: cors::allowed(router, origins).merge(pages),
            live,
            proxies: Arc::new(proxies),
            metrics,
        }
    }

    /// Answers a request that came over a connection from `peer`, and counts the request in the metrics.
    async fn answer(&self, request: Request<Incoming>, peer: SocketAddr) -> Response<Body> {
        let begun = Instant::now();
        let response = self.respond(request, peer).await;
        let status = response.status().as_u16();
        self.metrics.answered(status, begun.elapsed());
        response
    }

    async fn respond(&self, request: Request<Incoming>, peer: SocketAddr) -> Response<Body> {
        if request.uri().path() == live::PATH {
            return self.live.accept(request).await;
        }
        let caller = Caller {
            address: Some(self.proxies.client(peer.ip(), request.headers())),
            request_id: Some(Uuid::now_v7().to_string()),
        };
        let (parts, body) = request.into_parts();
        let most = needed_body_bytes(&parts.method, parts.uri.path());
        let body = match body::read(body, most).await {
            Ok(body) => body,
            Err(refusal) => return last(refusal),
        };
        let mut request = Request::from_parts(parts, Body::from(body));
        request.extensions_mut().insert(caller);
        let answered = self.router.clone().oneshot(request);
        match tokio::time::timeout(TIME_TO_ANSWER, answered).await {
            Ok(Ok(response)) => response,
            Err(_) => last(StatusCode::SERVICE_UNAVAILABLE),
        }
    }
}

/// Returns an answer with this status, after which the server closes the connection. The server reads nothing more from the
/// client.
fn last(status: StatusCode) -> Response<Body> {
    let reason = status.canonical_reason().unwrap_or_default();
    // API Gateway gives an answer with this body if a function cannot answer.
    let body = serde_json::json!({"message": reason}).to_string();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    let json = header::HeaderValue::from_static("application/json");
    headers.insert(header::CONTENT_TYPE, json);
    headers.insert(
        header::CONNECTION,
        header::HeaderValue::from_static("close"),
    );
    response
}
