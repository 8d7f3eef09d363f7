//! The resources of a stack, as they are listed.

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::aws::Aws;

/// All of them.
///
/// # Errors
/// There is no such stack.
pub(crate) fn list(aws: &Aws, stack: &str) -> Result<Vec<Value>> {
    // Not `describe-stack-resources`, which ends after a hundred.
    let answer = aws.json(&[
        "cloudformation",
        "list-stack-resources",
        "--stack-name",
        stack,
    ])?;
    let resources = answer["StackResourceSummaries"].as_array().cloned();
    resources.context("the stack has no list of resources")
}

/// How far an operation on a stack is; nothing where that cannot be read.
pub(crate) fn progress(aws: &Aws, stack: &str) -> Option<String> {
    let resources = list(aws, stack).ok()?;
    Some(progress_of(&resources))
}

fn progress_of(resources: &[Value]) -> String {
    let is_under_way = |resource: &&Value| {
        let status = resource["ResourceStatus"].as_str();
        status.is_some_and(|status| status.ends_with("_IN_PROGRESS"))
    };
    let under_way: Vec<_> = resources.iter().filter(is_under_way).collect();
    let names = under_way.iter().take(3);
    let names: Vec<_> = names
        .filter_map(|resource| resource["LogicalResourceId"].as_str())
        .collect();
    let done = resources.len() - under_way.len();
    match under_way.len() {
        0 => format!("{done} resources"),
        1..=3 => format!("{done} resources; now {}", names.join(", ")),
        more => format!(
            "{done} resources; now {} and {} more",
            names.join(", "),
            more - 3
        ),
    }
}

/// Those that are not there, whatever is said of them.
pub(crate) fn not_made(resources: &[Value]) -> Vec<String> {
    let describe = |resource: &Value| {
        let id = resource["PhysicalResourceId"].as_str().unwrap_or_default();
        let status = resource["ResourceStatus"].as_str().unwrap_or_default();
        let complete = status.ends_with("_COMPLETE") && !status.starts_with("DELETE");
        if complete && !id.is_empty() && id != "unknown" {
            return None;
        }
        let name = resource["LogicalResourceId"].as_str().unwrap_or_default();
        let kind = resource["ResourceType"].as_str().unwrap_or_default();
        Some(format!("  {name} ({kind}): {status}, physical id `{id}`"))
    };
    resources.iter().filter_map(describe).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn resources_that_were_only_said_to_be_made() {
        let resource = |name: &str, id: &str, status: &str| json!({"LogicalResourceId": name, "ResourceType": "T", "PhysicalResourceId": id, "ResourceStatus": status});
        let resources = [
            resource("Good", "id-1", "UPDATE_COMPLETE"),
            resource("Unknown", "unknown", "CREATE_COMPLETE"),
            resource("Empty", "", "CREATE_COMPLETE"),
            resource("Failed", "id-2", "CREATE_FAILED"),
        ];
        assert_eq!(
            not_made(&resources),
            [
                "  Unknown (T): CREATE_COMPLETE, physical id `unknown`",
                "  Empty (T): CREATE_COMPLETE, physical id ``",
                "  Failed (T): CREATE_FAILED, physical id `id-2`",
            ]
        );
    }

    #[test]
    fn progress_names_what_is_under_way() {
        let resource =
            |name: &str, status: &str| json!({"LogicalResourceId": name, "ResourceStatus": status});
        let mut resources = vec![
            resource("Table", "CREATE_COMPLETE"),
            resource("Api", "CREATE_IN_PROGRESS"),
        ];
        assert_eq!(progress_of(&resources), "1 resources; now Api");
        for name in ["B", "C", "D", "E"] {
            resources.push(resource(name, "UPDATE_IN_PROGRESS"));
        }
        assert_eq!(
            progress_of(&resources),
            "1 resources; now Api, B, C and 2 more"
        );
        assert_eq!(progress_of(&resources[..1]), "1 resources");
    }
}
