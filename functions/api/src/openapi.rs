//! The contract of the API as an `OpenAPI` document. It is generated from the handlers and committed as `openapi.json`. The API
//! serves the committed file, and a test checks that the file equals the generated document.

#[cfg(test)]
mod document;

#[cfg(test)]
pub(crate) use document::ApiDoc;

/// The content of the committed file `openapi.json`.
pub(crate) const COMMITTED: &str = include_str!("../../../openapi.json");
