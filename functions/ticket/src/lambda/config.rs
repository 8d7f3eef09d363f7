//! The configuration of the ticket function.

use queues::Sources;
use tracing::level_filters::LevelFilter;

bootstrap::configuration! { env =>
    /// The settings of the ticket function, which environment variables give.
    pub(crate) struct Config {
        /// `STAGE`: the name of the deployment, which is a dimension of its metrics.
        pub(crate) stage: String = env.required("STAGE"),
        /// `TABLE_NAME`: the name of the deployment's DynamoDB table.
        pub(crate) table_name: String = env.required("TABLE_NAME"),
        /// `SECRET_ID`: the secret from which ticket codes are derived.
        pub(crate) secret_id: String = env.required("SECRET_ID"),
        /// `QUEUES`: the queue `tickets` and its dead-letter queue.
        pub(crate) queues: Sources = env.required("QUEUES"),
        /// `LOG_LEVEL`: the least severe level of entries that are logged; `info` by default.
        pub(crate) log_level: LevelFilter = env.or("LOG_LEVEL", LevelFilter::INFO),
    }
}
