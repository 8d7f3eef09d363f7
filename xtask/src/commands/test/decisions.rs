//! Reads which calls were allowed or denied by an emulator that enforces the template's roles.

mod unused;

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context as _, Result};
use serde::Deserialize;

use self::unused::Names;
use crate::folder::{Folder, root};
use crate::stack::Stack;
use crate::tools::Tools;

/// The emulator's decision to allow or deny a call of a function: one line of the file that the emulator's launcher writes. If
/// the launcher makes the same decision several times, it writes only one line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub(super) struct Decision {
    /// Name of the function whose role was checked.
    function: String,
    /// The action that the function called, such as `dynamodb:GetItem`.
    action: String,
    /// ARN of the resource on which the function called the action.
    resource: String,
    allowed: bool,
}

/// Returns the emulator's decisions.
///
/// # Errors
/// There are no decisions. This means that no role was enforced, so that the run proves nothing.
pub(super) fn read(folder: &Folder) -> Result<BTreeSet<Decision>> {
    let path = folder.decisions();
    let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    parse(&text)
}

/// Returns whether every call was allowed. Prints the denied calls, because the tests may pass although a call was denied.
pub(super) fn all_allowed(decisions: &BTreeSet<Decision>) -> bool {
    let denied = decisions.iter().filter(|decision| !decision.allowed);
    let denied: Vec<_> = denied.collect();
    for decision in &denied {
        eprintln!(
            "denied: {} may not {} on {}",
            decision.function, decision.action, decision.resource
        );
    }
    eprintln!(
        "roles: {} kinds of calls allowed, {} denied",
        decisions.len() - denied.len(),
        denied.len()
    );
    denied.is_empty()
}

/// Returns whether docs/permissions.md explains each permission of a function that no call needed, and nothing that is not
/// granted. Prints all others. Call it after the complete black-box suite.
pub(super) fn all_used_or_explained(
    decisions: &BTreeSet<Decision>,
    folder: &Folder,
    stack: &Stack,
) -> Result<bool> {
    let aws = stack.aws(&Tools::installed()?, folder);
    let list = ["cloudformation", "list-stack-resources", "--stack-name"];
    let names = Names::read(&aws.json(&[&list[..], &[&folder.stack_name()]].concat())?);
    let details = ["iam", "get-account-authorization-details", "--filter"];
    let details = aws.json(&[&details[..], &["Role"]].concat())?;
    let granted = unused::granted(&details, &names);
    anyhow::ensure!(!granted.is_empty(), "no function has a permission");
    let unused = unused::unused(&granted, decisions, &names);
    let page = fs::read_to_string(root().join("docs/permissions.md"))?;
    let explained = unused::explained(&page)?;
    eprintln!(
        "roles: {} permissions of functions granted, {} of them not called by the tests",
        granted.len(),
        unused.len()
    );
    let unexplained: Vec<_> = unused.difference(&explained).collect();
    for permission in &unexplained {
        eprintln!("granted, never used and not explained in docs/permissions.md: {permission}");
    }
    let unknown: Vec<_> = explained.difference(&granted).collect();
    for permission in &unknown {
        eprintln!("explained in docs/permissions.md and not granted: {permission}");
    }
    // Some calls depend on which function is first, so these permissions are no fault.
    for permission in explained
        .intersection(&granted)
        .filter(|one| !unused.contains(one))
    {
        eprintln!("explained in docs/permissions.md and used by this run: {permission}");
    }
    Ok(unexplained.is_empty() && unknown.is_empty())
}

fn parse(text: &str) -> Result<BTreeSet<Decision>> {
    let lines = text.lines();
    let decisions = lines.map(|line| serde_json::from_str(line).context(line.to_owned()));
    let decisions: BTreeSet<Decision> = decisions.collect::<Result<_>>()?;
    anyhow::ensure!(
        decisions.iter().any(|decision| decision.allowed),
        "the emulator has allowed no call of a function: it does not enforce roles"
    );
    Ok(decisions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decisions_are_lines_of_json() {
        let line = |allowed: bool| {
            format!(
                r#"{{"function": "s-api", "action": "dynamodb:Scan", "resource": "arn:aws:dynamodb:us-east-1:0:table/t", "allowed": {allowed}}}"#
            )
        };
        let text = [line(true), line(false), line(true)].join("\n");
        let allowed: Vec<bool> = parse(&text)
            .unwrap()
            .iter()
            .map(|one| one.allowed)
            .collect();
        assert_eq!(allowed, [false, true]);
        assert!(parse(&line(true)[..20]).is_err());
    }

    #[test]
    fn without_an_allowed_call_nothing_was_shown() {
        assert!(parse("").is_err());
        assert!(
            parse(r#"{"function": "f", "action": "a", "resource": "r", "allowed": false}"#)
                .is_err()
        );
    }
}
