//! Queues `live` and `push`: sends connections the frames of their topics.
//!
//! Architecture invariant: only this function sends a topic's frames to a connection, from the messages of its shard's group,
//! one after the other. Each message reads the last published counts when its turn comes, so `asOf` never goes back.
//!
//! A host makes a [`Push`], hands it the messages of the queues, and deletes those that did not fail. The host on AWS Lambda
//! is the module `lambda`, behind the feature of the same name.

mod fan_out;
#[cfg(feature = "lambda")]
pub mod lambda;
mod push;

/// The longest wait before a failed message is retried, in seconds, for each queue. It is shorter than the 18 s for which a
/// message of a crashed process is hidden.
pub const LONGEST_WAITS: &[(&str, u64)] = &[("live", 16), ("push", 16)];

pub use push::Push;
