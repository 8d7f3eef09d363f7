//! The connections that watch topics, and the counts that were published to them.

mod connections;
mod sessions;
mod shards;
mod subscriptions;
mod tickets;
mod topics;

pub use connections::{ActionCount, Connection, Noted};
pub use subscriptions::Subscribed;
pub use tickets::SignIn;
pub use topics::{Told, TopicState};
