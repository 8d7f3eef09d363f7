//! The addresses at which visitors reach the pages and the WebSocket.

use axum::http::{HeaderMap, header};

use crate::settings::Settings;

/// The host of requests that name none.
const NO_HOST: &str = "localhost";

/// The addresses at which a visitor reaches this deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Site {
    /// The origin of the pages, without a slash at the end.
    pub(crate) origin: String,
    /// Whether a setting names the origin. If not, the request named it, so only this caller may get the answer: another
    /// visitor would get the addresses of a host that somebody invented.
    pub(crate) is_certain: bool,
    /// The address of the WebSocket. It is empty if it is `/live` at the origin from which the visitor's browser loaded the
    /// page. A proxy may change the scheme and the host, so the browser knows that origin, and this program does not.
    pub(crate) live: String,
    /// The WebSocket, as a content security policy names it.
    pub(crate) live_sources: String,
}

impl Site {
    /// Returns the addresses of the settings. Addresses that are not set are derived from the request's header `Host`.
    pub(crate) fn of(settings: &Settings, headers: &HeaderMap) -> Self {
        let host = host(headers).unwrap_or(NO_HOST);
        let (origin, is_certain) = match &settings.public_url {
            Some(url) => (url.clone(), true),
            None => (format!("http://{host}"), false),
        };
        let live = match (&settings.live_url, is_certain) {
            (Some(url), _) => url.clone(),
            // `http` becomes `ws`, and `https` becomes `wss`.
            (None, true) => format!("{}/live", origin.replacen("http", "ws", 1)),
            (None, false) => String::new(),
        };
        let live_sources = if live.is_empty() {
            // Old browsers need them beside `'self'`.
            format!("ws://{host} wss://{host}")
        } else {
            origin_of(&live).to_owned()
        };
        Self {
            origin,
            is_certain,
            live,
            live_sources,
        }
    }

    /// Returns the absolute address of a path.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}

/// Returns the beginning of an address, with scheme, host and port.
fn origin_of(address: &str) -> &str {
    let after_scheme = address.find("://").map_or(0, |at| at + 3);
    let rest = address.get(after_scheme..).unwrap_or_default();
    let end = after_scheme + rest.find(['/', '?', '#']).unwrap_or(rest.len());
    address.get(..end).unwrap_or_default()
}

/// Returns the host that a request names. The header is hostile input that becomes part of addresses and of the content security
/// policy, so it may only have the characters of names, addresses and ports.
fn host(headers: &HeaderMap) -> Option<&str> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let is_usual = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:[]".contains(&byte);
    let is_host = (1..=255).contains(&host.len()) && host.bytes().all(is_usual);
    is_host.then_some(host)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn asked_of(host: &'static str) -> Site {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, HeaderValue::from_static(host));
        Site::of(&Settings::default(), &headers)
    }

    #[test]
    fn a_site_without_settings_is_where_it_was_asked() {
        for (sent, host) in [
            ("127.0.0.1:8080", "127.0.0.1:8080"),
            ("[::1]:8080", "[::1]:8080"),
            ("evil.example; script-src *", "localhost"),
            ("a/b", "localhost"),
            ("a\"b", "localhost"),
            ("", "localhost"),
        ] {
            let site = asked_of(sent);
            assert_eq!(site.origin, format!("http://{host}"), "{sent}");
            assert!(!site.is_certain);
            assert_eq!(site.live, "", "{sent}");
            let sources = format!("ws://{host} wss://{host}");
            assert_eq!(site.live_sources, sources, "{sent}");
        }
    }

    #[test]
    fn settings_come_before_the_host() {
        let mut settings = Settings {
            public_url: Some("https://tickets.example.org".to_owned()),
            live_url: None,
        };
        let site = Site::of(&settings, &HeaderMap::new());
        assert!(site.is_certain);
        assert_eq!(site.live, "wss://tickets.example.org/live");
        assert_eq!(site.live_sources, "wss://tickets.example.org");
        assert_eq!(site.at("/events"), "https://tickets.example.org/events");
        settings.live_url = Some("wss://live.example.org/prod?x".to_owned());
        let site = Site::of(&settings, &HeaderMap::new());
        assert_eq!(site.live_sources, "wss://live.example.org");
        // The emulator knows the address of the WebSocket only.
        settings.public_url = None;
        let site = Site::of(&settings, &HeaderMap::new());
        assert!(!site.is_certain);
        assert_eq!(site.live, "wss://live.example.org/prod?x");
    }
}
