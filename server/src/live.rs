//! The WebSocket API at `/live`. Frames, limits and refusals are the same as behind API Gateway.

mod connections;
mod handshake;
mod socket;

use std::{sync::Arc, time::Duration};

use axum::body::Body;
use futures::{FutureExt as _, future::BoxFuture};
use hyper::{Request, Response, StatusCode, body::Incoming};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use uuid::Uuid;
use ws_connect::{Call, Live, Route};

pub use connections::OpenConnections;

/// The path of the WebSocket API.
pub const PATH: &str = "/live";

/// The longest time that a connection stays open ("Amazon API Gateway quotas": WebSocket connection duration).
const LONGEST: Duration = Duration::from_hours(2);
/// The longest time that a connection stays open without a frame in either direction ("Amazon API Gateway quotas": idle
/// connection timeout).
const IDLE: Duration = Duration::from_mins(10);

/// Accepts WebSocket connections, and serves the open ones.
#[derive(Debug, Clone)]
pub struct LiveServer {
    live: Arc<Live>,
    connections: OpenConnections,
    /// The token that is cancelled when the server stops. Then every connection ends.
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl LiveServer {
    /// Returns a WebSocket server that passes the clients' actions to `live`. The gateway inside `live` must send frames
    /// through `connections`.
    #[must_use]
    pub fn new(live: Live, connections: OpenConnections) -> Self {
        Self {
            live: Arc::new(live),
            connections,
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        }
    }

    /// Answers a request to open a connection, either with 101 or with a refusal.
    pub async fn accept(&self, mut request: Request<Incoming>) -> Response<Body> {
        let accepted = match handshake::accepted(&request) {
            Ok(accepted) => accepted,
            Err(refusal) => return *refusal,
        };
        if self.stop.is_cancelled() {
            return handshake::refused(StatusCode::SERVICE_UNAVAILABLE);
        }
        let id = Uuid::now_v7().simple().to_string();
        // The connection is added before `live` accepts the client, because `live` may send the client a frame immediately.
        let inlet = self.connections.open(&id);
        let ticket = handshake::ticket(request.uri());
        let status = self.call(&id, Route::Connect { ticket }).await;
        if status != 200 {
            self.connections.forget(&id);
            let status = StatusCode::from_u16(status);
            return handshake::refused(status.unwrap_or(StatusCode::SERVICE_UNAVAILABLE));
        }
        let upgrade = hyper::upgrade::on(&mut request);
        let server = self.clone();
        self.tasks.spawn(async move {
            match upgrade.await {
                Ok(upgraded) => server.serve(&id, upgraded, inlet).await,
                Err(error) => tracing::debug!(%error, "connection_not_upgraded"),
            }
            server.connections.forget(&id);
            server.call(&id, Route::Disconnect).await;
        });
        accepted
    }

    /// Passes a client's action on a connection to `live`. The future is boxed to save memory, because only few of ten thousand
    /// connections act at the same time.
    fn call(&self, connection_id: &str, route: Route) -> BoxFuture<'static, u16> {
        let live = self.live.clone();
        let call = Call {
            connection_id: connection_id.to_owned(),
            request_id: Uuid::now_v7().to_string(),
            route,
        };
        async move { live.handle(call).await }.boxed()
    }

    /// Returns the number of open connections.
    #[must_use]
    pub fn open(&self) -> usize {
        self.connections.len()
    }

    /// Closes all connections, and waits until `live` has processed the end of each connection.
    pub async fn stop(&self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}
