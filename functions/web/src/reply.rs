//! Makes answers from rendered templates and from files.

use askama::Template;
use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};

use crate::{error::PageError, headers::Policy};

/// The time for which caches may keep pages, whose counts change within seconds.
const A_SECOND: HeaderValue = HeaderValue::from_static("public, max-age=1");
/// The time for which caches may keep feeds, and addresses that lead to other addresses.
pub(crate) const A_MINUTE: HeaderValue = HeaderValue::from_static("public, max-age=60");

/// Returns a page that shows events.
pub(crate) fn page(template: &impl Template, policy: Policy) -> Result<Response, PageError> {
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    let mut response = Response::new(Body::from(template.render()?));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, html);
    headers.insert(header::CACHE_CONTROL, A_SECOND);
    response.extensions_mut().insert(policy);
    Ok(response)
}

/// Returns an answer that leads to `path`. Caches may keep it for the time of `control`; without `control`, no cache keeps it.
pub(crate) fn found(
    path: String,
    policy: Policy,
    control: Option<HeaderValue>,
) -> Result<Response, PageError> {
    let path = HeaderValue::try_from(path).map_err(|error| PageError::Internal(error.into()))?;
    let mut response = StatusCode::FOUND.into_response();
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, path);
    headers.extend(control.map(|control| (header::CACHE_CONTROL, control)));
    response.extensions_mut().insert(policy);
    Ok(response)
}

/// Returns a page that only people with its link may see, so that no cache may keep it.
pub(crate) fn preview(template: &impl Template) -> Result<Response, PageError> {
    let mut response = page(template, Policy::Page)?;
    // Answers without a rule get `no-store`.
    response.headers_mut().remove(header::CACHE_CONTROL);
    Ok(response)
}

/// Returns a feed, or another text for programs.
pub(crate) fn feed(media_type: &'static str, text: String) -> Response {
    let mut response = Response::new(Body::from(text));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CACHE_CONTROL, A_MINUTE);
    response.extensions_mut().insert(Policy::Feed);
    response
}
