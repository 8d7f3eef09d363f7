//! The push function. It reads the queues `live` and `push`, and sends the frames of topics to connections.
//!
//! Architecture invariant: only this function sends a topic's frames to a connection. Each shard has a message group, and the
//! messages of a group are handled one after another. When a message is handled, it reads the counts that were published last,
//! so `asOf` never decreases.
//!
//! A host creates a [`Push`], passes it the messages of the queues, and deletes the messages that did not fail. On AWS Lambda
//! the host is the module `lambda`, enabled by the feature `lambda`.

mod fan_out;
#[cfg(feature = "lambda")]
pub mod lambda;
mod push;

/// For each queue, the longest wait in seconds before a failed message is retried. If a process crashes, its messages stay
/// hidden for 18 s, which is longer than this wait.
pub const LONGEST_WAITS: &[(&str, u64)] = &[("live", 16), ("push", 16)];

pub use push::Push;
