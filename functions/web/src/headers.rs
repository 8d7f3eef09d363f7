//! Adds headers for browsers and caches to every answer.

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::Response,
};

use crate::site::Site;

const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

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
        let live = site.live_origin();
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
pub(crate) fn add(response: &mut Response, policy: Policy, site: &Site) {
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
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
}
