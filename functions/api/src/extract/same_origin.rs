//! Refuses requests that a page of another origin sent.

use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, header, request::Parts},
};

use crate::problem::ApiError;

/// The header in which a browser states how the origin of the calling page relates to the origin of the request ("Fetch Metadata
/// Request Headers", W3C).
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Proof that a page of this deployment's own origin sent the request. A browser adds cookies by itself, so an operation that
/// takes a cookie needs this proof.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SameOrigin;

impl<S: Sync> FromRequestParts<S> for SameOrigin {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        if is_same_origin(&parts.headers) {
            Ok(Self)
        } else {
            Err(ApiError::ForeignOrigin)
        }
    }
}

/// Returns whether the headers show that the calling page has the origin of the request. `Sec-Fetch-Site` decides if it is
/// present. Browsers without it send `Origin`, whose host must equal `Host`. A request with neither header proves nothing.
fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    if headers.contains_key(SEC_FETCH_SITE) {
        return text(&SEC_FETCH_SITE) == Some("same-origin");
    }
    let origin = text(&header::ORIGIN).and_then(|origin| origin.split_once("://"));
    origin
        .zip(text(&header::HOST))
        .is_some_and(|((_, host), own)| host.eq_ignore_ascii_case(own))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_page_of_the_own_origin_is_admitted() {
        let host = ("host", "tickets.example.org");
        for (headers, is_own) in [
            (vec![host, ("sec-fetch-site", "same-origin")], true),
            (vec![host, ("sec-fetch-site", "same-site")], false),
            (vec![host, ("sec-fetch-site", "cross-site")], false),
            (vec![host, ("sec-fetch-site", "none")], false),
            // A proxy may change `Host`. The browser's own statement is still true.
            (
                vec![
                    ("host", "internal:8080"),
                    ("sec-fetch-site", "same-origin"),
                    ("origin", "https://tickets.example.org"),
                ],
                true,
            ),
            (
                vec![
                    host,
                    ("sec-fetch-site", "cross-site"),
                    ("origin", "https://tickets.example.org"),
                ],
                false,
            ),
            (vec![host, ("origin", "https://Tickets.example.org")], true),
            (
                vec![host, ("origin", "https://tickets.example.org:8443")],
                false,
            ),
            (vec![host, ("origin", "https://evil.example")], false),
            (vec![host, ("origin", "null")], false),
            (vec![("origin", "https://tickets.example.org")], false),
            (vec![host], false),
            (vec![], false),
        ] {
            let pairs = headers
                .iter()
                .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
            let map: HeaderMap = pairs.collect();
            assert_eq!(is_same_origin(&map), is_own, "{headers:?}");
        }
    }
}
