//! Queue `tickets`: issues the tickets of confirmed registrations, and voids those of cancelled ones.

mod config;
mod issue;

use aws_lambda_events::sqs::SqsEvent;
use bootstrap::metrics::Metrics;
use lambda_runtime::{LambdaEvent, service_fn};
use messages::SeatChanged;
use queues::Inbox;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), bootstrap::StartError> {
    let config = config::Config::from_env(bootstrap::environment::of_process())?;
    bootstrap::telemetry::init(config.log_level);
    let aws = bootstrap::clients::sdk_config()?;
    let issuer = issue::Issuer {
        store: bootstrap::clients::store(&aws, &config.table_name),
        keys: bootstrap::keys::Keys::read(&aws, &config.secret_id).await?,
        metrics: Metrics::new(config.stage),
    };
    let inbox = Inbox::new(move || aws_sdk_sqs::Client::new(&aws), config.queues, &[]);
    let (issuer, inbox) = (&issuer, &inbox);
    lambda_runtime::run(service_fn(async |event: LambdaEvent<SqsEvent>| {
        let answer = bootstrap::batch::each(event.payload, inbox, async |_, due: SeatChanged| {
            issuer.settle(&due).await
        })
        .await;
        issuer.metrics.write(None);
        Ok::<_, lambda_runtime::Error>(answer)
    }))
    .await?;
    Ok(())
}
