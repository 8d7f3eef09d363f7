//! Mails as another library reads them than the one that writes them.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod calendar;
mod injection;
mod outline;
mod refusals;
mod samples;
mod snapshots;
mod ticket;
