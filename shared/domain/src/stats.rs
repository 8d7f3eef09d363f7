//! Statistics: counters, what each item of the table adds to them, and what readers are shown.
//!
//! A counter shows the present state, not a history. Every item contributes by its present state, so a change of an item adds
//! its new contribution and subtracts the old one. A recount of all items gives the same numbers.

pub mod counter;
pub mod fact;
pub mod hours;
pub mod inside;
pub mod tally;

/// The subject of statistics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StatsOf {
    /// One event.
    Event(crate::id::EventId),
    /// The whole deployment.
    System,
}
