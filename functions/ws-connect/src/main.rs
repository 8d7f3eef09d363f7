//! The WebSocket API: who connects, what they subscribe to.
//!
//! Counts and news are not sent from here: `ws-push` alone tells a topic, one frame after the other.

mod config;
mod live;
mod refusal;
mod subscriptions;

use aws_lambda_events::apigw::{ApiGatewayProxyResponse, ApiGatewayWebsocketProxyRequest};
use gateway::Gateway;
use lambda_runtime::{LambdaEvent, service_fn};
use queues::Queue;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), bootstrap::StartError> {
    let config = config::Config::from_env(bootstrap::environment::of_process())?;
    bootstrap::telemetry::init(config.log_level);
    let aws = bootstrap::clients::sdk_config()?;
    let live = live::Live {
        store: bootstrap::clients::store(&aws, &config.table_name),
        gateway: Gateway::new(&aws, &config.connections_url),
        push: Queue::new(aws_sdk_sqs::Client::new(&aws), config.push_queue_url),
    };
    bootstrap::clients::connect(&live.store).await;
    let live = &live;
    lambda_runtime::run(service_fn(
        async |event: LambdaEvent<ApiGatewayWebsocketProxyRequest>| {
            let mut answer = ApiGatewayProxyResponse::default();
            answer.status_code = Box::pin(live.handle(event.payload)).await;
            Ok::<_, lambda_runtime::Error>(answer)
        },
    ))
    .await?;
    Ok(())
}
