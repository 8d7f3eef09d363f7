//! The function of the WebSocket API. It handles connections and their subscriptions.
//!
//! This function does not send counts and news. Only `ws-push` sends the frames of a topic, one after another.
//!
//! A host holds the connections. It creates a [`Live`], and passes it a [`Call`] whenever a connection is opened, is closed or
//! sends a frame. On AWS Lambda the host is the module `lambda`, enabled by the feature `lambda`, and API Gateway holds the
//! connections.

mod call;
#[cfg(feature = "lambda")]
pub mod lambda;
mod live;
mod refusal;
mod subscriptions;

pub use call::{Call, Route};
pub use live::Live;
