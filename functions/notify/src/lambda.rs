//! Runs the notify function on AWS Lambda. It sends mail through SES.

mod config;
mod ses;

use std::sync::Arc;

use aws_lambda_events::sqs::SqsEvent;
use bootstrap::{
    clients,
    keys::{Keys, SecretsManager},
    lambda::{answer, messages},
    metrics::{Metrics, emf::Emf},
};
use lambda_runtime::{LambdaEvent, service_fn};
use queues::{Inbox, Queue};

use crate::{LONGEST_WAITS, Notify};

#[cfg(test)]
pub(crate) use ses::Ses;

/// Handles messages of the queues `mail` and `feedback` until AWS Lambda ends the process.
///
/// # Errors
/// The function cannot start.
pub async fn run() -> Result<(), bootstrap::StartError> {
    let config = config::Config::from_env(bootstrap::environment::of_process())?;
    bootstrap::telemetry::init(config.log_level);
    let settings = config.settings();
    let aws = clients::sdk_config()?;
    let queues = clients::queues(&aws);
    let notify = Notify::new(
        clients::store(&aws, &config.table_name),
        Keys::read(SecretsManager::new(&aws, config.secret_id)).await?,
        Queue::new(queues.clone(), config.mail_queue_url),
        Inbox::new(queues, config.queues, LONGEST_WAITS),
        Arc::new(ses::Ses::new(&aws, config.configuration_set)),
        Metrics::new(Emf::new(config.stage)),
        settings,
    );
    let notify = &notify;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<SqsEvent>| {
        let failed = notify.process(messages(event.payload)).await;
        Ok::<_, lambda_runtime::Error>(answer(failed))
    }))
    .await?;
    Ok(())
}
