//! Queues `mail` and `feedback`: writes and sends mail about accounts, registrations and events.
//!
//! A host makes a [`Notify`] with a [`Transport`] of its own, hands it the messages of the queues, and deletes those that did
//! not fail. The host on AWS Lambda, which sends through SES, is the module `lambda`, behind the feature of the same name.

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

/// The longest wait before a failed message is retried, in seconds, for each queue that has one.
pub const LONGEST_WAITS: &[(&str, u64)] = &[("mail", 900)];

pub use notify::Notify;
pub use settings::{SendingRate, Settings};
pub use transport::{Accepted, RawMail, Refusal, Transport};
