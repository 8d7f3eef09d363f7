//! Mails as another library reads them than the one that writes them.

mod calendar;
mod injection;
mod outline;
mod refusals;
pub(crate) mod samples;
mod snapshots;
mod ticket;
