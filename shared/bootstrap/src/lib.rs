//! What every function does at start-up: read its environment, begin to log, make its clients.

pub mod clients;
pub mod environment;
pub mod error_chain;
mod start_error;
pub mod telemetry;

pub use start_error::StartError;
