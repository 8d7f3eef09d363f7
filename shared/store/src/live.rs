//! Who watches what, and what they were told.

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
