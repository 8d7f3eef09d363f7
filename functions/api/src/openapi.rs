//! The contract of the API as an `OpenAPI` document. It is generated from the handlers and committed as `openapi.json`. The API
//! serves the committed file, and a test checks that the file equals the generated document.

use std::io::{self, Read as _};

use flate2::read::GzDecoder;

#[cfg(test)]
mod document;

#[cfg(test)]
pub(crate) use document::ApiDoc;

/// The committed file `openapi.json` without indentation, compressed with gzip.
const COMPRESSED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/openapi.json.gz"));
/// The content of the committed file `openapi.json`.
#[cfg(test)]
pub(crate) const COMMITTED: &str = include_str!("../../../openapi.json");

/// Returns the contract as JSON without indentation.
///
/// # Errors
/// The function was built wrongly.
pub(crate) fn served() -> io::Result<String> {
    let mut document = String::new();
    GzDecoder::new(COMPRESSED).read_to_string(&mut document)?;
    Ok(document)
}
