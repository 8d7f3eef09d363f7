//! The notify function. It reads the queues `mail` and `feedback`, and composes and sends mails about accounts, registrations
//! and events.
//!
//! A host creates a [`Notify`] with its own [`Transport`], passes it the messages of the queues, and deletes the messages that
//! did not fail. On AWS Lambda the host is the module `lambda`, enabled by the feature `lambda`, which sends mail through SES.

mod count;
mod error;
mod facts;
mod feedback;
#[cfg(feature = "lambda")]
pub mod lambda;
mod notify;
mod pace;
mod queue;
mod sender;
mod settings;
mod transport;

/// Names of queues, each with the longest wait in seconds before a failed message of the queue is retried.
pub const LONGEST_WAITS: &[(&str, u64)] = &[("mail", 900)];

pub use notify::Notify;
pub use settings::{SendingRate, Settings};
pub use transport::{Accepted, RawMail, Refusal, Transport};
