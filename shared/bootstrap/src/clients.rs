//! Creates the clients of AWS services. A process creates each client once.

mod trust;

use std::{sync::Arc, time::Duration};

use aws_sdk_dynamodb::config::{
    BehaviorVersion, Credentials, Region, SharedCredentialsProvider, retry::RetryConfig,
    timeout::TimeoutConfig,
};
use aws_types::{SdkConfig, app_name::AppName};
use objects::s3::S3;
use pictures::Pictures;
use queues::sqs::Sqs;
use store::Store;

use crate::{
    environment::{self, Environment, EnvironmentError},
    error_chain::ErrorChain,
};

/// The maximum number of attempts of one call to AWS, including the first one. The waits between attempts are random and grow
/// exponentially.
const MAX_ATTEMPTS: u32 = 4;
/// The maximum number of attempts of one call to AWS, in a function for whose reply no user waits.
const MAX_PATIENT_ATTEMPTS: u32 = 8;
/// The longest wait between the first and the second attempt of a call by the relay, on whose results many users depend.
const EAGER_BACKOFF: Duration = Duration::from_millis(25);
/// The maximum time that a starting process waits for a connection to the table. Lambda ends a process whose start takes more
/// than ten seconds.
const CONNECT_PATIENCE: Duration = Duration::from_secs(2);

crate::configuration! { env =>
    /// The environment variables with which Lambda gives every function access to AWS. Profiles and the metadata service are
    /// not used.
    struct AwsEnvironment {
        /// `AWS_REGION`: the AWS region in which the function runs.
        region: String = env.required("AWS_REGION"),
        /// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and, on AWS, `AWS_SESSION_TOKEN`: the credentials of the function's
        /// role. They are valid for longer than Lambda keeps a process.
        credentials: Credentials = credentials(&mut env),
        /// `AWS_ENDPOINT_URL`: the address of a service that takes the place of AWS, such as a local stack.
        endpoint_url: Option<String> = Some(env.optional("AWS_ENDPOINT_URL")),
        /// `AWS_SDK_UA_APP_ID`: the name that the function sends with each call. A local stack uses it to count the calls of
        /// each function.
        app_name: Option<String> = Some(env.optional("AWS_SDK_UA_APP_ID")),
    }
}

/// Returns the configuration that all clients share: the region and the credentials from the environment, one HTTP client,
/// limited retries, and timeouts. The timeouts leave enough time for a reply within the function's own timeout.
///
/// # Errors
/// Environment variables that Lambda sets are missing.
pub fn sdk_config() -> Result<SdkConfig, EnvironmentError> {
    let retries = RetryConfig::standard()
        .with_max_attempts(MAX_ATTEMPTS)
        .with_max_backoff(Duration::from_secs(1));
    let environment = AwsEnvironment::from_env(environment::of_process())?;
    Ok(config_with(environment, retries))
}

/// Returns the configuration for the relay. At peak load, the table throttles the relay's few writes in the same way as all
/// other writes. But users see that an event is sold out only after the relay's writes. So the relay retries sooner and more
/// often (`docs/proved.md`).
///
/// # Errors
/// The same errors as [`sdk_config`].
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

/// Opens a connection to the table while the process starts, so that the first request finds an open connection. For this
/// purpose, the function reads from the table and ignores the result. If the read fails, the first request is slower, but
/// nothing else happens.
pub async fn connect(store: &Store) {
    match tokio::time::timeout(CONNECT_PATIENCE, store.ping()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(error = %ErrorChain(&error), "not_connected"),
        Err(_) => tracing::warn!("not_connected_in_time"),
    }
}

/// Returns the store for the table with the name `table`.
#[must_use]
pub fn store(config: &SdkConfig, table: &str) -> Store {
    Store::on_dynamodb(aws_sdk_dynamodb::Client::new(config), table)
}

/// Returns the queues of SQS.
#[must_use]
pub fn queues(config: &SdkConfig) -> Arc<Sqs> {
    Arc::new(Sqs::new(aws_sdk_sqs::Client::new(config)))
}

/// Returns the queues of SQS, for a function that seldom sends messages. The SQS client is created only when the first call
/// needs it.
#[must_use]
pub fn rarely_used_queues(config: SdkConfig) -> Arc<Sqs> {
    Arc::new(Sqs::lazy(move || aws_sdk_sqs::Client::new(&config)))
}

/// Returns the pictures in the S3 bucket `bucket`. The S3 client is created only when the first call needs it.
#[must_use]
pub fn pictures(config: SdkConfig, bucket: String) -> Pictures {
    let client = move || {
        // Under the one address of a local stack, a bucket is a part of the path. On AWS, it is a part of the host's name.
        let is_local = config.endpoint_url().is_some();
        let config = aws_sdk_s3::config::Builder::from(&config).force_path_style(is_local);
        aws_sdk_s3::Client::from_conf(config.build())
    };
    Pictures::new(Arc::new(S3::lazy(client, bucket)))
}

#[cfg(test)]
mod tests;
