//! The configuration of the relay.

use tracing::level_filters::LevelFilter;

bootstrap::configuration! { env =>
    /// The settings of the relay, which environment variables give.
    pub(crate) struct Config {
        /// `STAGE`: the name of the deployment, which is a dimension of its metrics.
        pub(crate) stage: String = env.required("STAGE"),
        /// `TABLE_NAME`: the name of the deployment's DynamoDB table.
        pub(crate) table_name: String = env.required("TABLE_NAME"),
        /// `DEAD_LETTER_QUEUE_URL`: the URL of the queue for stream records that can never be processed.
        pub(crate) dead_letter_queue_url: String = env.required("DEAD_LETTER_QUEUE_URL"),
        /// `TICKETS_QUEUE_URL`: the URL of the queue `tickets`, which the ticket function reads.
        pub(crate) tickets_queue_url: String = env.required("TICKETS_QUEUE_URL"),
        /// `MAIL_QUEUE_URL`: the URL of the queue `mail`, which the notify function reads.
        pub(crate) mail_queue_url: String = env.required("MAIL_QUEUE_URL"),
        /// `MAIL_QUEUE_ARN`: the ARN of the queue `mail`, to which the scheduler sends the messages of reminders.
        pub(crate) mail_queue_arn: String = env.required("MAIL_QUEUE_ARN"),
        /// `LIVE_QUEUE_URL`: the URL of the queue `live`, whose messages reach the push function a second later.
        pub(crate) live_queue_url: String = env.required("LIVE_QUEUE_URL"),
        /// `PUSH_QUEUE_URL`: the URL of the queue `push`, which the push function reads.
        pub(crate) push_queue_url: String = env.required("PUSH_QUEUE_URL"),
        /// `REMINDER_GROUP`: the name of the scheduler's group that contains the schedules of reminders.
        pub(crate) reminder_group: String = env.required("REMINDER_GROUP"),
        /// `REMINDER_ROLE_ARN`: the ARN of the IAM role with which the scheduler sends messages to the queue `mail`.
        pub(crate) reminder_role_arn: String = env.required("REMINDER_ROLE_ARN"),
        /// `PICTURES_BUCKET`: the name of the S3 bucket with the files of pictures.
        pub(crate) pictures_bucket: String = env.required("PICTURES_BUCKET"),
        /// `LOG_LEVEL`: the least severe level of entries that are logged; `info` by default.
        pub(crate) log_level: LevelFilter = env.or("LOG_LEVEL", LevelFilter::INFO),
    }
}
