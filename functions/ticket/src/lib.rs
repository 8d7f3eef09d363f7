//! The ticket function. It reads the queue `tickets`, issues the tickets of confirmed registrations, and voids the tickets of
//! cancelled registrations.
//!
//! A host creates an [`Issuer`], passes it the messages of the queue, and deletes the messages that did not fail. On AWS Lambda
//! the host is the module `lambda`, enabled by the feature `lambda`.

mod issue;
#[cfg(feature = "lambda")]
pub mod lambda;

pub use issue::Issuer;
