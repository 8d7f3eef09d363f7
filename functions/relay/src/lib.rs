//! The relay: reads the table's stream and applies the effects of each write.
//!
//! A record becomes a typed change, a change becomes effects (`records`, one file for each kind of record), and the effects
//! of a batch are merged (`batch`) and done step by step (`steps`). Everything may be repeated.
//!
//! A host makes a [`Relay`] and hands it the records of the stream, with the records of one item in their order. The host on
//! AWS Lambda is the module `lambda`, behind the feature of the same name.

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
