//! Tests of mails. They parse a mail with another library than the one that composes it.

mod calendar;
mod injection;
mod outline;
mod refusals;
pub(crate) mod samples;
mod snapshots;
mod ticket;
