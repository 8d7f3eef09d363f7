//! Queues `live` and `push`: tells connections what they are subscribed to.
//!
//! Architecture invariant: what a connection hears of a topic comes from here alone, from the messages of its shard's group, one
//! after the other. Each reads what was published last when its turn comes, so `asOf` never goes back.
//!
//! A host makes a [`Push`], hands it what the queues bring, and deletes the messages that did not fail. The host on AWS Lambda is
//! the module `lambda`, behind the feature of the same name.

mod fan_out;
#[cfg(feature = "lambda")]
pub mod lambda;
mod push;

/// The longest wait of a failed message before it comes again, in seconds, for each queue. It comes again sooner than a message
/// of a process that crashed, which is hidden for 18 s.
pub const LONGEST_WAITS: &[(&str, u64)] = &[("live", 16), ("push", 16)];

pub use push::Push;
