//! Clients of AWS services, made once per process.

mod trust;

use std::{sync::Arc, time::Duration};

use aws_sdk_dynamodb::config::{
    BehaviorVersion, Credentials, Region, SharedCredentialsProvider, retry::RetryConfig,
    timeout::TimeoutConfig,
};
use aws_types::{SdkConfig, app_name::AppName};
use queues::sqs::Sqs;
use store::Store;

use crate::{
    environment::{self, Environment, EnvironmentError},
    error_chain::ErrorChain,
};

/// The number of attempts at one call, the first included. The waits between attempts are random and grow exponentially.
const MAX_ATTEMPTS: u32 = 4;
/// The number of attempts at one call of a function that nobody waits for.
const MAX_PATIENT_ATTEMPTS: u32 = 8;
/// The longest wait before the second attempt, in a function that many people wait for.
const EAGER_BACKOFF: Duration = Duration::from_millis(25);
/// Time that a start may wait for its connection to the table: Lambda ends a start that takes more than ten seconds.
const CONNECT_PATIENCE: Duration = Duration::from_secs(2);

crate::configuration! { env =>
    /// The variables by which Lambda gives every function its access to AWS. No profile and no metadata service is read.
    struct AwsEnvironment {
        /// `AWS_REGION`.
        region: String = env.required("AWS_REGION"),
        /// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and, on AWS, `AWS_SESSION_TOKEN`: those of the function's role. They
        /// are valid for longer than Lambda keeps a process.
        credentials: Credentials = credentials(&mut env),
        /// `AWS_ENDPOINT_URL`: the service that answers instead of AWS.
        endpoint_url: Option<String> = Some(env.optional("AWS_ENDPOINT_URL")),
        /// `AWS_SDK_UA_APP_ID`: the name of the function in its calls. A local stack counts calls by it.
        app_name: Option<String> = Some(env.optional("AWS_SDK_UA_APP_ID")),
    }
}

/// Returns the configuration that all clients share: region and credentials of the environment, one HTTP client, bounded
/// retries, and timeouts that leave time for an answer within the function's own timeout.
///
/// # Errors
/// Variables that Lambda sets are missing.
pub fn sdk_config() -> Result<SdkConfig, EnvironmentError> {
    let retries = RetryConfig::standard()
        .with_max_attempts(MAX_ATTEMPTS)
        .with_max_backoff(Duration::from_secs(1));
    let environment = AwsEnvironment::from_env(environment::of_process())?;
    Ok(config_with(environment, retries))
}

/// Returns the configuration of the relay. In a rush its few writes are throttled like all others, but everybody waits for
/// them to see that the event is sold out. So it retries sooner, and more often (`docs/proved.md`).
///
/// # Errors
/// The errors of [`sdk_config`].
pub fn relay_sdk_config() -> Result<SdkConfig, EnvironmentError> {
    let retries = RetryConfig::standard()
        .with_max_attempts(MAX_PATIENT_ATTEMPTS)
        .with_initial_backoff(EAGER_BACKOFF)
        .with_max_backoff(Duration::from_secs(1));
    let environment = AwsEnvironment::from_env(environment::of_process())?;
    Ok(config_with(environment, retries))
}

fn config_with(environment: AwsEnvironment, retries: RetryConfig) -> SdkConfig {
    let AwsEnvironment {
        region,
        credentials,
        endpoint_url,
        app_name,
    } = environment;
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(2))
        .operation_attempt_timeout(Duration::from_secs(4))
        .operation_timeout(Duration::from_secs(9))
        .build();
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(trust::http_client(&region, endpoint_url.as_deref()))
        .region(Region::new(region))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .timeout_config(timeouts)
        .retry_config(retries);
    config.set_endpoint_url(endpoint_url);
    config.set_app_name(app_name.and_then(|name| AppName::new(name).ok()));
    config.build()
}

fn credentials(
    env: &mut Environment<impl Fn(&'static str) -> Option<String>>,
) -> Option<Credentials> {
    let id: Option<String> = env.required("AWS_ACCESS_KEY_ID");
    let secret: Option<String> = env.required("AWS_SECRET_ACCESS_KEY");
    let token = env.optional("AWS_SESSION_TOKEN");
    Some(Credentials::new(id?, secret?, token, None, "environment"))
}

/// Opens a connection to the table by a read whose result is ignored, so that the first request need not. If that fails,
/// only the first request is slower.
pub async fn connect(store: &Store) {
    match tokio::time::timeout(CONNECT_PATIENCE, store.ping()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(error = %ErrorChain(&error), "not_connected"),
        Err(_) => tracing::warn!("not_connected_in_time"),
    }
}

/// The table.
#[must_use]
pub fn store(config: &SdkConfig, table: &str) -> Store {
    Store::on_dynamodb(aws_sdk_dynamodb::Client::new(config), table)
}

/// The queues.
#[must_use]
pub fn queues(config: &SdkConfig) -> Arc<Sqs> {
    Arc::new(Sqs::new(aws_sdk_sqs::Client::new(config)))
}

/// Returns the queues for a function that seldom calls them. Their client is made at the first call.
#[must_use]
pub fn rarely_used_queues(config: SdkConfig) -> Arc<Sqs> {
    Arc::new(Sqs::lazy(move || aws_sdk_sqs::Client::new(&config)))
}

#[cfg(test)]
mod tests;
