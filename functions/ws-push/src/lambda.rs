//! Runs the push function on AWS Lambda, where API Gateway holds the connections.

mod config;

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use aws_lambda_events::sqs::SqsEvent;
use bootstrap::{
    clients,
    lambda::{answer, messages},
    metrics::{Metrics, emf::Emf},
};
use gateway::{Gateway, api_gateway::ApiGateway};
use lambda_runtime::{Context, LambdaEvent, service_fn};
use queues::{Inbox, Queue};

use crate::{LONGEST_WAITS, Push};

/// The part of an invocation's time that is reserved for returning messages to their queues and for the reply to Lambda.
const TIME_TO_ANSWER: Duration = Duration::from_millis(500);

/// Returns how long the function may take to handle the messages of a batch.
fn time_for_messages(context: &Context) -> Duration {
    let left = context.deadline().duration_since(SystemTime::now());
    left.unwrap_or_default().saturating_sub(TIME_TO_ANSWER)
}

/// Handles messages of the queues `live` and `push` until AWS Lambda ends the process.
///
/// # Errors
/// The function cannot start.
pub async fn run() -> Result<(), bootstrap::StartError> {
    let config = config::Config::from_env(bootstrap::environment::of_process())?;
    bootstrap::telemetry::init(config.log_level);
    let aws = clients::sdk_config()?;
    let queues = clients::queues(&aws);
    let connections = ApiGateway::new(&aws, &config.connections_url);
    let inbox = Inbox::new(queues.clone(), config.queues, LONGEST_WAITS);
    let push = Push {
        store: clients::store(&aws, &config.table_name),
        gateway: Gateway::new(Arc::new(connections)),
        queue: Queue::new(queues, config.push_queue_url),
        metrics: Metrics::new(Emf::new(config.stage)),
    };
    let (push, inbox) = (&push, &inbox);
    lambda_runtime::run(service_fn(async |event: LambdaEvent<SqsEvent>| {
        let time = time_for_messages(&event.context);
        let failed = push.process(messages(event.payload), inbox, time).await;
        Ok::<_, lambda_runtime::Error>(answer(failed))
    }))
    .await?;
    Ok(())
}
