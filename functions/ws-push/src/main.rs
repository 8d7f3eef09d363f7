//! Queues `live` and `push`: tells connections what they are subscribed to.
//!
//! Architecture invariant: what a connection hears of a topic comes from here alone, from the messages of its shard's group, one
//! after the other. Each reads what was published last when its turn comes, so `asOf` never goes back.

mod config;
mod fan_out;
mod push;

use std::time::{Duration, SystemTime};

use aws_lambda_events::sqs::{SqsEvent, SqsMessage};
use bootstrap::metrics::Metrics;
use gateway::Gateway;
use lambda_runtime::{Context, LambdaEvent, service_fn};
use queues::{Inbox, Queue};

/// The longest wait of a failed message before it comes again, in seconds. It comes again sooner than a message of a process
/// that crashed, which is hidden for 18 s.
const LONGEST_WAITS: [(&str, u64); 2] = [("live", 16), ("push", 16)];
/// The part of the function's time that is left for handing messages back and for the answer.
const TIME_TO_ANSWER: Duration = Duration::from_millis(500);

/// The time that the messages of a batch have.
fn time_for_messages(context: &Context) -> Duration {
    let left = context.deadline().duration_since(SystemTime::now());
    left.unwrap_or_default().saturating_sub(TIME_TO_ANSWER)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), bootstrap::StartError> {
    let config = config::Config::from_env(bootstrap::environment::of_process())?;
    bootstrap::telemetry::init(config.log_level);
    let aws = bootstrap::clients::sdk_config()?;
    let sqs = aws_sdk_sqs::Client::new(&aws);
    let of_inbox = sqs.clone();
    let inbox = Inbox::new(|| of_inbox, config.queues, &LONGEST_WAITS);
    let push = push::Push {
        store: bootstrap::clients::store(&aws, &config.table_name),
        gateway: Gateway::new(&aws, &config.connections_url),
        queue: Queue::new(sqs, config.push_queue_url),
        metrics: Metrics::new(config.stage),
    };
    let (push, inbox) = (&push, &inbox);
    lambda_runtime::run(service_fn(async |event: LambdaEvent<SqsEvent>| {
        let time = time_for_messages(&event.context);
        let handle = async |message: &SqsMessage, due| push.handle(message, due).await;
        let answer = bootstrap::batch::in_order(event.payload, inbox, time, handle).await;
        push.metrics.write(None);
        Ok::<_, lambda_runtime::Error>(answer)
    }))
    .await?;
    Ok(())
}
