//! The relay: reads the table's stream and does what follows from a write.
//!
//! It writes the registration items that a dying process did not, tells the ticket function whose seats changed, the notify
//! function which mail is due and the push function what those who watch are to hear, keeps the availability of events and the
//! statistics, offers seats that were given back, gives back what erased accounts still hold, schedules reminders, and brings buckets up
//! to their event. Everything it does may be repeated.

mod batch;
mod config;
mod due;
mod erased;
mod live;
mod outbox;
mod parking;
mod record;
mod relay;
mod reminders;
mod tally;

use aws_lambda_events::dynamodb;
use bootstrap::metrics::Metrics;
use lambda_runtime::{LambdaEvent, service_fn};
use queues::Queue;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), bootstrap::StartError> {
    let config = config::Config::from_env(bootstrap::environment::of_process())?;
    bootstrap::telemetry::init(config.log_level);
    let aws = bootstrap::clients::relay_sdk_config()?;
    let sqs = aws_sdk_sqs::Client::new(&aws);
    let relay = relay::Relay {
        store: bootstrap::clients::store(&aws, &config.table_name),
        reminders: reminders::Reminders {
            client: aws_sdk_scheduler::Client::new(&aws),
            group: config.reminder_group,
            queue_arn: config.mail_queue_arn,
            role_arn: config.reminder_role_arn,
        },
        parking: parking::Parking(Queue::new(sqs.clone(), config.dead_letter_queue_url)),
        outbox: outbox::Outbox {
            tickets: Queue::new(sqs.clone(), config.tickets_queue_url),
            mail: Queue::new(sqs.clone(), config.mail_queue_url),
            live: Queue::new(sqs.clone(), config.live_queue_url),
            push: Queue::new(sqs, config.push_queue_url),
        },
        metrics: Metrics::new(config.stage),
    };
    let relay = &relay;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<dynamodb::Event>| {
        let processed = relay.process(event.payload).await;
        relay.metrics.write(None);
        processed.map_err(|error| {
            tracing::error!(lambda.request_id = event.context.request_id, error = %bootstrap::error_chain::ErrorChain(&error), "batch_failed");
            lambda_runtime::Error::from(error)
        })
    }))
    .await?;
    Ok(())
}
