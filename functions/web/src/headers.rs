//! Adds headers for browsers and caches to every answer.

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::Response,
};
use domain::text::timestamp::rfc3339;

use crate::{site::Site, visit::Visit};

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// The kinds of answers. The kind decides what a page may do in the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Policy {
    /// A public page.
    Page,
    /// The card that other sites show in a frame.
    Embed,
    /// The app.
    App,
    /// The app on the pages that scan tickets. It may use the camera and compile its decoder.
    Scan,
    /// A script. A worker has the policy of its own file.
    Script,
    /// A feed, or another text for programs, in the language of the visitor. If a browser shows it as a page, the page may load
    /// nothing.
    Feed,
    /// A file that is not a script.
    File,
}

impl Policy {
    /// Returns the content security policy of the answer.
    fn content_security(self, site: &Site) -> String {
        let frames = match self {
            Self::Embed => "*",
            Self::Page | Self::App | Self::Scan | Self::Script | Self::Feed | Self::File => {
                "'none'"
            }
        };
        let live = &site.live_sources;
        let common = format!(
            "default-src 'none'; style-src 'self'; font-src 'self'; connect-src 'self' {live}; manifest-src 'self'; \
             base-uri 'none'; form-action 'self'; frame-ancestors {frames}; require-trusted-types-for 'script'"
        );
        match self {
            Self::Page | Self::Embed => {
                format!("{common}; script-src 'self'; img-src 'self' data:; trusted-types 'none'")
            }
            Self::App => format!("{common}; script-src 'self'; {APP}"),
            Self::Scan => format!("{common}; script-src 'self' 'wasm-unsafe-eval'; {APP}"),
            // Caches may keep the file for a year, so the policy does not name the socket, which may move. No worker uses it.
            Self::Script => {
                "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; \
                             frame-ancestors 'none'"
                    .to_owned()
            }
            Self::Feed | Self::File => "default-src 'none'; frame-ancestors 'none'".to_owned(),
        }
    }

    fn permissions(self) -> &'static str {
        match self {
            Self::Scan => {
                "camera=(self), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
            }
            Self::Page | Self::Embed | Self::App | Self::Script | Self::Feed | Self::File => {
                "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
            }
        }
    }
}

/// The directives of the app's content security policy that public pages do not need. The names of the app's trusted types are
/// those of Svelte and of `web/src`.
const APP: &str = "img-src 'self' data: blob:; media-src 'self' blob:; worker-src 'self'; trusted-types svelte-trusted-html \
                   em-connect";

/// Adds the headers that an answer with this policy has.
pub(crate) fn add(response: &mut Response, policy: Policy, visit: &Visit) {
    let site = &visit.site;
    let headers = response.headers_mut();
    let set = |headers: &mut HeaderMap, name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(
        headers,
        header::STRICT_TRANSPORT_SECURITY,
        "max-age=31536000; includeSubDomains",
    );
    set(
        headers,
        header::REFERRER_POLICY,
        "strict-origin-when-cross-origin",
    );
    set(headers, PERMISSIONS_POLICY, policy.permissions());
    if policy != Policy::Embed {
        set(headers, OPENER_POLICY, "same-origin");
    }
    if let Ok(policy) = HeaderValue::try_from(policy.content_security(site)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    if [Policy::Page, Policy::Embed].contains(&policy) {
        // Scripts cannot read the other headers of the page itself. In the page, the time would change the page's tag.
        let now = format!("now;desc=\"{}\"", rfc3339(visit.now));
        if let Ok(now) = HeaderValue::try_from(now) {
            headers.insert(SERVER_TIMING, now);
        }
    }
    let has_addresses = ![Policy::File, Policy::Script].contains(&policy);
    match headers.get(header::CACHE_CONTROL) {
        None => {
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        }
        Some(control) if has_addresses && !site.is_certain => {
            let private = private(control);
            headers.insert(header::CACHE_CONTROL, private);
        }
        Some(_) => {}
    }
}

/// Returns a `Cache-Control` header with the same rules for the browser, with which no shared cache keeps the answer.
fn private(control: &HeaderValue) -> HeaderValue {
    let rules = control.to_str().unwrap_or_default();
    let rules = rules.trim_start_matches("public").trim_start_matches(", ");
    HeaderValue::try_from(format!("private, {rules}"))
        .unwrap_or(HeaderValue::from_static("no-store"))
}
