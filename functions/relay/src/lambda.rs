//! Runs the relay on AWS Lambda.

mod config;
mod records;
mod scheduler;

use std::sync::Arc;

use aws_lambda_events::dynamodb;
use bootstrap::{
    clients,
    error_chain::ErrorChain,
    metrics::{Metrics, emf::Emf},
};
use lambda_runtime::{LambdaEvent, service_fn};
use queues::Queue;

use crate::{Outbox, Parking, Relay, Reminders};

/// Handles records of the table's stream until AWS Lambda ends the process.
///
/// # Errors
/// The function cannot start.
pub async fn run() -> Result<(), bootstrap::StartError> {
    let config = config::Config::from_env(bootstrap::environment::of_process())?;
    bootstrap::telemetry::init(config.log_level);
    let aws = clients::relay_sdk_config()?;
    let queues = clients::queues(&aws);
    let queue = |url| Queue::new(queues.clone(), url);
    let scheduler = scheduler::EventBridgeScheduler::new(
        &aws,
        config.reminder_group,
        config.mail_queue_arn,
        config.reminder_role_arn,
    );
    let relay = Relay {
        store: clients::store(&aws, &config.table_name),
        reminders: Reminders::new(Arc::new(scheduler)),
        parking: Parking(queue(config.dead_letter_queue_url)),
        outbox: Outbox {
            tickets: queue(config.tickets_queue_url),
            mail: queue(config.mail_queue_url),
            live: queue(config.live_queue_url),
            push: queue(config.push_queue_url),
        },
        pictures: clients::pictures(aws, config.pictures_bucket),
        metrics: Metrics::new(Emf::new(config.stage)),
    };
    let relay = &relay;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<dynamodb::Event>| {
        let processed = relay.process(records::records(event.payload)).await;
        processed.map_err(|error| {
            tracing::error!(lambda.request_id = event.context.request_id, error = %ErrorChain(&error), "batch_failed");
            lambda_runtime::Error::from(error)
        })
    }))
    .await?;
    Ok(())
}
