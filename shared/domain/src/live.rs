//! Live counts: what the viewers of an event are sent, and when.
//!
//! They follow from the table's stream; [`ping`] measures how far its reader is behind.

pub mod counts;
pub mod ping;
pub mod tick;
pub mod ticket;
pub mod topic;

use std::time::Duration;

/// Subscriptions of one connection, at most.
pub const MAX_SUBSCRIPTIONS: usize = 20;
/// Actions of one connection in one second, at most.
pub const MAX_ACTIONS_PER_SECOND: u32 = 10;
/// Bytes of a client's frame, at most.
pub const MAX_FRAME_BYTES: usize = 4096;
/// Connections of one shard, at most: one message is told to so many.
pub const CONNECTIONS_PER_SHARD: usize = 100;
/// How long what is stored of a connection is kept: a little longer than API Gateway keeps a connection, two hours.
pub const CONNECTION_KEPT: Duration = Duration::from_mins(130);
