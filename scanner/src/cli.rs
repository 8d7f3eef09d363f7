//! The command line of the scanner.

use std::path::PathBuf;

use clap::Parser;
use domain::{
    id::EventId,
    text::{DeviceId, Gate},
};

/// Checks tickets at the door. Each line of standard input is a code or the content of a QR code. The scanner continues during
/// an outage of the network.
///
/// Exit codes: 0 the server has every scan · 1 something failed · 2 wrong usage, not signed in, not on this event's staff, or
/// no such event · 3 the state file still has scans to send.
#[derive(Debug, Parser)]
#[command(name = "scanner", version)]
pub(crate) struct Options {
    /// URL of the API, to which a path such as /v1/events is appended; https requires a certificate that this machine trusts
    #[arg(long, value_name = "URL", value_parser = parse_address)]
    pub(crate) api: String,
    /// Id of the event whose tickets the scanner accepts
    #[arg(long, value_name = "EVENT_ID", value_parser = parse_event)]
    pub(crate) event: EventId,
    /// Access token of one of the event's door staff, used instead of a sign-in; it expires after minutes, so prefer --email
    /// and --password
    #[arg(
        long,
        env = "EM_CONNECT_TOKEN",
        hide_env_values = true,
        required_unless_present_any = ["offline", "email"]
    )]
    pub(crate) token: Option<String>,
    /// Mail address of one of the event's door staff; the scanner signs in with it, and signs in again when the session has
    /// ended
    #[arg(
        long,
        env = "EM_CONNECT_EMAIL",
        hide_env_values = true,
        value_name = "ADDRESS",
        requires = "password"
    )]
    pub(crate) email: Option<String>,
    /// Password of the account of --email; set it in the environment variable, because other users of the machine can see
    /// options
    #[arg(
        long,
        env = "EM_CONNECT_PASSWORD",
        hide_env_values = true,
        requires = "email"
    )]
    pub(crate) password: Option<String>,
    /// Name of the door, at most 50 characters [default: none]
    #[arg(long, value_name = "NAME", value_parser = parse_gate)]
    pub(crate) gate: Option<String>,
    /// Name of this device, at most 100 characters [default: a random name, kept in the state file]
    #[arg(long, value_name = "ID", value_parser = parse_device)]
    pub(crate) device: Option<String>,
    /// File that keeps keys, revocations and unsent scans; only one scanner at a time can use it [default:
    /// em-connect/scanner-EVENT_ID.json below `$XDG_STATE_HOME` or `~/.local/state`]
    #[arg(long, value_name = "FILE")]
    pub(crate) state: Option<PathBuf>,
    /// Do not use the network: check tickets with the state file of an earlier start, and leave the scans in that file
    #[arg(long)]
    pub(crate) offline: bool,
}

impl Options {
    /// Returns the path of the state file.
    pub(crate) fn state_path(&self) -> PathBuf {
        self.state
            .clone()
            .unwrap_or_else(|| default_folder().join(format!("scanner-{}.json", self.event)))
    }
}

/// Returns the folder for state according to the XDG base directory specification, or the current folder if there is no home.
fn default_folder() -> PathBuf {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    let state = variable("XDG_STATE_HOME")
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    state
        .or_else(|| variable("HOME").map(|home| PathBuf::from(home).join(".local/state")))
        .map_or_else(PathBuf::new, |folder| folder.join("em-connect"))
}

fn parse_address(text: &str) -> Result<String, String> {
    let address = text.trim_end_matches('/');
    match address.split_once("://") {
        Some(("http" | "https", host)) if !host.is_empty() => Ok(address.to_owned()),
        _ => Err("must begin with https:// or http://".to_owned()),
    }
}

fn parse_event(text: &str) -> Result<EventId, String> {
    text.parse()
        .map_err(|_| "must be the id of an event: evt_ and 26 characters".to_owned())
}

fn parse_gate(text: &str) -> Result<String, String> {
    Gate::parse(text)
        .map(|gate| gate.as_str().to_owned())
        .map_err(|error| error.to_string())
}

fn parse_device(text: &str) -> Result<String, String> {
    DeviceId::parse(text)
        .map(|device| device.as_str().to_owned())
        .map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Options::command().debug_assert();
    }

    #[test]
    fn every_option_has_help() {
        for option in Options::command().get_arguments() {
            assert!(option.get_help().is_some(), "{}", option.get_id());
        }
    }

    #[test]
    fn addresses_are_of_http() {
        for scheme in ["http", "https"] {
            let address = format!("{scheme}://h:1/a");
            assert_eq!(parse_address(&format!("{address}/")), Ok(address));
        }
        for wrong in ["ftp://h", "h:1", "http://", "https://", ""] {
            assert!(parse_address(wrong).is_err(), "{wrong}");
        }
    }
}
