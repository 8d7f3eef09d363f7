//! Runs the API on AWS Lambda, behind API Gateway.

mod config;
mod gateway;

use answers::lambda::{encoded, with_caller};
use bootstrap::{
    clients,
    keys::{Keys, SecretsManager},
    metrics::{Metrics, emf::Emf},
};
use lambda_http::{Adapter, lambda_runtime, tower::ServiceExt as _};

use crate::{App, router};

/// Processes requests from API Gateway until Lambda ends the process.
///
/// # Errors
/// The function cannot start.
pub async fn run() -> Result<(), bootstrap::StartError> {
    let config = config::Config::from_env(bootstrap::environment::of_process())?;
    bootstrap::telemetry::init(config.log_level);
    let aws = clients::sdk_config()?;
    let store = clients::store(&aws, &config.table_name);
    let (keys, ()) = futures::join!(
        Keys::read(SecretsManager::new(&aws, &config.secret_id)),
        clients::connect(&store),
    );
    let metrics = Metrics::new(Emf::new(&config.stage));
    let queues = clients::rarely_used_queues(aws.clone());
    let pictures = clients::pictures(aws, config.pictures_bucket.clone());
    let cdn = config.cdn_secret.clone();
    let app = App::new(store, queues, pictures, keys?, metrics, config.settings());
    let router = router(app)
        .map_request(move |request| with_caller(cdn.as_ref(), request))
        .map_response(gateway::sent_as_bytes);
    let service = Adapter::from(router).map_request(encoded);
    lambda_runtime::run(service).await?;
    Ok(())
}
