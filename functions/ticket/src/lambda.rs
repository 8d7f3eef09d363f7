//! Runs the ticket function on AWS Lambda.

mod config;

use aws_lambda_events::sqs::SqsEvent;
use bootstrap::{
    clients,
    keys::{Keys, SecretsManager},
    lambda::{answer, messages},
    metrics::{Metrics, emf::Emf},
};
use lambda_runtime::{LambdaEvent, service_fn};
use queues::Inbox;

use crate::Issuer;

/// Handles messages of the queue `tickets` until AWS Lambda ends the process.
///
/// # Errors
/// The function cannot start.
pub async fn run() -> Result<(), bootstrap::StartError> {
    let config = config::Config::from_env(bootstrap::environment::of_process())?;
    bootstrap::telemetry::init(config.log_level);
    let aws = clients::sdk_config()?;
    let issuer = Issuer {
        store: clients::store(&aws, &config.table_name),
        keys: Keys::read(SecretsManager::new(&aws, config.secret_id)).await?,
        metrics: Metrics::new(Emf::new(config.stage)),
    };
    let inbox = Inbox::new(clients::rarely_used_queues(aws), config.queues, &[]);
    let (issuer, inbox) = (&issuer, &inbox);
    lambda_runtime::run(service_fn(async |event: LambdaEvent<SqsEvent>| {
        let failed = issuer.process(messages(event.payload), inbox).await;
        Ok::<_, lambda_runtime::Error>(answer(failed))
    }))
    .await?;
    Ok(())
}
