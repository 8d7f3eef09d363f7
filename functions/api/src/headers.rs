//! What every answer says to browsers and caches.

use axum::{
    extract::{MatchedPath, Request},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::Response,
};

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

/// Adds the headers that an answer does not have already.
pub(crate) async fn add(request: Request, next: Next) -> Response {
    let anonymous_get =
        request.method() == Method::GET && !request.headers().contains_key(header::AUTHORIZATION);
    let path = request.extensions().get::<MatchedPath>();
    let route = PUBLIC
        .iter()
        .find(|(route, _)| path.is_some_and(|path| path.as_str() == *route));
    let cached = route.map(|(_, cached)| HeaderValue::from_static(cached));
    let mut response = next.run(request).await;
    let is_ok = response.status() == StatusCode::OK;
    let headers = response.headers_mut();
    let (name, no_store) = NO_STORE;
    let cached = cached.filter(|_| anonymous_get && is_ok);
    headers.entry(name).or_insert(cached.unwrap_or(no_store));
    if route.is_some() {
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
