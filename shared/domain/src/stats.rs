//! Statistics: counters, what each item of the table adds to them, and what readers are shown.
//!
//! A counter tells how things stand, not what happened: every item contributes what its present state says, so a change of an
//! item adds what it contributes now less what it did before, and a recount of all items comes to the same.

pub mod counter;
pub mod fact;
pub mod hours;
pub mod inside;
pub mod tally;

/// Whose statistics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StatsOf {
    /// An event's.
    Event(crate::id::EventId),
    /// Those of the whole deployment.
    System,
}
