//! The relay: reads the table's stream and does what follows from a write.
//!
//! It writes the registration items that a dying process did not, tells the ticket function whose seats changed, the notify
//! function which mail is due and the push function what those who watch are to hear, keeps the availability of events and the
//! statistics, offers seats that were given back, gives back what erased accounts still hold, schedules reminders, and brings buckets up
//! to their event. Everything it does may be repeated.
//!
//! A host makes a [`Relay`] and hands it the records of the stream, those of one item in their order. The host on AWS Lambda is
//! the module `lambda`, behind the feature of the same name.

mod batch;
mod due;
mod erased;
#[cfg(feature = "lambda")]
pub mod lambda;
mod live;
mod outbox;
mod parking;
mod record;
mod relay;
mod reminders;
mod schedules;
mod tally;

pub use outbox::Outbox;
pub use parking::Parking;
pub use record::Record;
pub use relay::{Relay, RelayError};
pub use reminders::Reminders;
pub use schedules::{ScheduleError, Schedules};
