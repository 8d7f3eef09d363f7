//! The settings of an operator. They come from options, the environment and a file, and are checked as a whole before anything is
//! touched.

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

/// The name of the settings file that is read beside the data folder, if it exists.
const FILE: &str = "em-connect.toml";
/// The sender of mails that stay in the data folder.
const NOBODY: &str = "tickets@em-connect.localhost";

/// The format of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// Lines of text for people to read.
    Text,
}

/// The destination of mails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailTo {
    /// Files in the data folder.
    Folder,
    /// A server.
    Smtp(SmtpServer),
}

/// The web pages that may call the API.
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
    /// The data folder.
    pub data: PathBuf,
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// Public address, without a slash at the end; `None` for the address that the server listens on.
    pub url: Option<String>,
    /// Address and port of the metrics.
    pub metrics: Option<SocketAddr>,
    /// The proxies whose `X-Forwarded-For` is trusted.
    pub trusted_proxies: Vec<IpNet>,
    /// The web pages that may call the API.
    pub allowed_origins: Origins,
    /// The destination of mails.
    pub mail: MailTo,
    /// The address that mails come from.
    pub from: Email,
    /// Most mails a second.
    pub sending_rate: SendingRate,
    /// Whether only people whose address is verified may register for events.
    pub verified_only: bool,
    /// Limit of failed logins from one address.
    pub patience_with_source: Patience,
    /// Limits of requests from one address.
    pub most_per_source: MostPerSource,
    /// Name of the installation.
    pub stage: String,
    /// The format of the log.
    pub log_format: LogFormat,
    /// The least severe entries of the log.
    pub log_level: LevelFilter,
    /// Whether an empty data folder is filled with a demonstration.
    pub demo: bool,
}

/// Returns the data folder of a command that needs no other setting.
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
    /// Reads the settings. An option takes precedence over the environment, and the environment over the file. `typed`: the options
    /// with the environment. `on_terminal`: whether a person reads the log.
    ///
    /// # Errors
    /// Every setting that is wrong or unknown.
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

/// Returns the path of the settings file that is used if none is named.
fn default_file(data: &Path) -> PathBuf {
    let beside = data
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    beside.unwrap_or(Path::new(".")).join(FILE)
}
