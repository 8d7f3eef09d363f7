//! A discrete-event simulator of a sale under a table's limits.
//!
//! Time is simulated. All random numbers are derived from one seed, so a run with the same seed has the same result.

mod agenda;
mod chance;
mod chart;
mod compare;
mod design;
mod instances;
mod item;
mod model;
mod partition;
mod report;
mod table;
mod tally;
#[cfg(test)]
mod tests;
mod world;

pub(crate) use compare::{CompareArgs, RushArgs, compare, rush};
