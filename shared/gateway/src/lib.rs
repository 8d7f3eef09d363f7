//! Connections of the WebSocket API: posting frames, closing.

use std::time::Duration;

use aws_sdk_apigatewaymanagement::{
    Client,
    config::{Builder, retry::RetryConfig, timeout::TimeoutConfig},
    error::SdkError,
    operation::{
        delete_connection::DeleteConnectionError, post_to_connection::PostToConnectionError,
    },
    primitives::Blob,
};
use aws_types::SdkConfig;
use messages::Frame;

/// How long a post may take: what is behind it is a frame in a buffer.
const POST_TIMEOUT: Duration = Duration::from_secs(1);

/// The connections of one WebSocket API.
#[derive(Debug, Clone)]
pub struct Gateway {
    client: Client,
}

/// What became of a frame.
#[derive(Debug)]
pub enum Posted {
    /// It is on its way.
    Sent,
    /// The connection was closed, or there never was one.
    Gone,
    /// Too much was posted: by this account, or to a client that does not read.
    Throttled,
    /// API Gateway did not answer, or not as it should.
    Later,
}

impl Posted {
    /// The name under which it counts.
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

/// API Gateway refused a call for what it says: a mistake of ours, or of the deployment.
#[derive(Debug, thiserror::Error)]
#[error("the connection could not be told")]
pub struct GatewayError(#[source] Box<dyn std::error::Error + Send + Sync>);

impl Gateway {
    /// The API whose connections are managed at `url`. Nothing is sent again by itself: a frame that had to wait may be old by
    /// then.
    #[must_use]
    pub fn new(aws: &SdkConfig, url: &str) -> Self {
        let config = Builder::from(aws)
            .endpoint_url(url)
            .retry_config(RetryConfig::disabled())
            .timeout_config(
                TimeoutConfig::builder()
                    .operation_timeout(POST_TIMEOUT)
                    .build(),
            )
            .build();
        Self {
            client: Client::from_conf(config),
        }
    }

    /// Sends a frame.
    ///
    /// # Errors
    /// The call was refused.
    pub async fn post(&self, connection: &str, frame: &Frame) -> Result<Posted, GatewayError> {
        let data = serde_json::to_vec(frame).map_err(|error| GatewayError(error.into()))?;
        let posted = self
            .client
            .post_to_connection()
            .connection_id(connection)
            .data(Blob::new(data))
            .send()
            .await;
        match posted {
            Ok(_) => Ok(Posted::Sent),
            Err(SdkError::ServiceError(error)) => match error.err() {
                PostToConnectionError::GoneException(_) => Ok(Posted::Gone),
                PostToConnectionError::LimitExceededException(_) => Ok(Posted::Throttled),
                _ if error.raw().status().as_u16() == 429 => Ok(Posted::Throttled),
                _ if error.raw().status().is_server_error() => Ok(Posted::Later),
                _ => Err(GatewayError(Box::new(error.into_err()))),
            },
            Err(error @ SdkError::ConstructionFailure(_)) => Err(GatewayError(error.into())),
            // Timeouts, and connections that fail.
            Err(_) => Ok(Posted::Later),
        }
    }

    /// Closes a connection; one that is gone, too, is closed.
    ///
    /// # Errors
    /// The call failed.
    pub async fn close(&self, connection: &str) -> Result<(), GatewayError> {
        let closed = self
            .client
            .delete_connection()
            .connection_id(connection)
            .send()
            .await;
        match closed {
            Err(SdkError::ServiceError(error))
                if matches!(error.err(), DeleteConnectionError::GoneException(_)) =>
            {
                Ok(())
            }
            closed => closed
                .map(|_| ())
                .map_err(|error| GatewayError(error.into())),
        }
    }
}
