//! Reads which calls were allowed or denied by an emulator that enforces the template's roles.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context as _, Result};
use serde::Deserialize;

use crate::folder::Folder;

/// The emulator's decision to allow or deny a call of a function: one line of the file that the emulator's launcher writes. If
/// the launcher makes the same decision several times, it writes only one line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct Decision {
    /// Name of the function whose role was checked.
    function: String,
    /// The action that the function called, such as `dynamodb:GetItem`.
    action: String,
    /// ARN of the resource on which the function called the action.
    resource: String,
    allowed: bool,
}

/// Returns whether every call was allowed. Prints the denied calls, because the tests may pass although a call was denied.
///
/// # Errors
/// There are no decisions. This means that no role was enforced, so that the run proves nothing.
pub(super) fn all_allowed(folder: &Folder) -> Result<bool> {
    let path = folder.decisions();
    let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    let decisions = parse(&text)?;
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
    Ok(denied.is_empty())
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
