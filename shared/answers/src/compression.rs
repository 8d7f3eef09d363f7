//! Compresses answers with gzip (RFC 9110, 8.4 and 12.5.3), if the caller accepts gzip.
//!
//! API Gateway does not compress answers of an HTTP API, but it accepts a compressed body that is encoded in base64.
//! `lambda_http` encodes the body of every answer that has a `Content-Encoding` in base64.

use std::io::{self, Write as _};

use axum::http::{HeaderMap, HeaderValue, header};
use flate2::{Compression, write::GzEncoder};
use mediatype::{MediaType, names};

use crate::entity_tag;

#[cfg(test)]
mod tests;

/// The only content coding that answers may have.
const GZIP: &str = "gzip";
/// Bodies of at least this many bytes are compressed. A smaller body needs only one or two network packets anyway.
const LEAST_BYTES: u64 = 1_000;
/// The level of the gzip compression. Compared with level 1, bodies are a third smaller, and compressing them takes less than
/// twice the CPU time, as [decision 18](../../../docs/decisions/0018-strict-http.md) measured.
const LEVEL: Compression = Compression::new(4);

/// Returns whether a caller who sent these headers prefers gzip to an uncompressed body.
#[must_use]
pub fn is_asked_for(headers: &HeaderMap) -> bool {
    prefers(headers, &[GZIP, "x-gzip"])
}

/// Returns whether a caller who sent these headers prefers Brotli to an uncompressed body. Only files that were compressed when
/// the program was built have this form.
#[must_use]
pub fn is_brotli_asked_for(headers: &HeaderMap) -> bool {
    prefers(headers, &["br"])
}

/// Returns whether a caller who sent these headers prefers the content coding with these `names` to an uncompressed body.
fn prefers(headers: &HeaderMap, names: &[&str]) -> bool {
    let (mut wanted, mut identity, mut any) = (None, None, None);
    let accepted = headers.get_all(header::ACCEPT_ENCODING).into_iter();
    for item in accepted
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
    {
        let mut parts = item.split(';').map(str::trim);
        let coding = parts.next().unwrap_or_default().to_ascii_lowercase();
        let Some(weight) = weight(parts) else {
            continue;
        };
        match coding.as_str() {
            "identity" => identity = Some(weight),
            "*" => any = Some(weight),
            coding if names.contains(&coding) => wanted = Some(weight),
            _ => {}
        }
    }
    let wanted = wanted.or(any).unwrap_or(0.0);
    // If the `Accept-Encoding` header does not mention `identity`, the caller accepts an uncompressed body, but prefers the
    // codings that the header mentions (RFC 9110, 12.5.3).
    wanted > 0.0 && wanted >= identity.unwrap_or(0.0)
}

/// Returns the weight (`q`) of a content coding, from the parameters of the coding. The weight is 1 if the parameters contain
/// none. Returns `None` if the weight is invalid.
fn weight<'a>(mut parameters: impl Iterator<Item = &'a str>) -> Option<f32> {
    let said = parameters.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim_end().eq_ignore_ascii_case("q").then_some(value)
    });
    match said.map(|value| value.trim_start().parse()) {
        None => Some(1.0),
        Some(Ok(weight)) if (0.0..=1.0).contains(&weight) => Some(weight),
        Some(_) => None,
    }
}

/// Returns whether compression makes a body of this type smaller. Pictures and PDF files are compressed already.
#[must_use]
pub fn is_compressible(headers: &HeaderMap) -> bool {
    let said = headers.get(header::CONTENT_TYPE);
    let said = said.and_then(|value| value.to_str().ok());
    let Some(Ok(said)) = said.map(MediaType::parse) else {
        return false;
    };
    let is_shaped = [names::JSON, names::XML].contains(&said.suffix.unwrap_or(said.subty));
    said.ty == names::TEXT || is_shaped
}

/// Returns whether an answer with these headers and with at least `least_bytes` bytes should be compressed if the caller
/// accepts gzip.
#[must_use]
pub fn is_worth_it(headers: &HeaderMap, least_bytes: u64) -> bool {
    is_compressible(headers)
        && !headers.contains_key(header::CONTENT_ENCODING)
        && least_bytes >= LEAST_BYTES
}

/// Compresses the bytes of a body. The same body always gives the same result, because a strong `ETag` requires it.
///
/// # Errors
/// Never in practice, because writing to memory does not fail.
pub fn gzip(body: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(body.len() / 4), LEVEL);
    encoder.write_all(body)?;
    encoder.finish()
}

/// Changes the headers of an uncompressed answer into the headers of its compressed form. The compressed form has an `ETag` of
/// its own.
pub fn label(headers: &mut HeaderMap) {
    if let Some(tag) = headers.get_mut(header::ETAG) {
        *tag = entity_tag::encoded(tag, GZIP);
    }
    headers.remove(header::CONTENT_LENGTH);
    headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(GZIP));
}
