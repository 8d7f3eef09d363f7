//! What the functions cost as they are deployed, on the stack of the suite, after it: `xtask/budgets.json`.

use anyhow::Result;

use super::left_behind::{Faults, tell};
use super::results::Counts;
use crate::commands::budgets::{compared, obstacle};
use crate::folder::Folder;
use crate::functions::{self, Profile};
use crate::stack::Stack;

/// Builds them, where they can be measured.
pub(super) fn build() -> Result<()> {
    match obstacle() {
        None => functions::build(Profile::Release),
        Some(_) => Ok(()),
    }
}

/// Measures, and says what it found as a test binary does; whether all is well.
pub(super) fn check(folder: &Folder, stack: &Stack, counts: &mut Counts) -> bool {
    println!("     Running over what the functions cost, built for release\n");
    if let Some(obstacle) = obstacle() {
        println!("not measured: {obstacle}\n");
        return true;
    }
    let found: Vec<(String, Faults)> = match compared(stack, folder) {
        Ok(compared) => compared
            .into_iter()
            .map(|one| {
                let excess = one.excess().map(|excess| (excess, 1));
                (one.figure, excess.into_iter().collect())
            })
            .collect(),
        Err(error) => {
            let fault = (format!("{error:#}"), 1);
            vec![("they can be measured".to_owned(), Faults::from([fault]))]
        }
    };
    let tests: Vec<(&str, Faults)> = found
        .iter()
        .map(|(name, faults)| (name.as_str(), faults.clone()))
        .collect();
    tell(&tests, counts)
}
