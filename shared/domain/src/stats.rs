//! Statistics: counters, the contribution of each item of the table to them, and the numbers that readers see.
//!
//! A counter shows the present state, not a history. Every item contributes according to its present state. So when an item
//! changes, its new contribution is added and its old contribution is subtracted. A recount of all items gives the same
//! numbers.

pub mod counter;
pub mod fact;
pub mod hours;
pub mod inside;
pub mod tally;

/// The part of the system that statistics describe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StatsOf {
    /// One event.
    Event(crate::id::EventId),
    /// The whole deployment.
    System,
}
