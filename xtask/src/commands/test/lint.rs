//! Runs the linters of the contract.

use anyhow::Result;

use super::results::{Counts, Faults, tell};
use crate::commands::contract::linters;
use crate::node::Node;
use crate::process::output;
use crate::tools::Tools;

/// Runs the linters, prints what they found as a test binary does, and returns whether they found nothing.
pub(super) fn check(counts: &mut Counts) -> bool {
    println!("     Running the linters of the contract");
    let tests = run().unwrap_or_else(|error| {
        vec![(
            "the_linters_can_be_run",
            Faults::from([(format!("{error:#}"), 1)]),
        )]
    });
    tell(&tests, counts)
}

fn run() -> Result<Vec<(&'static str, Faults)>> {
    let node = Node::of(&Tools::install()?)?;
    let tests = linters(&node)?.map(|(name, mut linter)| {
        let found = output(&mut linter).err();
        let faults = found.map(|found| (format!("{found:#}"), 1));
        (name, faults.into_iter().collect())
    });
    Ok(tests.into())
}
