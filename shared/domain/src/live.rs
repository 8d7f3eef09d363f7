//! Live messages: what the viewers of an event receive, and when.
//!
//! New counts are published after the relay has read a change from the table's stream. [`ping`] measures how far the relay is
//! behind in the stream.

pub mod counts;
pub mod ping;
pub mod tick;
pub mod ticket;
pub mod topic;

use std::time::Duration;

/// The maximum number of subscriptions of one connection.
pub const MAX_SUBSCRIPTIONS: usize = 20;
/// The maximum number of actions that one connection may send in a second.
pub const MAX_ACTIONS_PER_SECOND: u32 = 10;
/// The maximum size of a client's frame, in bytes.
pub const MAX_FRAME_BYTES: usize = 4096;
/// The maximum number of connections in one shard. One message on a queue is delivered to all connections of one shard.
pub const CONNECTIONS_PER_SHARD: usize = 100;
/// The time for which a connection is stored: a little longer than the two hours after which API Gateway closes a connection.
pub const CONNECTION_KEPT: Duration = Duration::from_mins(130);
