//! Runs the WebSocket API's function on AWS Lambda, where API Gateway holds the connections.

mod config;
mod event;

use std::sync::Arc;

use aws_lambda_events::apigw::{ApiGatewayProxyResponse, ApiGatewayWebsocketProxyRequest};
use bootstrap::clients;
use gateway::{Gateway, api_gateway::ApiGateway};
use lambda_runtime::{LambdaEvent, service_fn};
use queues::Queue;

use crate::Live;

/// Handles API Gateway's requests until Lambda ends the process.
///
/// # Errors
/// The function cannot start.
pub async fn run() -> Result<(), bootstrap::StartError> {
    let config = config::Config::from_env(bootstrap::environment::of_process())?;
    bootstrap::telemetry::init(config.log_level);
    let aws = clients::sdk_config()?;
    let connections = ApiGateway::new(&aws, &config.connections_url);
    let live = Live {
        store: clients::store(&aws, &config.table_name),
        gateway: Gateway::new(Arc::new(connections)),
        push: Queue::new(clients::queues(&aws), config.push_queue_url),
    };
    clients::connect(&live.store).await;
    let live = &live;
    lambda_runtime::run(service_fn(
        async |event: LambdaEvent<ApiGatewayWebsocketProxyRequest>| {
            let mut answer = ApiGatewayProxyResponse::default();
            let status = Box::pin(live.handle(event::call(event.payload))).await;
            answer.status_code = status.into();
            Ok::<_, lambda_runtime::Error>(answer)
        },
    ))
    .await?;
    Ok(())
}
