//! What every answer says to browsers and caches.

use axum::{
    body::{Body, to_bytes},
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
};

use crate::{entity_tag, problem::ApiError};

/// Of answers about persons: no cache keeps them.
pub(crate) const NO_STORE: (HeaderName, HeaderValue) =
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));

/// What caches may keep of the public answers, by route: counts are two seconds old at most, keys are listed
/// before they sign, and the contract changes with a deployment.
const PUBLIC: [(&str, &str); 5] = [
    ("/v1/events", "public, max-age=1"),
    ("/v1/events/{id}", "public, max-age=1"),
    ("/v1/events/{id}/announcements", "public, max-age=1"),
    ("/.well-known/jwks.json", "public, max-age=300"),
    ("/openapi.json", "public, max-age=300"),
];

/// What of a request decides which headers its answer has.
#[derive(Debug)]
pub(crate) struct Asked {
    is_get: bool,
    is_anonymous: bool,
    /// Its route is public: what caches may keep of it.
    cached: Option<HeaderValue>,
    /// `If-None-Match`.
    kept: Option<HeaderValue>,
}

impl Asked {
    /// By `request`, when its route is known.
    pub(crate) fn by(request: &Request) -> Self {
        let path = request.extensions().get::<MatchedPath>();
        let route = PUBLIC
            .iter()
            .find(|(route, _)| path.is_some_and(|path| path.as_str() == *route));
        Self {
            is_get: request.method() == Method::GET,
            is_anonymous: !request.headers().contains_key(header::AUTHORIZATION),
            cached: route.map(|(_, cached)| HeaderValue::from_static(cached)),
            kept: request.headers().get(header::IF_NONE_MATCH).cloned(),
        }
    }

    /// Adds the headers that `response` does not have already.
    pub(crate) async fn answer(self, mut response: Response) -> Response {
        let is_public = self.cached.is_some();
        if self.is_get && is_public && response.status() == StatusCode::OK {
            response = validated(response, self.kept.as_ref())
                .await
                .unwrap_or_else(ApiError::into_response);
        }
        let is_shown = [StatusCode::OK, StatusCode::NOT_MODIFIED].contains(&response.status());
        let headers = response.headers_mut();
        let (name, no_store) = NO_STORE;
        let cached = self
            .cached
            .filter(|_| self.is_get && self.is_anonymous && is_shown);
        headers.entry(name).or_insert(cached.unwrap_or(no_store));
        if is_public {
            // Who is signed in may be told more.
            headers.append(header::VARY, HeaderValue::from_static("authorization"));
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

/// Has a CSV reach the gateway as bytes. As text, `lambda_http` would decode it and drop its byte order mark; it decodes no answer
/// that names its encoding.
pub(crate) fn sent_as_bytes(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let is_csv = headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/csv"));
    if is_csv {
        headers
            .entry(header::CONTENT_ENCODING)
            .or_insert(HeaderValue::from_static("identity"));
    }
    response
}

/// The answer with its `ETag`; 304 without a body where the caller `kept` the same.
async fn validated(response: Response, kept: Option<&HeaderValue>) -> Result<Response, ApiError> {
    let (mut parts, body) = response.into_parts();
    // It was made by a handler of ours and lies in memory already.
    let body = to_bytes(body, usize::MAX)
        .await
        .map_err(ApiError::internal)?;
    let tag = parts
        .headers
        .entry(header::ETAG)
        .or_insert_with(|| entity_tag::of_body(&body));
    let is_kept = kept
        .and_then(|kept| kept.to_str().ok())
        .is_some_and(|kept| entity_tag::names(kept, tag));
    if is_kept {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_TYPE);
        parts.headers.remove(header::CONTENT_LENGTH);
        return Ok(Response::from_parts(parts, Body::empty()));
    }
    Ok(Response::from_parts(parts, Body::from(body)))
}
