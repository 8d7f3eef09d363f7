//! The HTTP API: an axum router.
//!
//! A host makes an [`App`] and serves its [`router`]. The host adds a [`Caller`] to each request: the IP address that sent the
//! request, and the request's id in the host's logs. The module `lambda` is the host on AWS Lambda; the feature `lambda`
//! enables it.

mod access;
mod app;
mod dead_letters;
mod extract;
mod first_admin;
mod headers;
mod health;
#[cfg(feature = "lambda")]
pub mod lambda;
mod limits;
mod memory;
mod openapi;
mod passwords;
mod problem;
mod public;
mod query;
mod random;
mod request;
mod routes;
mod settings;
mod views;

#[cfg(test)]
mod tests;

pub use answers::Caller;
pub use app::{App, Shared};
pub use dead_letters::{Queue, Queues};
pub use extract::needed_body_bytes;
pub use first_admin::{FirstAdmin, HashError};
pub use limits::Limits;
pub use passwords::hash_password;
pub use public::Generations;
pub use routes::router;
pub use settings::Settings;
