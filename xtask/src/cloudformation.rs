//! Deploying the template, and not believing it: what `CloudFormation` reports is checked.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::aws::Aws;
use crate::files::write_private_json;
use crate::problem::problem;
use crate::process::output;

/// Outputs of a stack, by name.
pub(crate) type Outputs = BTreeMap<String, String>;

/// The outputs of `stack`.
pub(crate) fn outputs(aws: &Aws, stack: &str) -> Result<Outputs> {
    let answer = aws.json(&["cloudformation", "describe-stacks", "--stack-name", stack])?;
    let outputs = answer["Stacks"][0]["Outputs"]
        .as_array()
        .context("the stack has no outputs")?;
    let pair = |output: &Value| Some((text(output, "OutputKey")?, text(output, "OutputValue")?));
    Ok(outputs.iter().filter_map(pair).collect())
}

/// One deployment of the folder that `functions::stage` filled.
#[derive(Debug)]
pub(crate) struct Deployment<'a> {
    /// The target.
    pub(crate) aws: &'a Aws,
    /// Name of the `CloudFormation` stack.
    pub(crate) stack: &'a str,
    /// Bucket that takes the functions' code; made if it is missing.
    pub(crate) bucket: &'a str,
    /// The folder.
    pub(crate) package: &'a Path,
}

impl Deployment<'_> {
    /// Uploads the code and writes `packaged.yaml`.
    pub(crate) fn upload(&self) -> Result<()> {
        if self
            .aws
            .run(&["s3api", "head-bucket", "--bucket", self.bucket])
            .is_err()
        {
            self.aws
                .run(&["s3", "mb", &format!("s3://{}", self.bucket)])?;
        }
        let mut command = self.aws.command(&[
            "cloudformation",
            "package",
            "--template-file",
            "template.yaml",
        ]);
        command.args([
            "--s3-bucket",
            self.bucket,
            "--output-template-file",
            "packaged.yaml",
        ]);
        output(command.current_dir(self.package)).map(|_| ())
    }

    /// Creates or updates the stack. Parameters that are not named keep their values.
    pub(crate) fn deploy(&self, parameters: &[String]) -> Result<()> {
        // A file, because a password's hash has no place in the list of processes.
        let file = self.package.join("parameters.json");
        write_private_json(&file, &parameters)?;
        let mut command = self.aws.command(&[
            "cloudformation",
            "deploy",
            "--template-file",
            "packaged.yaml",
        ]);
        command.args([
            "--stack-name",
            self.stack,
            "--capabilities",
            "CAPABILITY_IAM",
            "CAPABILITY_AUTO_EXPAND",
        ]);
        command.args(["--no-fail-on-empty-changeset", "--s3-bucket", self.bucket]);
        command.args(["--parameter-overrides", "file://parameters.json"]);
        let result = output(command.current_dir(self.package));
        let _ = fs::remove_file(file);
        result.map(|_| ()).map_err(|error| self.explain(&error))
    }

    /// Names the resource that failed.
    fn explain(&self, error: &anyhow::Error) -> anyhow::Error {
        let events = self.aws.json(&[
            "cloudformation",
            "describe-stack-events",
            "--stack-name",
            self.stack,
        ]);
        let failures = failures(&events.unwrap_or_default());
        if failures.is_empty() {
            return problem(
                format!("{} was not deployed: {error:#}", self.stack),
                "on a local stack the emulator's log (target/<name>/emulator.log) tells more",
            );
        }
        problem(
            format!("{} was not deployed:\n{}", self.stack, failures.join("\n")),
            "correct template.yaml or the parameters, and run the command again",
        )
    }

    /// Fails unless every resource was really made: emulators report `CREATE_COMPLETE` for resources
    /// that they do not know. Returns how many there are.
    pub(crate) fn check(&self) -> Result<usize> {
        let answer = self.aws.json(&[
            "cloudformation",
            "describe-stack-resources",
            "--stack-name",
            self.stack,
        ])?;
        let resources = answer["StackResources"]
            .as_array()
            .context("the stack has no resources")?;
        let missing = not_made(resources);
        if missing.is_empty() {
            return Ok(resources.len());
        }
        Err(problem(
            format!(
                "{} has resources that were not made:\n{}",
                self.stack,
                missing.join("\n")
            ),
            "the target may not support them; on AWS see the stack's events",
        ))
    }

    /// The stack's outputs.
    pub(crate) fn outputs(&self) -> Result<Outputs> {
        outputs(self.aws, self.stack)
    }

    /// State of the stack; `None` where there is none.
    pub(crate) fn status(&self) -> Option<String> {
        let answer = self
            .aws
            .json(&[
                "cloudformation",
                "describe-stacks",
                "--stack-name",
                self.stack,
            ])
            .ok()?;
        text(&answer["Stacks"][0], "StackStatus")
    }

    /// Deletes a stack whose first creation failed: no update is possible from there.
    pub(crate) fn delete_failed(&self) -> Result<()> {
        let failed = [
            "ROLLBACK_COMPLETE",
            "ROLLBACK_FAILED",
            "CREATE_FAILED",
            "DELETE_FAILED",
        ];
        if self
            .status()
            .is_some_and(|status| failed.contains(&status.as_str()))
        {
            self.aws
                .run(&["cloudformation", "delete-stack", "--stack-name", self.stack])?;
            self.aws.run(&[
                "cloudformation",
                "wait",
                "stack-delete-complete",
                "--stack-name",
                self.stack,
            ])?;
        }
        Ok(())
    }
}

fn text(value: &Value, key: &str) -> Option<String> {
    value[key].as_str().map(str::to_owned)
}

/// The failed resources of the last operation, first failure first; without those that were only
/// given up because another one failed.
fn failures(events: &Value) -> Vec<String> {
    let events = events["StackEvents"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let began = |event: &&Value| {
        event["ResourceType"] == "AWS::CloudFormation::Stack"
            && ["CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"]
                .iter()
                .any(|status| event["ResourceStatus"] == *status)
    };
    let mut lines = Vec::new();
    // The newest event comes first.
    for event in events.iter().take_while(|event| !began(event)) {
        let (Some(resource), Some(status)) = (
            text(event, "LogicalResourceId"),
            text(event, "ResourceStatus"),
        ) else {
            continue;
        };
        let reason = text(event, "ResourceStatusReason").unwrap_or_default();
        if status.ends_with("_FAILED") && !reason.contains("cancelled") {
            let kind = text(event, "ResourceType").unwrap_or_default();
            lines.push(format!("  {resource} ({kind}): {status}: {reason}"));
        }
    }
    lines.reverse();
    lines
}

fn not_made(resources: &[Value]) -> Vec<String> {
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
    fn failures_of_the_last_operation_only() {
        let event = |name: &str, kind: &str, status: &str, reason: &str| json!({"LogicalResourceId": name, "ResourceType": kind, "ResourceStatus": status, "ResourceStatusReason": reason});
        let events = json!({"StackEvents": [
            event("Later", "T", "CREATE_FAILED", "Resource creation cancelled"),
            event("Table", "T", "CREATE_FAILED", "no such key"),
            event("s", "AWS::CloudFormation::Stack", "UPDATE_IN_PROGRESS", ""),
            event("Old", "T", "CREATE_FAILED", "of last week"),
        ]});
        assert_eq!(
            failures(&events),
            ["  Table (T): CREATE_FAILED: no such key"]
        );
        assert_eq!(failures(&Value::Null), [""; 0]);
    }
}
