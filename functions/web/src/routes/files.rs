//! Handles `GET /assets/{path}` and the files of the app that have addresses of their own.

use answers::compression;
use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};

use crate::{
    assets::{self, File},
    error::PageError,
    headers::Policy,
};

/// The `Cache-Control` header of files whose names change with their content. Caches keep such a file for a year.
pub(super) const A_YEAR: HeaderValue =
    HeaderValue::from_static("public, max-age=31536000, immutable");
/// The `Cache-Control` header of other files. Caches keep such a file, but validate it before each use.
const ASK: HeaderValue = HeaderValue::from_static("no-cache");

/// Returns a file of the app.
pub(super) async fn file(request: Request) -> Result<Response, PageError> {
    let path = request.uri().path().trim_start_matches('/');
    // Browsers that do not read the page request the app's manifest next to the app.
    let file = assets::app().and_then(|app| {
        let file = app.file(path);
        file.or_else(|| app.file(&format!("assets/{path}")))
    });
    if let Some(file) = file {
        return Ok(answer(file, request.headers()));
    }
    if path == *assets::STYLE_PATH {
        return Ok(style());
    }
    Err(PageError::NotFound)
}

/// Returns a file in the smallest form that the caller accepts. Each form has a tag of its own.
fn answer(file: &File, accepted: &HeaderMap) -> Response {
    let takes_brotli = compression::is_brotli_asked_for(accepted);
    let takes_gzip = compression::is_asked_for(accepted);
    let brotli = file.brotli.filter(|_| takes_brotli);
    let gzip = file.gzip.filter(|_| takes_gzip);
    let form = brotli.map(|bytes| ("br", bytes));
    let form = form.or(gzip.map(|bytes| ("gzip", bytes)));
    let (coding, bytes) = form.map_or((None, file.bytes), |(coding, bytes)| (Some(coding), bytes));
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(file.content_type),
    );
    headers.insert(
        header::CACHE_CONTROL,
        if file.immutable { A_YEAR } else { ASK },
    );
    let tag = HeaderValue::from_static(file.etag);
    match coding {
        Some(coding) => {
            let tag = answers::entity_tag::encoded(&tag, coding);
            headers.insert(header::ETAG, tag);
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
        }
        None => {
            headers.insert(header::ETAG, tag);
        }
    }
    let is_script = file.content_type.starts_with("text/javascript");
    let policy = if is_script {
        Policy::Script
    } else {
        Policy::File
    };
    response.extensions_mut().insert(policy);
    response
}

/// Returns the style sheet of a program that was built without Node.
fn style() -> Response {
    let mut response = Response::new(Body::from(assets::STYLE.as_str()));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/css; charset=utf-8"),
    );
    headers.insert(header::CACHE_CONTROL, A_YEAR);
    response
}
