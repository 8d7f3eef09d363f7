//! Posts frames to connections of the WebSocket API, and closes connections.
//!
//! [`Connections`] is the port to the holder of the connections. On AWS the holder is API Gateway (module `api_gateway`,
//! enabled by the feature `api-gateway`). Other hosts hold the connections themselves.

#[cfg(feature = "api-gateway")]
pub mod api_gateway;

use std::{fmt::Debug, sync::Arc};

use futures::future::BoxFuture;
use messages::Frame;

/// The outcome of posting a frame.
#[derive(Debug)]
pub enum Posted {
    /// The frame is on its way.
    Sent,
    /// The connection was closed, or never existed.
    Gone,
    /// Too many frames were posted: either by the whole deployment, or to a client that does not read them.
    Throttled,
    /// The holder of the connection gave no reply, or an unexpected reply. The same frame may be posted again later.
    Later,
}

impl Posted {
    /// Returns the name of the outcome in metrics.
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

/// The error of a call that was refused because of its content. The cause is a mistake in this program or in the deployment.
#[derive(Debug, thiserror::Error)]
#[error("the frame could not be sent to the connection")]
pub struct GatewayError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl GatewayError {
    /// Returns the error of a call that was refused because of `error`.
    pub fn of(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(error.into())
    }
}

/// Holds the connections. Each connection is identified by its id.
pub trait Connections: Debug + Send + Sync {
    /// Sends a text frame to a connection.
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

/// The connections of one WebSocket API.
#[derive(Debug, Clone)]
pub struct Gateway(Arc<dyn Connections>);

impl Gateway {
    /// Returns the API whose connections are held by `connections`.
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
