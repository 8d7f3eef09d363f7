//! Clients of AWS services, made once per process.

use std::time::Duration;

use aws_config::{BehaviorVersion, SdkConfig, retry::RetryConfig, timeout::TimeoutConfig};
use store::Store;

/// Attempts of one call, the first included; the waits between them are random and grow exponentially.
const MAX_ATTEMPTS: u32 = 4;
/// As [`MAX_ATTEMPTS`], for a function that nobody waits for.
const MAX_PATIENT_ATTEMPTS: u32 = 8;
/// The longest first wait of a function that many wait for.
const EAGER_BACKOFF: Duration = Duration::from_millis(25);

/// The configuration that all clients share: region and credentials of the environment, bounded retries, and
/// time limits that leave an answer its time within the function's own limit.
pub async fn sdk_config() -> SdkConfig {
    config_with(
        RetryConfig::standard()
            .with_max_attempts(MAX_ATTEMPTS)
            .with_max_backoff(Duration::from_secs(1)),
    )
    .await
}

/// As [`sdk_config`], for the relay: in a rush its few writes are throttled like everybody's, but everybody waits for them
/// to learn that the event is sold out. So it comes again sooner, and more often (`docs/MODEL.md`).
pub async fn relay_sdk_config() -> SdkConfig {
    config_with(
        RetryConfig::standard()
            .with_max_attempts(MAX_PATIENT_ATTEMPTS)
            .with_initial_backoff(EAGER_BACKOFF)
            .with_max_backoff(Duration::from_secs(1)),
    )
    .await
}

async fn config_with(retries: RetryConfig) -> SdkConfig {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(2))
        .operation_attempt_timeout(Duration::from_secs(4))
        .operation_timeout(Duration::from_secs(9))
        .build();
    aws_config::defaults(BehaviorVersion::latest())
        .timeout_config(timeouts)
        .retry_config(retries)
        .load()
        .await
}

/// The table.
#[must_use]
pub fn store(config: &SdkConfig, table: &str) -> Store {
    Store::new(aws_sdk_dynamodb::Client::new(config), table)
}
