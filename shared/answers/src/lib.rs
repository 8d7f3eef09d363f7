//! The code that all functions with an HTTP router share: ids of requests, log entries, compression and entity tags.
//!
//! The feature `lambda` adds the adapters for API Gateway.

pub mod compression;
pub mod entity_tag;
mod failure;
#[cfg(feature = "lambda")]
pub mod lambda;
mod request;
mod wanted;

pub use failure::Failure;
pub use request::{Caller, Identified, RequestId};
pub use wanted::Wanted;
