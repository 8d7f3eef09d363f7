//! Configuration of the function.

use bootstrap::environment::{Environment, EnvironmentError};
use tracing::level_filters::LevelFilter;

/// What the environment says.
#[derive(Debug)]
pub(crate) struct Config {
    /// `TABLE_NAME`: the one table.
    pub(crate) table_name: String,
    /// `PUSH_QUEUE_URL`: what is to be told.
    pub(crate) push_queue_url: String,
    /// `CONNECTIONS_URL`: where API Gateway is told what to send on connections.
    pub(crate) connections_url: String,
    /// `LOG_LEVEL`: the least severe entries; `info` by default.
    pub(crate) log_level: LevelFilter,
}

impl Config {
    /// Reads the environment.
    ///
    /// # Errors
    /// All variables that are missing or malformed.
    pub(crate) fn from_env(
        mut env: Environment<impl Fn(&'static str) -> Option<String>>,
    ) -> Result<Self, EnvironmentError> {
        let table_name = env.required("TABLE_NAME");
        let push_queue_url = env.required("PUSH_QUEUE_URL");
        let connections_url = env.required("CONNECTIONS_URL");
        let log_level = env.optional("LOG_LEVEL").unwrap_or(LevelFilter::INFO);
        let config = (|| {
            Some(Self {
                table_name: table_name?,
                push_queue_url: push_queue_url?,
                connections_url: connections_url?,
                log_level,
            })
        })();
        env.finish(config)
    }
}
