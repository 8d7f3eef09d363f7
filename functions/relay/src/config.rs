//! Configuration of the relay.

use bootstrap::environment::{Environment, EnvironmentError};
use tracing::level_filters::LevelFilter;

/// What the environment says.
#[derive(Debug)]
pub(crate) struct Config {
    /// `TABLE_NAME`: the one table.
    pub(crate) table_name: String,
    /// `DEAD_LETTER_QUEUE_URL`: where records go that can never be processed.
    pub(crate) dead_letter_queue_url: String,
    /// `TICKETS_QUEUE_URL`: where the ticket function reads whose seats changed.
    pub(crate) tickets_queue_url: String,
    /// `MAIL_QUEUE_URL`: where the notify function reads which mail is due.
    pub(crate) mail_queue_url: String,
    /// `MAIL_QUEUE_ARN`: the same queue, as the scheduler knows it.
    pub(crate) mail_queue_arn: String,
    /// `LIVE_QUEUE_URL`: where the push function reads whose counts changed, a second later.
    pub(crate) live_queue_url: String,
    /// `PUSH_QUEUE_URL`: where it reads what is to be told.
    pub(crate) push_queue_url: String,
    /// `REMINDER_GROUP`: group of the schedules of reminders.
    pub(crate) reminder_group: String,
    /// `REMINDER_ROLE_ARN`: role with which the scheduler writes the queue.
    pub(crate) reminder_role_arn: String,
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
        let dead_letter_queue_url = env.required("DEAD_LETTER_QUEUE_URL");
        let tickets_queue_url = env.required("TICKETS_QUEUE_URL");
        let mail_queue_url = env.required("MAIL_QUEUE_URL");
        let mail_queue_arn = env.required("MAIL_QUEUE_ARN");
        let live_queue_url = env.required("LIVE_QUEUE_URL");
        let push_queue_url = env.required("PUSH_QUEUE_URL");
        let reminder_group = env.required("REMINDER_GROUP");
        let reminder_role_arn = env.required("REMINDER_ROLE_ARN");
        let log_level = env.optional("LOG_LEVEL").unwrap_or(LevelFilter::INFO);
        let config = (|| {
            Some(Self {
                table_name: table_name?,
                dead_letter_queue_url: dead_letter_queue_url?,
                tickets_queue_url: tickets_queue_url?,
                mail_queue_url: mail_queue_url?,
                mail_queue_arn: mail_queue_arn?,
                live_queue_url: live_queue_url?,
                push_queue_url: push_queue_url?,
                reminder_group: reminder_group?,
                reminder_role_arn: reminder_role_arn?,
                log_level,
            })
        })();
        env.finish(config)
    }
}
