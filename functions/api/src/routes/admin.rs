//! The operations for administrators.

pub(crate) mod audit;
pub(crate) mod dead_letters;
pub(crate) mod invariants;
