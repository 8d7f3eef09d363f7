//! The relay: reads the table's stream and does what follows from a write.
//!
//! It writes the registration items that a dying process did not, tells the ticket function whose seats changed,
//! keeps the availability of events, makes seats that were given back free again, and brings buckets up to their
//! event. Everything it does may be repeated.

mod batch;
mod config;
mod outbox;
mod parking;
mod relay;

use aws_lambda_events::dynamodb;
use lambda_runtime::{LambdaEvent, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), bootstrap::StartError> {
    let config = config::Config::from_env(bootstrap::environment::of_process())?;
    bootstrap::telemetry::init(config.log_level);
    let aws = bootstrap::clients::sdk_config().await;
    let sqs = aws_sdk_sqs::Client::new(&aws);
    let relay = relay::Relay {
        store: bootstrap::clients::store(&aws, &config.table_name),
        parking: parking::Parking::new(sqs.clone(), config.dead_letter_queue_url),
        outbox: outbox::Outbox::new(sqs, config.tickets_queue_url),
    };
    let relay = &relay;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<dynamodb::Event>| {
        relay.process(event.payload).await.map_err(|error| {
            tracing::error!(request_id = event.context.request_id, error = %bootstrap::error_chain::ErrorChain(&error), "batch_failed");
            lambda_runtime::Error::from(error)
        })
    }))
    .await?;
    Ok(())
}
