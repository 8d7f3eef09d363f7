//! The WebSocket API: connections and their subscriptions.
//!
//! Counts and news are not sent from here: only `ws-push` sends the frames of a topic, one after the other.
//!
//! A host holds the connections. It makes a [`Live`] and hands it a [`Call`] whenever a connection is opened or closed, or
//! sends something. The host on AWS Lambda, where API Gateway holds the connections, is the module `lambda`, behind the
//! feature of the same name.

mod call;
#[cfg(feature = "lambda")]
pub mod lambda;
mod live;
mod refusal;
mod subscriptions;

pub use call::{Call, Route};
pub use live::Live;
