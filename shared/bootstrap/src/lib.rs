//! The code that all functions share: environment, logs, metrics, keys, and batches of messages.
//!
//! The feature `lambda` adds the code that functions need on AWS Lambda.

pub mod batch;
#[cfg(feature = "lambda")]
pub mod clients;
pub mod clock;
pub mod environment;
pub mod error_chain;
pub mod keys;
#[cfg(feature = "lambda")]
pub mod lambda;
pub mod metrics;
mod our_crates;
mod start_error;
pub mod telemetry;

pub use our_crates::OUR_CRATES;
pub use start_error::StartError;
