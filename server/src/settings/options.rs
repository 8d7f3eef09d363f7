//! The settings as they are typed: options, variables of the environment, keys of a file.

use std::{collections::BTreeMap, path::PathBuf};

use clap::Args;
use serde::Deserialize;

/// The options that every command has: where the data and the settings are.
#[derive(Debug, Clone, Default, Args)]
pub struct Place {
    /// Folder of the database, the secret and the mails, which is created if it does not exist [default: ./data]
    #[arg(long, value_name = "DIR", env = "EM_CONNECT_DATA")]
    pub data: Option<PathBuf>,
    /// File of settings in TOML; its keys are the names of the options [default: em-connect.toml beside the data folder, if
    /// that file exists]
    #[arg(long, value_name = "FILE", env = "EM_CONNECT_CONFIG")]
    pub config: Option<PathBuf>,
}

macro_rules! options {
    ($($heading:literal { $($(#[doc = $about:literal])+ $field:ident = $name:literal $value:literal $variable:literal $($flag:ident)?,)+ })+) => {
        /// Settings of `em-connect serve` as texts that are not parsed yet. They come from one layer: either the command line
        /// with the environment, or a file. A setting that the layer does not name is `None`.
        #[expect(clippy::doc_markdown, reason = "clap shows these texts to people")]
        #[derive(Debug, Clone, Default, Args, Deserialize)]
        #[serde(default)]
        pub struct Options {
            $($(
                $(#[doc = $about])+
                #[arg(long = $name, value_name = $value, env = $variable, help_heading = $heading, hide_env_values = true, $(num_args = options!(@$flag count), default_missing_value = options!(@$flag value), require_equals = true)?)]
                #[serde(rename = $name, deserialize_with = "text")]
                pub $field: Option<String>,
            )+)+
            /// Keys of the file that name no setting.
            #[arg(skip)]
            #[serde(flatten)]
            pub unknown: BTreeMap<String, toml::Value>,
        }

        impl Options {
            /// Returns each setting that has a value, by name.
            pub(crate) fn named(self) -> impl Iterator<Item = (&'static str, String)> {
                [$($(($name, self.$field),)+)+].into_iter().filter_map(|(name, value)| Some((name, value?)))
            }
        }

        /// The names of all settings, each with the name of its environment variable.
        pub(crate) const NAMES: &[(&str, &str)] = &[$($(($name, $variable),)+)+];
    };
    (@flag count) => { 0..=1 };
    (@flag value) => { "true" };
}

options! {
    "Addresses" {
        /// IP address and port to listen on; port 0 takes a free port [default: 127.0.0.1:8080]
        listen = "listen" "ADDR:PORT" "EM_CONNECT_LISTEN",
        /// Public URL of this server, for links in mails [default: the address of --listen]
        url = "url" "URL" "EM_CONNECT_URL",
        /// IP address and port at which Prometheus reads metrics, with the path /metrics [default: none]
        metrics = "metrics" "ADDR:PORT" "EM_CONNECT_METRICS",
        /// Networks of the proxies whose header X-Forwarded-For is trusted, such as 10.0.0.0/8, separated by commas [default:
        /// none]
        trusted_proxy = "trusted-proxy" "CIDR" "EM_CONNECT_TRUSTED_PROXY",
        /// Origins of web pages that may call the API from a browser, separated by commas; * allows all origins [default: none]
        allowed_origins = "allowed-origins" "ORIGINS" "EM_CONNECT_ALLOWED_ORIGINS",
    }
    "Mail" {
        /// Server that takes mail: smtps://user:password@host (TLS), smtp+starttls://user:password@host, or smtp://host without
        /// encryption. Special characters are percent-encoded [default: none; mails are kept as files in DATA/mail]
        smtp = "smtp" "URL" "EM_CONNECT_SMTP",
        /// Mail address of the sender; --smtp requires this option [default: tickets@em-connect.localhost]
        from = "from" "ADDRESS" "EM_CONNECT_FROM",
        /// Maximum number of mails per second [default: 14 with --smtp, else no limit]
        sending_rate = "sending-rate" "NUMBER" "EM_CONNECT_SENDING_RATE",
    }
    "Limits" {
        /// People must verify their mail address before they can register for an event
        verified_only = "verified-only" "BOOL" "EM_CONNECT_VERIFIED_ONLY" flag,
        /// Number of logins that may fail from one IP address before that address has to wait [default: 30]
        login_failures_per_source = "login-failures-per-source" "NUMBER" "EM_CONNECT_LOGIN_FAILURES_PER_SOURCE",
        /// Number of new accounts that one IP address may request in ten minutes [default: 300]
        sign_ups_per_source = "sign-ups-per-source" "NUMBER" "EM_CONNECT_SIGN_UPS_PER_SOURCE",
        /// Number of codes by mail that one IP address may request in ten minutes [default: 100]
        codes_per_source = "codes-per-source" "NUMBER" "EM_CONNECT_CODES_PER_SOURCE",
        /// Number of tickets for signed-in live connections that one IP address may request in ten minutes [default: 3000]
        live_tickets_per_source = "live-tickets-per-source" "NUMBER" "EM_CONNECT_LIVE_TICKETS_PER_SOURCE",
    }
    "Operation" {
        /// Name of this installation, part of the issuer of access tokens [default: dev]
        stage = "stage" "NAME" "EM_CONNECT_STAGE",
        /// Format of the log: json, or text for people [default: text on a terminal, else json]
        log_format = "log-format" "FORMAT" "EM_CONNECT_LOG_FORMAT",
        /// Lowest severity of entries that are logged: error, warn, info or debug [default: info]
        log_level = "log-level" "LEVEL" "EM_CONNECT_LOG_LEVEL",
        /// Fills an empty data folder with an organizer, three events and some people; cannot be used with --smtp or
        /// --verified-only
        demo = "demo" "BOOL" "EM_CONNECT_DEMO" flag,
    }
}

/// Reads a value of any type as its text, so that a wrong value is reported with all other wrong values. Elements of a list are
/// joined by commas.
fn text<'de, D: serde::Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    let plain = |value: toml::Value| match value {
        toml::Value::String(text) => text,
        other => other.to_string(),
    };
    Ok(Some(match toml::Value::deserialize(value)? {
        toml::Value::Array(values) => {
            let texts: Vec<String> = values.into_iter().map(plain).collect();
            texts.join(",")
        }
        value => plain(value),
    }))
}

#[cfg(test)]
impl Options {
    /// Adds an option for each setting to `command`.
    pub(crate) fn augment(command: clap::Command) -> clap::Command {
        <Self as Args>::augment_args(command)
    }
}
