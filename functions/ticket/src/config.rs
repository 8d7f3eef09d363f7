//! Configuration of the ticket function.

use bootstrap::environment::{Environment, EnvironmentError};
use tracing::level_filters::LevelFilter;

/// What the environment says.
#[derive(Debug)]
pub(crate) struct Config {
    /// `TABLE_NAME`: the one table.
    pub(crate) table_name: String,
    /// `SECRET_ID`: the secret from which ticket codes are derived.
    pub(crate) secret_id: String,
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
        let secret_id = env.required("SECRET_ID");
        let log_level = env.optional("LOG_LEVEL").unwrap_or(LevelFilter::INFO);
        let config = (|| {
            Some(Self {
                table_name: table_name?,
                secret_id: secret_id?,
                log_level,
            })
        })();
        env.finish(config)
    }
}
