//! Serves `/metrics` on a listener of its own, so that the metrics and the product can be open to different networks.

use std::{convert::Infallible, time::Duration};

use axum::body::Body;
use hyper::{
    Method, Request, Response, StatusCode,
    body::Incoming,
    header::{CONTENT_TYPE, HeaderValue},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use super::ServerMetrics;

/// The maximum time that a client of `/metrics` may take to send the head of a request.
const TIME_FOR_HEAD: Duration = Duration::from_secs(10);

/// A server that answers Prometheus's requests.
#[derive(Debug, Clone)]
pub struct MetricsServer {
    /// The metrics that the server reports.
    pub metrics: ServerMetrics,
}

impl MetricsServer {
    /// Accepts connections and answers requests until `stop` is cancelled.
    pub async fn run(self, listener: TcpListener, stop: CancellationToken) {
        loop {
            let accepted = tokio::select! {
                () = stop.cancelled() => return,
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, _)) => {
                    tokio::spawn(self.clone().serve(stream));
                }
                Err(error) => {
                    tracing::warn!(%error, "connection_not_accepted");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }

    async fn serve(self, stream: TcpStream) {
        let service = service_fn(move |request: Request<Incoming>| {
            let server = self.clone();
            async move { Ok::<_, Infallible>(server.answer(&request).await) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(TIME_FOR_HEAD)
            .serve_connection(TokioIo::new(stream), service);
        if let Err(error) = connection.await {
            tracing::debug!(%error, "connection_broke");
        }
    }

    async fn answer(&self, request: &Request<Incoming>) -> Response<Body> {
        if request.uri().path() != "/metrics" {
            return plain(StatusCode::NOT_FOUND, Body::empty());
        }
        if ![Method::GET, Method::HEAD].contains(request.method()) {
            return plain(StatusCode::METHOD_NOT_ALLOWED, Body::empty());
        }
        let metrics = self.metrics.clone();
        let text = tokio::task::spawn_blocking(move || metrics.text()).await;
        match text.map_err(anyhow::Error::from).and_then(|text| Ok(text?)) {
            Ok(text) => {
                let mut response = plain(StatusCode::OK, Body::from(text));
                let kind = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
                response.headers_mut().insert(CONTENT_TYPE, kind);
                response
            }
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "metrics_not_written");
                plain(StatusCode::INTERNAL_SERVER_ERROR, Body::empty())
            }
        }
    }
}

fn plain(status: StatusCode, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response
}
