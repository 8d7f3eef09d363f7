//! Adds headers for browsers and caches to every answer.

use answers::{Wanted, compression};
use axum::{
    Json,
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
};

use crate::problem::ApiError;

/// The `Cache-Control` header of answers about persons. No cache may keep such an answer.
pub(crate) const NO_STORE: (HeaderName, HeaderValue) =
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));

/// An answer 201 with a code that no later answer contains. No cache may keep it.
pub(crate) type NewSecret<T> = (StatusCode, [(HeaderName, HeaderValue); 1], Json<T>);

/// Returns `view` as an answer 201 that no cache may keep.
pub(crate) fn new_secret<T>(view: T) -> NewSecret<T> {
    (StatusCode::CREATED, [NO_STORE], Json(view))
}

/// The `Cache-Control` value of each public route. Events may be cached for a second, because their counts change within
/// seconds. Keys may be cached longer, because a new key is listed some time before tokens are signed with it. The contract
/// changes only with a deployment.
const PUBLIC: [(&str, &str); 5] = [
    ("/v1/events", "public, max-age=1"),
    ("/v1/events/{id}", "public, max-age=1"),
    ("/v1/events/{id}/announcements", "public, max-age=1"),
    ("/.well-known/jwks.json", "public, max-age=300"),
    ("/openapi.json", "public, max-age=300"),
];

/// The parts of a request that decide which headers its answer has and whether the answer's body is compressed.
#[derive(Debug)]
pub(crate) struct Asked {
    /// Whether the method is GET or HEAD. HEAD is treated as GET.
    reads: bool,
    is_anonymous: bool,
    wanted: Wanted,
    /// The `Cache-Control` value if the route is public; else `None`.
    cached: Option<HeaderValue>,
}

impl Asked {
    /// Takes the fields of [`Asked`] from `request`. The router must have matched the route already.
    pub(crate) fn by(request: &Request) -> Self {
        let path = request.extensions().get::<MatchedPath>();
        let route = PUBLIC
            .iter()
            .find(|(route, _)| path.is_some_and(|path| path.as_str() == *route));
        Self {
            reads: [Method::GET, Method::HEAD].contains(request.method()),
            is_anonymous: !request.headers().contains_key(header::AUTHORIZATION),
            wanted: Wanted::by(request.headers()),
            cached: route.map(|(_, cached)| HeaderValue::from_static(cached)),
        }
    }

    /// Returns whether every caller who is not signed in gets the same answer to this request.
    pub(crate) fn is_public(&self) -> bool {
        self.reads && self.is_anonymous && self.cached.is_some()
    }

    /// Returns whether the caller prefers a compressed body.
    pub(crate) fn takes_gzip(&self) -> bool {
        self.wanted.takes_gzip()
    }

    /// Adds the headers that `response` lacks. If the request's headers allow it, also compresses the body or leaves it out.
    pub(crate) async fn answer(self, response: Response) -> Response {
        let is_public = self.cached.is_some();
        let varies = vary(is_public, compression::is_compressible(response.headers()));
        // An answer has an `ETag` if caches may keep it.
        let is_tagged = is_public && self.reads && response.status() == StatusCode::OK;
        let formed = self.wanted.form(response, is_tagged).await;
        let mut response = formed
            .map_err(ApiError::internal)
            .unwrap_or_else(ApiError::into_response);
        let is_shown = [StatusCode::OK, StatusCode::NOT_MODIFIED].contains(&response.status());
        let headers = response.headers_mut();
        let (name, no_store) = NO_STORE;
        let cached = self
            .cached
            .filter(|_| self.reads && self.is_anonymous && is_shown);
        headers.entry(name).or_insert(cached.unwrap_or(no_store));
        if let Some(varies) = varies {
            headers.insert(header::VARY, HeaderValue::from_static(varies));
        }
        headers.insert(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        );
        headers.insert(
            header::STRICT_TRANSPORT_SECURITY,
            HeaderValue::from_static("max-age=31536000; includeSubDomains"),
        );
        response
    }
}

/// Returns the value of `Vary`. The answer of a public route depends on whether the caller is signed in. A body that can be
/// compressed has two forms. One value contains all header names, because API Gateway gets only one value of each header.
fn vary(is_public: bool, is_compressible: bool) -> Option<&'static str> {
    match (is_public, is_compressible) {
        (true, true) => Some("accept-encoding, authorization"),
        (true, false) => Some("authorization"),
        (false, true) => Some("accept-encoding"),
        (false, false) => None,
    }
}
