//! The HTTP API: an axum router on Lambda.

mod access;
mod app;
mod compression;
mod config;
mod dead_letters;
mod depth;
mod entity_tag;
mod extract;
mod first_admin;
mod headers;
mod health;
mod limits;
mod memory;
mod openapi;
mod passwords;
mod problem;
mod query;
mod raw_uri;
mod request;
mod routes;
mod sqs;
mod views;

#[cfg(test)]
mod tests;

use lambda_http::{Adapter, lambda_runtime, tower::ServiceExt as _};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), bootstrap::StartError> {
    let config = config::Config::from_env(bootstrap::environment::of_process())?;
    bootstrap::telemetry::init(config.log_level);
    let aws = bootstrap::clients::sdk_config()?;
    let store = bootstrap::clients::store(&aws, &config.table_name);
    let (keys, ()) = futures::join!(
        bootstrap::keys::Keys::read(&aws, &config.secret_id),
        bootstrap::clients::connect(&store),
    );
    let keys = keys?;
    let sqs = sqs::Sqs::new(move || aws_sdk_sqs::Client::new(&aws));
    let limits = config.limits();
    let health = health::Health::new(
        sqs.clone(),
        config.queues.clone(),
        config.sender_address.is_some(),
    );
    let dead_letters = dead_letters::DeadLetters::new(sqs, config.queues);
    let app = app::App::new(
        store,
        dead_letters,
        health,
        keys,
        &config.stage,
        config.first_admin,
        limits,
    );
    let router = Adapter::from(routes::router(app));
    lambda_runtime::run(router.map_request(raw_uri::encoded)).await?;
    Ok(())
}
