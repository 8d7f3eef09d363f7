//! Tests of mails. One library writes the mails, and another library parses them here.

mod calendar;
mod injection;
mod outline;
mod refusals;
pub(crate) mod samples;
mod snapshots;
mod ticket;
