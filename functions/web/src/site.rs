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
    /// The address of the WebSocket.
    pub(crate) live: String,
}

impl Site {
    /// Returns the addresses of the settings. Addresses that are not set are derived from the request's header `Host`.
    pub(crate) fn of(settings: &Settings, headers: &HeaderMap) -> Self {
        let origin = settings
            .public_url
            .clone()
            .unwrap_or_else(|| format!("http://{}", host(headers).unwrap_or(NO_HOST)));
        let live = settings
            .live_url
            .clone()
            // `http` becomes `ws`, and `https` becomes `wss`.
            .unwrap_or_else(|| format!("{}/live", origin.replacen("http", "ws", 1)));
        Self { origin, live }
    }

    /// Returns the origin of the WebSocket, as a content security policy names it.
    pub(crate) fn live_origin(&self) -> &str {
        let after_scheme = self.live.find("://").map_or(0, |at| at + 3);
        let rest = self.live.get(after_scheme..).unwrap_or_default();
        let end = after_scheme + rest.find(['/', '?', '#']).unwrap_or(rest.len());
        self.live.get(..end).unwrap_or_default()
    }

    /// Returns the absolute address of a path.
    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
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
        for (host, origin, live) in [
            (
                "127.0.0.1:8080",
                "http://127.0.0.1:8080",
                "ws://127.0.0.1:8080",
            ),
            ("[::1]:8080", "http://[::1]:8080", "ws://[::1]:8080"),
            (
                "evil.example; script-src *",
                "http://localhost",
                "ws://localhost",
            ),
            ("a/b", "http://localhost", "ws://localhost"),
            ("a\"b", "http://localhost", "ws://localhost"),
            ("", "http://localhost", "ws://localhost"),
        ] {
            let site = asked_of(host);
            assert_eq!(site.origin, origin, "{host}");
            assert_eq!(site.live, format!("{live}/live"), "{host}");
            assert_eq!(site.live_origin(), live, "{host}");
        }
    }

    #[test]
    fn settings_come_before_the_host() {
        let mut settings = Settings {
            public_url: Some("https://tickets.example.org".to_owned()),
            live_url: None,
        };
        let site = Site::of(&settings, &HeaderMap::new());
        assert_eq!(site.live, "wss://tickets.example.org/live");
        assert_eq!(site.at("/events"), "https://tickets.example.org/events");
        settings.live_url = Some("wss://live.example.org/prod?x".to_owned());
        let site = Site::of(&settings, &HeaderMap::new());
        assert_eq!(site.live_origin(), "wss://live.example.org");
    }
}
