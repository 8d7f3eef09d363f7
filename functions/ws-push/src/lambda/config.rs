//! The configuration of the push function.

use queues::Sources;
use tracing::level_filters::LevelFilter;

bootstrap::configuration! { env =>
    /// The settings of the push function, which environment variables give.
    pub(crate) struct Config {
        /// `STAGE`: the name of the deployment, which is a dimension of its metrics.
        pub(crate) stage: String = env.required("STAGE"),
        /// `TABLE_NAME`: the name of the deployment's DynamoDB table.
        pub(crate) table_name: String = env.required("TABLE_NAME"),
        /// `PUSH_QUEUE_URL`: the URL of the queue `push`, which contains the frames to send.
        pub(crate) push_queue_url: String = env.required("PUSH_QUEUE_URL"),
        /// `QUEUES`: the queues `live` and `push` and their dead-letter queues.
        pub(crate) queues: Sources = env.required("QUEUES"),
        /// `CONNECTIONS_URL`: the URL at which API Gateway accepts frames for connections.
        pub(crate) connections_url: String = env.required("CONNECTIONS_URL"),
        /// `LOG_LEVEL`: the least severe level of entries that are logged; `info` by default.
        pub(crate) log_level: LevelFilter = env.or("LOG_LEVEL", LevelFilter::INFO),
    }
}
