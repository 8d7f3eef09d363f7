//! Adds headers for browsers and caches to every answer.

use answers::{compression, entity_tag};
use axum::{
    body::{Body, HttpBody as _, to_bytes},
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
};

use crate::problem::ApiError;

/// The `Cache-Control` header of answers about persons. No cache may keep such an answer.
pub(crate) const NO_STORE: (HeaderName, HeaderValue) =
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));

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
    takes_gzip: bool,
    /// The `Cache-Control` value if the route is public; else `None`.
    cached: Option<HeaderValue>,
    /// The request's `If-None-Match` header.
    kept: Option<HeaderValue>,
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
            takes_gzip: compression::is_asked_for(request.headers()),
            cached: route.map(|(_, cached)| HeaderValue::from_static(cached)),
            kept: request.headers().get(header::IF_NONE_MATCH).cloned(),
        }
    }

    /// Returns whether every caller who is not signed in gets the same answer to this request.
    pub(crate) fn is_public(&self) -> bool {
        self.reads && self.is_anonymous && self.cached.is_some()
    }

    /// Returns whether the caller prefers a compressed body.
    pub(crate) fn takes_gzip(&self) -> bool {
        self.takes_gzip
    }

    /// Adds the headers that `response` lacks. If the request's headers allow it, also compresses the body or leaves it out.
    pub(crate) async fn answer(self, response: Response) -> Response {
        let is_public = self.cached.is_some();
        let varies = vary(is_public, compression::is_compressible(response.headers()));
        let mut response = self
            .represented(response)
            .await
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

    /// Returns the answer to send. It has an `ETag` if caches may keep it. It is 304 without a body if the caller already has
    /// the same answer. Otherwise it is compressed if the caller accepts gzip.
    async fn represented(&self, response: Response) -> Result<Response, ApiError> {
        let is_tagged = self.cached.is_some() && self.reads && response.status() == StatusCode::OK;
        let least = response.body().size_hint().lower();
        let is_compressed = self.takes_gzip && compression::is_worth_it(response.headers(), least);
        if !is_tagged && !is_compressed {
            return Ok(response);
        }
        let (mut parts, body) = response.into_parts();
        // A handler of this crate made the body of the answer, so the body is in memory already.
        let body = to_bytes(body, usize::MAX)
            .await
            .map_err(ApiError::internal)?;
        if is_tagged {
            entity_tag::add(&mut parts.headers, &body);
        }
        if is_compressed {
            compression::label(&mut parts.headers);
        }
        if is_tagged && self.keeps(parts.headers.get(header::ETAG)) {
            parts.status = StatusCode::NOT_MODIFIED;
            parts.headers.remove(header::CONTENT_TYPE);
            parts.headers.remove(header::CONTENT_LENGTH);
            parts.headers.remove(header::CONTENT_ENCODING);
            return Ok(Response::from_parts(parts, Body::empty()));
        }
        if !is_compressed {
            return Ok(Response::from_parts(parts, Body::from(body)));
        }
        let body = compression::gzip(&body).map_err(ApiError::internal)?;
        Ok(Response::from_parts(parts, Body::from(body)))
    }

    /// Returns whether the request's `If-None-Match` header shows that the caller already has the answer with this `tag`.
    fn keeps(&self, tag: Option<&HeaderValue>) -> bool {
        let kept = self.kept.as_ref().and_then(|kept| kept.to_str().ok());
        kept.zip(tag)
            .is_some_and(|(kept, tag)| entity_tag::names(kept, tag))
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
