//! Configuration of the notify function.

use std::num::NonZeroU32;

use bootstrap::environment::{Environment, EnvironmentError};
use domain::email::Email;
use tracing::level_filters::LevelFilter;

/// What the environment says.
#[derive(Debug)]
pub(crate) struct Config {
    /// `TABLE_NAME`: the one table.
    pub(crate) table_name: String,
    /// `SECRET_ID`: the secret from which codes and tickets are derived.
    pub(crate) secret_id: String,
    /// `MAIL_QUEUE_URL`: the queue that it reads, for what a message expands to.
    pub(crate) mail_queue_url: String,
    /// `DEAD_LETTER_QUEUE_URL`: where messages go that can never be sent.
    pub(crate) dead_letter_queue_url: String,
    /// `FEEDBACK_DEAD_LETTER_QUEUE_URL`: where feedback goes that cannot be understood.
    pub(crate) feedback_dead_letter_queue_url: String,
    /// `PUBLIC_URL`: where the HTTP API listens, for links; without a slash at the end.
    pub(crate) public_url: String,
    /// `SENDER_ADDRESS`: where mail comes from. Not set: no mail is sent.
    pub(crate) sender: Option<Email>,
    /// `CONFIGURATION_SET`: the configuration set of SES that reports what became of a mail.
    pub(crate) configuration_set: Option<String>,
    /// `SENDING_RATE`: mails a second, shared by `SENDERS` processes.
    pub(crate) sending_rate: SendingRate,
    /// `LOG_LEVEL`: the least severe entries; `info` by default.
    pub(crate) log_level: LevelFilter,
}

/// Mails a second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct SendingRate(pub(crate) f64);

impl std::str::FromStr for SendingRate {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.parse() {
            Ok(rate) if (0.01..=100_000.0).contains(&rate) => Ok(Self(rate)),
            _ => Err("must be a number of mails a second, from 0.01 to 100000"),
        }
    }
}

/// An address, read from the environment.
struct Sender(Email);

impl std::str::FromStr for Sender {
    type Err = domain::email::EmailError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Email::parse(text).map(Self)
    }
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
        let mail_queue_url = env.required("MAIL_QUEUE_URL");
        let dead_letter_queue_url = env.required("DEAD_LETTER_QUEUE_URL");
        let feedback_dead_letter_queue_url = env.required("FEEDBACK_DEAD_LETTER_QUEUE_URL");
        let public_url = env.required::<String>("PUBLIC_URL");
        let sender = env.optional::<Sender>("SENDER_ADDRESS");
        let configuration_set = env.optional("CONFIGURATION_SET");
        let sending_rate = env.required::<SendingRate>("SENDING_RATE");
        let senders = env.required::<NonZeroU32>("SENDERS");
        let log_level = env.optional("LOG_LEVEL").unwrap_or(LevelFilter::INFO);
        let config = (|| {
            Some(Self {
                table_name: table_name?,
                secret_id: secret_id?,
                mail_queue_url: mail_queue_url?,
                dead_letter_queue_url: dead_letter_queue_url?,
                feedback_dead_letter_queue_url: feedback_dead_letter_queue_url?,
                public_url: public_url?.trim_end_matches('/').to_owned(),
                sender: sender.map(|Sender(email)| email),
                configuration_set,
                sending_rate: SendingRate(sending_rate?.0 / f64::from(senders?.get())),
                log_level,
            })
        })();
        env.finish(config)
    }
}
