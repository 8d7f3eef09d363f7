//! Live counts: what the viewers of an event receive, and when.
//!
//! The counts follow from the table's stream; [`ping`] measures how far the reader of the stream is behind.

pub mod counts;
pub mod ping;
pub mod tick;
pub mod ticket;
pub mod topic;

use std::time::Duration;

/// The maximum number of subscriptions of one connection.
pub const MAX_SUBSCRIPTIONS: usize = 20;
/// The maximum number of actions of one connection in one second.
pub const MAX_ACTIONS_PER_SECOND: u32 = 10;
/// The maximum size of a client's frame, in bytes.
pub const MAX_FRAME_BYTES: usize = 4096;
/// The maximum number of connections of one shard: one message is sent to so many.
pub const CONNECTIONS_PER_SHARD: usize = 100;
/// The time for which a connection is stored: a little longer than the two hours for which API Gateway keeps it.
pub const CONNECTION_KEPT: Duration = Duration::from_mins(130);
