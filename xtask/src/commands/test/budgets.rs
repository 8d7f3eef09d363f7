//! What a registration costs on the stack of the suite, after it, when nothing else happens there.

use std::process::Command;

use anyhow::Result;

use super::left_behind::{Faults, tell};
use super::results::Counts;
use crate::commands::bench::budgets;
use crate::folder::root;
use crate::process::output;
use crate::stack::Stack;
use crate::tools::Tools;

/// Counts calls, and says what it found as a test binary does; whether all is well.
pub(super) fn check(stack: &Stack, counts: &mut Counts) -> bool {
    println!("     Running over what a registration costs\n");
    let mut tests = vec![("counts::agree_with_known_calls", faults_of(known_calls()))];
    match budgets::check(stack) {
        Ok(found) => {
            for (name, exceeded) in found {
                tests.push((name, exceeded.into_iter().map(|fault| (fault, 1)).collect()));
            }
        }
        Err(error) => tests.push(("costs_can_be_counted", faults_of(Err(error)))),
    }
    tell(&tests, counts)
}

/// Has the emulator's `DynamoDB` serve known calls, and compares.
fn known_calls() -> Result<()> {
    let mut python = Command::new(Tools::installed()?.program("python"));
    python
        .arg("-B")
        .arg(root().join("xtask/emulator/counts_test.py"))
        // Nothing of the person's own AWS configuration.
        .env_clear();
    output(&mut python).map(|_| ())
}

fn faults_of(outcome: Result<()>) -> Faults {
    match outcome {
        Ok(()) => Faults::new(),
        Err(error) => Faults::from([(format!("{error:#}"), 1)]),
    }
}
