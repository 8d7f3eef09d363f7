//! Live messages: what the viewers of an event receive, and when.
//!
//! When an event changes, its new counts are published after the relay has read the change from the table's stream. [`ping`]
//! measures how far the relay is behind in the stream.

pub mod counts;
pub mod ping;
pub mod tick;
pub mod topic;

use std::time::Duration;

/// The maximum number of topics to which one WebSocket connection may be subscribed.
pub const MAX_SUBSCRIPTIONS: usize = 20;
/// The maximum number of actions that a client may send on one WebSocket connection in any one second.
pub const MAX_ACTIONS_PER_SECOND: u32 = 10;
/// The maximum size, in bytes, of a frame that a client sends on its WebSocket.
pub const MAX_FRAME_BYTES: usize = 4096;
/// The maximum number of WebSocket connections in one shard of a topic. One message on the queue `push` is delivered to all
/// connections of one shard.
pub const CONNECTIONS_PER_SHARD: usize = 100;
/// The time for which a ticket can sign in a WebSocket connection.
pub const TICKET_LIFETIME: Duration = Duration::from_secs(30);
/// The time for which the table stores a WebSocket connection: a little longer than the two hours after which API Gateway
/// closes the connection.
pub const CONNECTION_KEPT: Duration = Duration::from_mins(130);
