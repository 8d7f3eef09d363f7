//! Who watches what, and what they were told.

mod connections;
mod shards;
mod tickets;
mod topics;

pub use connections::{ActionCount, Connection, Noted};
pub use topics::{Told, TopicState};
