//! What administrators look at.

pub(crate) mod invariants;
