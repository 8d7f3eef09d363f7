//! Connections of the WebSocket API: posting frames, closing.
//!
//! [`Connections`] is the port to the holder of the connections: API Gateway on AWS (`api_gateway`, behind the feature
//! `api-gateway`), something else elsewhere.

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
    /// Too much was posted: by this deployment, or to a client that does not read.
    Throttled,
    /// The holder of the connection gave no answer, or not an expected one. The same frame may be posted later.
    Later,
}

impl Posted {
    /// Returns the name in metrics.
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

/// A call was refused for its content: a mistake of ours, or of the deployment.
#[derive(Debug, thiserror::Error)]
#[error("the connection could not be told")]
pub struct GatewayError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl GatewayError {
    /// Returns the error of a call that was refused because of `error`.
    pub fn of(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(error.into())
    }
}

/// Holds the connections, each named by its id.
pub trait Connections: Debug + Send + Sync {
    /// Sends a text frame.
    ///
    /// # Errors
    /// The call was refused.
    fn post<'a>(
        &'a self,
        connection: &'a str,
        text: String,
    ) -> BoxFuture<'a, Result<Posted, GatewayError>>;

    /// Closes a connection. It succeeds if there is none.
    ///
    /// # Errors
    /// The call failed.
    fn close<'a>(&'a self, connection: &'a str) -> BoxFuture<'a, Result<(), GatewayError>>;
}

/// The connections of one WebSocket API.
#[derive(Debug, Clone)]
pub struct Gateway(Arc<dyn Connections>);

impl Gateway {
    /// Returns the API whose connections `connections` holds.
    #[must_use]
    pub fn new(connections: Arc<dyn Connections>) -> Self {
        Self(connections)
    }

    /// Sends a frame.
    ///
    /// # Errors
    /// The call was refused.
    pub async fn post(&self, connection: &str, frame: &Frame) -> Result<Posted, GatewayError> {
        let text = serde_json::to_string(frame).map_err(GatewayError::of)?;
        self.0.post(connection, text).await
    }

    /// Closes a connection. It succeeds if there is none.
    ///
    /// # Errors
    /// The call failed.
    pub async fn close(&self, connection: &str) -> Result<(), GatewayError> {
        self.0.close(connection).await
    }
}
