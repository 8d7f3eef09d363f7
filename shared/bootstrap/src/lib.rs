//! What every function does at start-up: read its environment, begin to log, make its clients.

pub mod batch;
pub mod clients;
pub mod clock;
pub mod environment;
pub mod error_chain;
pub mod keys;
pub mod metrics;
mod start_error;
pub mod telemetry;

pub use start_error::StartError;
