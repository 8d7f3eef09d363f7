//! Parses the texts of settings as values. Each error is the end of a sentence that begins with the name of the setting.

use std::{
    fmt::Display,
    net::{IpAddr, SocketAddr},
    str::FromStr,
};

use ipnet::IpNet;
use tracing::level_filters::LevelFilter;
use url::Url;

use super::{LogFormat, Origins};

/// The greatest number that a setting for a limit can have. `template.yaml` has the same maximum.
const MOST: u32 = 1_000_000;

pub(super) fn from_str<T: FromStr<Err: Display>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| error.to_string())
}

pub(super) fn address(text: &str) -> Result<SocketAddr, String> {
    let error = |_| "must be an IP address and a port, such as 127.0.0.1:8080 or [::1]:8080";
    text.parse().map_err(error).map_err(str::to_owned)
}

pub(super) fn count(text: &str) -> Result<u32, String> {
    match text.parse() {
        Ok(count @ 1..=MOST) => Ok(count),
        _ => Err(format!("must be a number from 1 to {MOST}")),
    }
}

pub(super) fn switch(text: &str) -> Result<bool, String> {
    text.parse().map_err(|_| "must be true or false".to_owned())
}

/// Parses the public URL of the server. Links in mails begin with this URL.
pub(super) fn url(text: &str) -> Result<String, String> {
    let wrong = || "must be an address such as https://tickets.example.org".to_owned();
    let url = Url::parse(text).map_err(|_| wrong())?;
    let is_plain = ["http", "https"].contains(&url.scheme())
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if is_plain {
        Ok(url.as_str().trim_end_matches('/').to_owned())
    } else {
        Err(wrong())
    }
}

fn listed(text: &str) -> impl Iterator<Item = &str> {
    text.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
}

/// Parses networks, separated by commas. An IP address without a prefix length is a network with only this address.
pub(super) fn networks(text: &str) -> Result<Vec<IpNet>, String> {
    let network = |item: &str| {
        let network = item.parse::<IpNet>().ok();
        let network = network.or_else(|| item.parse::<IpAddr>().ok().map(IpNet::from));
        let error =
            || format!("must be networks such as 10.0.0.0/8 or ::1/128, and {item} is none");
        network.ok_or_else(error)
    };
    listed(text).map(network).collect()
}

pub(super) fn origins(text: &str) -> Result<Origins, String> {
    if text.trim() == "*" {
        return Ok(Origins::All);
    }
    let origin = |item: &str| {
        let is_origin = Url::parse(item)
            .is_ok_and(|url| url.origin().is_tuple() && url.origin().ascii_serialization() == item);
        let error = format!("must be * or origins such as https://example.org, and {item} is none");
        is_origin.then(|| item.to_owned()).ok_or(error)
    };
    let origins: Result<_, String> = listed(text).map(origin).collect();
    origins.map(Origins::Listed)
}

/// Parses the name of an installation. The same names are valid as the parameter for the stage in `template.yaml`.
pub(super) fn stage(text: &str) -> Result<String, String> {
    let is_letter = |byte: u8| byte.is_ascii_lowercase();
    let is_name = (1..=20).contains(&text.len())
        && text.bytes().next().is_some_and(is_letter)
        && text
            .bytes()
            .all(|byte| is_letter(byte) || byte.is_ascii_digit() || byte == b'-');
    let error = "must be 1 to 20 lower-case letters, digits and hyphens, a letter first";
    is_name.then(|| text.to_owned()).ok_or(error.to_owned())
}

pub(super) fn log_format(text: &str) -> Result<LogFormat, String> {
    match text {
        "json" => Ok(LogFormat::Json),
        "text" => Ok(LogFormat::Text),
        _ => Err("must be json or text".to_owned()),
    }
}

pub(super) fn log_level(text: &str) -> Result<LevelFilter, String> {
    match text {
        "error" => Ok(LevelFilter::ERROR),
        "warn" => Ok(LevelFilter::WARN),
        "info" => Ok(LevelFilter::INFO),
        "debug" => Ok(LevelFilter::DEBUG),
        _ => Err("must be error, warn, info or debug".to_owned()),
    }
}
