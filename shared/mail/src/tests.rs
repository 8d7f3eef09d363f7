//! Tests of mails. One library writes the mails, and the tests parse the mails with another library.

mod calendar;
mod injection;
mod outline;
mod refusals;
pub(crate) mod samples;
mod snapshots;
mod ticket;
