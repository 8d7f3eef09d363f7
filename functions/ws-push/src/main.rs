//! Queues `live` and `push`: tells connections what they are subscribed to.
//!
//! Architecture invariant: what a connection hears of a topic comes from here alone, from the messages of its shard's group, one
//! after the other. Each reads what was published last when its turn comes, so `asOf` never goes back.

mod config;
mod fan_out;
mod push;

use aws_lambda_events::sqs::SqsEvent;
use bootstrap::metrics::Metrics;
use gateway::Gateway;
use lambda_runtime::{LambdaEvent, service_fn};
use queues::Queue;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), bootstrap::StartError> {
    let config = config::Config::from_env(bootstrap::environment::of_process())?;
    bootstrap::telemetry::init(config.log_level);
    let aws = bootstrap::clients::sdk_config()?;
    let push = push::Push {
        store: bootstrap::clients::store(&aws, &config.table_name),
        gateway: Gateway::new(&aws, &config.connections_url),
        queue: Queue::new(aws_sdk_sqs::Client::new(&aws), config.push_queue_url),
        metrics: Metrics::new(config.stage),
    };
    let push = &push;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<SqsEvent>| {
        let answer =
            bootstrap::batch::in_order(event.payload, async |message| push.handle(message).await)
                .await;
        push.metrics.write(None);
        Ok::<_, lambda_runtime::Error>(answer)
    }))
    .await?;
    Ok(())
}
