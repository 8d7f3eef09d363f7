//! The connections that watch topics, the counts that were published to these connections, and the ping that shows how old the
//! stream's records are.

mod connections;
pub(crate) mod ping;
mod sessions;
mod shards;
mod subscriptions;
mod tickets;
mod topics;

pub use connections::{ActionCount, Connection, Noted};
pub use subscriptions::Subscribed;
pub use tickets::SignIn;
pub use topics::{Published, TopicState};
