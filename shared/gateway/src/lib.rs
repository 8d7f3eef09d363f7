//! Posts frames to connections of the WebSocket API, and closes connections.
//!
//! [`Connections`] is the port to the service that keeps the connections open. On AWS this is API Gateway (module
//! `api_gateway`, enabled by the feature `api-gateway`). Other hosts keep the connections open themselves.

#[cfg(feature = "api-gateway")]
pub mod api_gateway;

use std::{fmt::Debug, sync::Arc};

use futures::future::BoxFuture;
use messages::Frame;

/// The outcome of posting a frame to a connection.
#[derive(Debug)]
pub enum Posted {
    /// The frame was accepted and is being sent to the client.
    Sent,
    /// The connection was closed, or never existed.
    Gone,
    /// Too many frames were posted: either the whole deployment posted too many, or the client does not read its frames fast
    /// enough.
    Throttled,
    /// The service that keeps the connection open gave no reply, or an unexpected one. The caller may post the same frame
    /// later.
    Later,
}

impl Posted {
    /// Returns the name that metrics use for this outcome.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Gone => "gone",
            Self::Throttled => "throttled",
            Self::Later => "later",
        }
    }
}

/// The error of a call that failed. If a frame could not be posted, the call was refused because of its content: this program
/// or the deployment has a mistake.
#[derive(Debug, thiserror::Error)]
#[error("API Gateway refused a call about a connection")]
pub struct GatewayError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl GatewayError {
    /// Returns the error of a call that failed because of `error`.
    pub fn of(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(error.into())
    }
}

/// Keeps WebSocket connections open for clients. Each connection is identified by its id.
pub trait Connections: Debug + Send + Sync {
    /// Sends the text `text` as one frame to a connection.
    ///
    /// # Errors
    /// The call was refused.
    fn post<'a>(
        &'a self,
        connection: &'a str,
        text: String,
    ) -> BoxFuture<'a, Result<Posted, GatewayError>>;

    /// Closes a connection. Succeeds if the connection does not exist.
    ///
    /// # Errors
    /// The call failed.
    fn close<'a>(&'a self, connection: &'a str) -> BoxFuture<'a, Result<(), GatewayError>>;
}

/// The WebSocket connections of one deployment, to which frames are posted.
#[derive(Debug, Clone)]
pub struct Gateway(Arc<dyn Connections>);

impl Gateway {
    /// Returns the gateway that uses the connections in `connections`.
    #[must_use]
    pub fn new(connections: Arc<dyn Connections>) -> Self {
        Self(connections)
    }

    /// Sends a frame to a connection.
    ///
    /// # Errors
    /// The call was refused.
    pub async fn post(&self, connection: &str, frame: &Frame) -> Result<Posted, GatewayError> {
        let text = serde_json::to_string(frame).map_err(GatewayError::of)?;
        self.0.post(connection, text).await
    }

    /// Closes a connection. Succeeds if the connection does not exist.
    ///
    /// # Errors
    /// The call failed.
    pub async fn close(&self, connection: &str) -> Result<(), GatewayError> {
        self.0.close(connection).await
    }
}
