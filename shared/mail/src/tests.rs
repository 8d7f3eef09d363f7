//! Tests of mails, read by another library than the one that writes them.

mod calendar;
mod injection;
mod outline;
mod refusals;
pub(crate) mod samples;
mod snapshots;
mod ticket;
