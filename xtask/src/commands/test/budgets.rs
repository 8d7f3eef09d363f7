//! What a registration costs on the stack of the suite, after it, when nothing else happens there.

use super::results::{Counts, Faults, tell};
use crate::commands::bench::budgets;
use crate::stack::Stack;

/// Counts calls, and says what it found as a test binary does; whether all is well.
pub(super) fn check(stack: &Stack, counts: &mut Counts) -> bool {
    println!("     Running over what a registration costs\n");
    let tests: Vec<(&str, Faults)> = match budgets::check(stack) {
        Ok(found) => found
            .into_iter()
            .map(|(name, exceeded)| (name, exceeded.into_iter().map(|fault| (fault, 1)).collect()))
            .collect(),
        Err(error) => vec![(
            "costs_can_be_counted",
            Faults::from([(format!("{error:#}"), 1)]),
        )],
    };
    tell(&tests, counts)
}
