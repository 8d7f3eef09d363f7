//! Queues `mail` and `feedback`: writes and sends mail about accounts, registrations and events.

mod config;
mod error;
mod facts;
mod feedback;
mod notify;
mod pace;
mod queue;
mod sender;

use std::time::Duration;

use aws_lambda_events::sqs::SqsEvent;
use aws_sdk_sesv2::config::{retry::RetryConfig, timeout::TimeoutConfig};
use bootstrap::metrics::Metrics;
use lambda_runtime::{LambdaEvent, service_fn};
use queues::{Inbox, Queue};

/// How long SES may take; the claim of a mail lasts longer.
const SES_TIMEOUT: Duration = Duration::from_secs(15);
/// The longest wait of a mail before it is tried again, in seconds.
const LONGEST_WAITS: [(&str, u64); 1] = [("mail", 900)];

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), bootstrap::StartError> {
    let config = config::Config::from_env(bootstrap::environment::of_process())?;
    bootstrap::telemetry::init(config.log_level);
    let aws = bootstrap::clients::sdk_config()?;
    let keys = bootstrap::keys::Keys::read(&aws, &config.secret_id).await?;
    // A call repeated after its answer was lost would be a mail sent twice: what failed comes again by the queue.
    let ses = aws_sdk_sesv2::config::Builder::from(&aws)
        .retry_config(RetryConfig::disabled())
        .timeout_config(
            TimeoutConfig::builder()
                .operation_timeout(SES_TIMEOUT)
                .build(),
        )
        .build();
    let store = bootstrap::clients::store(&aws, &config.table_name);
    let sqs = aws_sdk_sqs::Client::new(&aws);
    let of_inbox = sqs.clone();
    let inbox = Inbox::new(|| of_inbox, config.queues, &LONGEST_WAITS);
    let notify = notify::Notify {
        keys,
        queue: queue::MailQueue {
            queue: Queue::new(sqs, config.mail_queue_url),
            inbox,
        },
        sender: sender::Sender {
            client: aws_sdk_sesv2::Client::from_conf(ses),
            store: store.clone(),
            configuration_set: config.configuration_set,
            pace: pace::Pace::new(config.sending_rate),
            lease: sender::LEASE,
            standing: sender::Standing::default(),
            metrics: Metrics::new(config.stage),
        },
        from: config.sender,
        public_url: config.public_url,
        store,
    };
    let notify = &notify;
    lambda_runtime::run(service_fn(async |event: LambdaEvent<SqsEvent>| {
        let sheets = notify::Sheets::default();
        let inbox = &notify.queue.inbox;
        let answer = bootstrap::batch::each(event.payload, inbox, async |message, body| {
            notify.handle(message, body, &sheets).await
        })
        .await;
        notify.sender.metrics.write(None);
        Ok::<_, lambda_runtime::Error>(answer)
    }))
    .await?;
    Ok(())
}
