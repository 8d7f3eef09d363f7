//! Queue `tickets`: issues the tickets of confirmed registrations, and voids those of cancelled ones.

mod config;
mod issue;

use aws_lambda_events::sqs::SqsEvent;
use bootstrap::metrics::Metrics;
use lambda_runtime::{LambdaEvent, service_fn};

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
    let issuer = &issuer;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<SqsEvent>| {
        let answer = bootstrap::batch::each(event.payload, async |message| {
            issuer
                .settle(message.body.as_deref().unwrap_or_default())
                .await
        })
        .await;
        issuer.metrics.write(None);
        Ok::<_, lambda_runtime::Error>(answer)
    }))
    .await?;
    Ok(())
}
