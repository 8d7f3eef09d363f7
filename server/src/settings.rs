//! The settings of a server. They come from options, the environment and a file. All settings are checked together, before the
//! server reads or writes anything else.

mod options;
mod parse;
mod problem;
mod reader;
mod smtp_url;
#[cfg(test)]
mod tests;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use domain::{
    accounts::email::Email,
    security::{rate_limit::MostPerSource, throttle::Patience},
};
use ipnet::IpNet;
use notify::SendingRate;
use tracing::level_filters::LevelFilter;

pub use options::{Options, Place};
pub use problem::SettingsError;
pub use smtp_url::{Encryption, SmtpServer};

use reader::Reader;

/// The name of the settings file. If a file with this name is next to the data folder, it is read even if no option names it.
const FILE: &str = "em-connect.toml";
/// The sender's address of mails that are only written to the data folder.
const NOBODY: &str = "tickets@em-connect.localhost";

/// The format of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object in each line.
    Json,
    /// Lines of text for people to read.
    Text,
}

/// The destination of the mails that the server sends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailTo {
    /// Mails are written as files in the data folder.
    Folder,
    /// Mails are sent to this mail server by SMTP.
    Smtp(SmtpServer),
}

/// The origins of the web pages that may call the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origins {
    /// Web pages of any origin.
    All,
    /// Web pages of these origins. The list may be empty.
    Listed(Vec<String>),
}

/// The settings of a server.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The path of the data folder.
    pub data: PathBuf,
    /// The address and port on which the server listens.
    pub listen: SocketAddr,
    /// The public URL of the server, without a slash at the end; `None` if it is the address on which the server listens.
    pub url: Option<String>,
    /// The address and port on which the metrics are served; `None` if they are not served.
    pub metrics: Option<SocketAddr>,
    /// The networks of the proxies whose `X-Forwarded-For` header is trusted.
    pub trusted_proxies: Vec<IpNet>,
    /// The origins of the web pages that may call the API.
    pub allowed_origins: Origins,
    /// The destination of mails.
    pub mail: MailTo,
    /// The e-mail address from which mails are sent.
    pub from: Email,
    /// The greatest number of mails a second.
    pub sending_rate: SendingRate,
    /// Whether only people whose e-mail address is verified may register for events.
    pub verified_only: bool,
    /// The number of failed logins that one source may make before it has to wait.
    pub patience_with_source: Patience,
    /// The greatest numbers of requests that one source may make.
    pub most_per_source: MostPerSource,
    /// The name of the installation.
    pub stage: String,
    /// The format of the log.
    pub log_format: LogFormat,
    /// The level of the least severe entries in the log.
    pub log_level: LevelFilter,
    /// Whether an empty data folder is filled with a demonstration.
    pub demo: bool,
}

/// Returns the data folder, for a command that needs no other setting.
///
/// # Errors
/// The file of settings cannot be read, or its key `data` has a wrong type.
pub fn data_folder(place: &Place) -> Result<PathBuf, SettingsError> {
    let reader = Reader::new(place, Options::default())?;
    let data = reader.data();
    match data {
        Some(data) => Ok(data),
        None => reader.finish(None),
    }
}

impl Settings {
    /// Reads the settings. An option takes precedence over the environment, and the environment over the file. `typed` contains
    /// the options and the environment. `on_terminal` is true if the log goes to a terminal, where a person reads it.
    ///
    /// # Errors
    /// Returns every setting that is wrong or unknown.
    pub fn read(place: &Place, typed: Options, on_terminal: bool) -> Result<Self, SettingsError> {
        let mut reader = Reader::new(place, typed)?;
        let data = reader.data();
        let log_format = if on_terminal {
            LogFormat::Text
        } else {
            LogFormat::Json
        };
        let listen = reader.or("listen", "127.0.0.1:8080", parse::address);
        let url = reader.optional("url", parse::url);
        let metrics = reader.optional("metrics", parse::address);
        let trusted_proxies = reader.or("trusted-proxy", "", parse::networks);
        let allowed_origins = reader.or("allowed-origins", "", parse::origins);
        let smtp = reader.optional("smtp", SmtpServer::parse);
        let default_rate = if reader.has("smtp") { "14" } else { "100000" };
        let sending_rate = reader.or("sending-rate", default_rate, parse::from_str);
        let from = if reader.has("smtp") && !reader.has("from") {
            reader.refuse("from", "is not set, and --smtp needs it");
            None
        } else {
            reader.or("from", NOBODY, parse::from_str)
        };
        let verified_only = reader.or("verified-only", "false", parse::switch);
        let failures = reader.or("login-failures-per-source", "30", parse::count);
        let sign_ups = reader.or("sign-ups-per-source", "300", parse::count);
        let codes = reader.or("codes-per-source", "100", parse::count);
        let live_tickets = reader.or("live-tickets-per-source", "3000", parse::count);
        let stage = reader.or("stage", "dev", parse::stage);
        let log_format = reader.or_else("log-format", log_format, parse::log_format);
        let log_level = reader.or("log-level", "info", parse::log_level);
        let demo = reader.or("demo", "false", parse::switch);
        if demo == Some(true) {
            if verified_only == Some(true) {
                let reason = "cannot be used with --verified-only, because the people of the demonstration have no mailbox in \
                              which to verify an address";
                reader.refuse("demo", reason);
            }
            if reader.has("smtp") {
                let reason = "cannot be used with --smtp, because the people of the demonstration have no mailbox, and every mail \
                              to them would bounce";
                reader.refuse("demo", reason);
            }
        }
        let read = || {
            Some(Self {
                data: data?,
                listen: listen?,
                url: url?,
                metrics: metrics?,
                trusted_proxies: trusted_proxies?,
                allowed_origins: allowed_origins?,
                mail: smtp?.map_or(MailTo::Folder, MailTo::Smtp),
                from: from?,
                sending_rate: sending_rate?,
                verified_only: verified_only?,
                patience_with_source: Patience::with_source(failures?),
                most_per_source: MostPerSource {
                    sign_ups: sign_ups?,
                    codes: codes?,
                    live_tickets: live_tickets?,
                },
                stage: stage?,
                log_format: log_format?,
                log_level: log_level?,
                demo: demo?,
            })
        };
        let settings = read();
        reader.finish(settings)
    }
}

/// Returns the path of the settings file if no option names one.
fn default_file(data: &Path) -> PathBuf {
    let beside = data
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    beside.unwrap_or(Path::new(".")).join(FILE)
}
