//! Runs the pages on AWS Lambda, behind API Gateway.

mod config;

use answers::lambda::{encoded, with_caller};
use bootstrap::clients;
use lambda_http::{Adapter, lambda_runtime, tower::ServiceExt as _};

use crate::{Pages, routes};

/// Processes requests from API Gateway until Lambda ends the process.
///
/// # Errors
/// The function cannot start.
pub async fn run() -> Result<(), bootstrap::StartError> {
    let config = config::Config::from_env(bootstrap::environment::of_process())?;
    bootstrap::telemetry::init(config.log_level);
    let aws = clients::sdk_config()?;
    let store = clients::store(&aws, &config.table_name);
    let pictures = clients::pictures(aws, config.pictures_bucket.clone());
    clients::connect(&store).await;
    let router = routes::with_fallback(Pages::new(store, pictures, config.settings()));
    let service = Adapter::from(router.map_request(|request| with_caller(None, request)))
        .map_request(encoded);
    lambda_runtime::run(service).await?;
    Ok(())
}
