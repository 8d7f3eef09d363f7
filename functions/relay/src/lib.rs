//! The relay. It reads the table's stream and applies the effects of each write.
//!
//! A record is converted into a typed change, and a change into effects (`records`, one file for each kind of record). The
//! effects of a batch are merged (`batch`) and then done step by step (`steps`). It is safe to repeat all of this work.
//!
//! A host creates a [`Relay`] and passes it the records of the stream. It must pass the records of one item in the order in
//! which the item was written. On AWS Lambda the host is the module `lambda`, enabled by the feature `lambda`.

mod batch;
mod effect;
#[cfg(feature = "lambda")]
pub mod lambda;
mod outbox;
mod parking;
mod record;
mod records;
mod relay;
mod reminders;
#[cfg(test)]
mod samples;
mod schedules;
mod steps;

pub use outbox::Outbox;
pub use parking::Parking;
pub use record::Record;
pub use relay::{Relay, RelayError};
pub use reminders::Reminders;
pub use schedules::{ScheduleError, Schedules};
