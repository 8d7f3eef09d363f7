//! The configuration of the notify function.

use std::num::NonZeroU32;

use bootstrap::environment::Environment;
use domain::accounts::email::Email;
use mail::Pages;
use queues::Sources;
use tracing::level_filters::LevelFilter;

use crate::{SendingRate, Settings};

bootstrap::configuration! { env =>
    /// The settings of the notify function, which environment variables give.
    pub(crate) struct Config {
        /// `STAGE`: the name of the deployment, which is a dimension of its metrics.
        pub(crate) stage: String = env.required("STAGE"),
        /// `TABLE_NAME`: the name of the deployment's DynamoDB table.
        pub(crate) table_name: String = env.required("TABLE_NAME"),
        /// `SECRET_ID`: the secret from which codes and tickets are derived.
        pub(crate) secret_id: String = env.required("SECRET_ID"),
        /// `MAIL_QUEUE_URL`: the URL of the queue `mail`, which takes the parts of a divided message.
        pub(crate) mail_queue_url: String = env.required("MAIL_QUEUE_URL"),
        /// `QUEUES`: the queues `mail` and `feedback` and their dead-letter queues.
        pub(crate) queues: Sources = env.required("QUEUES"),
        /// `PUBLIC_URL`: the address of the HTTP API, for links in mails. A slash at the end is removed.
        pub(crate) public_url: String = public_url(&mut env),
        /// `PAGES_URL`: the origin at which people reach the pages, for links in mails. If it is not set, mails do not link to
        /// pages.
        pub(crate) pages: Option<Pages> = Some(env.optional("PAGES_URL")),
        /// `SENDER_ADDRESS`: the address from which mails are sent. If it is not set, no mail is sent.
        pub(crate) sender: Option<Email> = Some(env.optional("SENDER_ADDRESS")),
        /// `CONFIGURATION_SET`: the configuration set of SES that reports the delivery of mails.
        pub(crate) configuration_set: Option<String> = Some(env.optional("CONFIGURATION_SET")),
        /// `SENDING_RATE`: how many mails the whole deployment may send in a second. `SENDERS` is the number of processes that
        /// send mail, and each of them may send an equal part.
        pub(crate) sending_rate: SendingRate = own_rate(&mut env),
        /// `LOG_LEVEL`: the least severe level of entries that are logged; `info` by default.
        pub(crate) log_level: LevelFilter = env.or("LOG_LEVEL", LevelFilter::INFO),
    }
}

impl Config {
    /// Returns the settings for the deployment's mail.
    pub(crate) fn settings(&self) -> Settings {
        Settings {
            from: self.sender.clone(),
            public_url: self.public_url.clone(),
            pages: self.pages.clone(),
            sending_rate: self.sending_rate,
        }
    }
}

/// Returns how many mails one process may send in a second: `SENDING_RATE` divided by `SENDERS`.
fn own_rate(env: &mut Environment<impl Fn(&'static str) -> Option<String>>) -> Option<SendingRate> {
    let rate = env.required::<SendingRate>("SENDING_RATE");
    let senders = env.required::<NonZeroU32>("SENDERS");
    Some(rate?.shared_by(senders?.get()))
}

/// Returns the address of the HTTP API, without a slash at the end.
fn public_url(env: &mut Environment<impl Fn(&'static str) -> Option<String>>) -> Option<String> {
    let url = env.required::<String>("PUBLIC_URL")?;
    Some(url.trim_end_matches('/').to_owned())
}
