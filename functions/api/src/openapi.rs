//! The contract as an `OpenAPI` document: generated from the handlers, committed as `openapi.json`, served from
//! the committed file; a test compares the two.

#[cfg(test)]
mod document;

#[cfg(test)]
pub(crate) use document::ApiDoc;

/// The committed document.
pub(crate) const COMMITTED: &str = include_str!("../../../openapi.json");
