//! The WebSocket connections that API Gateway keeps open for clients.

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
use futures::{FutureExt as _, future::BoxFuture};

use crate::{Connections, GatewayError, Posted};

/// The maximum time that posting one frame may take. The time is short, because API Gateway only puts the frame into a buffer.
const POST_TIMEOUT: Duration = Duration::from_secs(1);

/// The WebSocket connections that one API of API Gateway keeps open for clients.
#[derive(Debug, Clone)]
pub struct ApiGateway {
    client: Client,
}

impl ApiGateway {
    /// Returns the WebSocket API whose connections are managed at `url`. The client does not retry a failed call, because the
    /// frame may be outdated by then.
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

    async fn post_text(&self, connection: &str, text: String) -> Result<Posted, GatewayError> {
        let posted = self
            .client
            .post_to_connection()
            .connection_id(connection)
            .data(Blob::new(text))
            .send()
            .await;
        match posted {
            Ok(_) => Ok(Posted::Sent),
            Err(SdkError::ServiceError(error)) => match error.err() {
                PostToConnectionError::GoneException(_) => Ok(Posted::Gone),
                PostToConnectionError::LimitExceededException(_) => Ok(Posted::Throttled),
                _ if error.raw().status().as_u16() == 429 => Ok(Posted::Throttled),
                _ if error.raw().status().is_server_error() => Ok(Posted::Later),
                _ => Err(GatewayError::of(error.into_err())),
            },
            Err(error @ SdkError::ConstructionFailure(_)) => Err(GatewayError::of(error)),
            // The call to API Gateway timed out, or the HTTP connection to it failed.
            Err(_) => Ok(Posted::Later),
        }
    }

    async fn delete(&self, connection: &str) -> Result<(), GatewayError> {
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
            closed => closed.map(|_| ()).map_err(GatewayError::of),
        }
    }
}

impl Connections for ApiGateway {
    fn post<'a>(
        &'a self,
        connection: &'a str,
        text: String,
    ) -> BoxFuture<'a, Result<Posted, GatewayError>> {
        self.post_text(connection, text).boxed()
    }

    fn close<'a>(&'a self, connection: &'a str) -> BoxFuture<'a, Result<(), GatewayError>> {
        self.delete(connection).boxed()
    }
}
