//! Queue `tickets`: issues the tickets of confirmed registrations, and voids the tickets of cancelled registrations.
//!
//! A host makes an [`Issuer`], hands it the messages of the queue, and deletes those that did not fail. The host on AWS
//! Lambda is the module `lambda`, behind the feature of the same name.

mod issue;
#[cfg(feature = "lambda")]
pub mod lambda;

pub use issue::Issuer;
