//! A discrete-event simulator of a sale under a table's limits.
//!
//! Time is simulated; every random number follows from a seed, so a run is the same every time.

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
