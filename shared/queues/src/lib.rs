//! Queues. A sender gets an error unless all of its messages were sent. A function that receives messages sets aside those that
//! can never be processed.
//!
//! Three traits are the ports to the broker: [`Producer`], [`Consumer`] and [`Broker`]. On AWS the broker is SQS (module `sqs`,
//! enabled by the feature `sqs`). Other hosts have their own brokers.

mod error;
mod inbox;
mod message;
mod port;
mod queue;
#[cfg(feature = "sqs")]
pub mod sqs;
mod unreadable;

pub use error::{Cause, QueueError, SendError};
pub use inbox::{AsideError, Inbox, Source, Sources};
pub use message::{Message, Outgoing};
pub use port::{Broker, Consumer, Depth, Producer};
pub use queue::{Ordered, Queue};
pub use unreadable::{Unreadable, read};
