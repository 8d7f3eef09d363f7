//! The configuration of the WebSocket API's function.

use tracing::level_filters::LevelFilter;

bootstrap::configuration! { env =>
    /// The settings of the WebSocket API's function, which environment variables give.
    pub(crate) struct Config {
        /// `TABLE_NAME`: the name of the deployment's DynamoDB table.
        pub(crate) table_name: String = env.required("TABLE_NAME"),
        /// `PUSH_QUEUE_URL`: the URL of the queue `push`, which contains the frames to send.
        pub(crate) push_queue_url: String = env.required("PUSH_QUEUE_URL"),
        /// `CONNECTIONS_URL`: the URL at which API Gateway accepts frames for connections.
        pub(crate) connections_url: String = env.required("CONNECTIONS_URL"),
        /// `LOG_LEVEL`: the least severe level of entries that are logged; `info` by default.
        pub(crate) log_level: LevelFilter = env.or("LOG_LEVEL", LevelFilter::INFO),
    }
}
