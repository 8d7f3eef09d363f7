//! Deploys the template, and checks what `CloudFormation` reports.

mod failures;
mod upload;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::aws::Aws;
use crate::files::write_private_json;
use crate::problem::problem;
use crate::process::output;

/// The values of a stack's outputs, by output name.
pub(crate) type Outputs = BTreeMap<String, String>;

/// Returns the outputs of `stack`.
pub(crate) fn outputs(aws: &Aws, stack: &str) -> Result<Outputs> {
    let answer = aws.json(&["cloudformation", "describe-stacks", "--stack-name", stack])?;
    let outputs = answer["Stacks"][0]["Outputs"]
        .as_array()
        .context("the stack has no outputs")?;
    let pair = |output: &Value| Some((text(output, "OutputKey")?, text(output, "OutputValue")?));
    Ok(outputs.iter().filter_map(pair).collect())
}

/// One deployment. Its files are in a folder that `functions::stage` filled.
#[derive(Debug)]
pub(crate) struct Deployment<'a> {
    /// The AWS CLI for the target of the deployment.
    pub(crate) aws: &'a Aws,
    /// Name of the `CloudFormation` stack.
    pub(crate) stack: &'a str,
    /// Name of the S3 bucket to which the functions' code is uploaded. The S3 bucket is made if it is missing.
    pub(crate) bucket: &'a str,
    /// The folder with the template and the binaries, which `functions::stage` filled.
    pub(crate) package: &'a Path,
}

impl Deployment<'_> {
    /// Creates or updates the stack. Template parameters that `parameters` does not name keep their values.
    pub(crate) fn deploy(&self, parameters: &[String]) -> Result<()> {
        self.submit(parameters, &[])
            .map(|_| ())
            .map_err(|error| self.explain(&error))
    }

    /// Returns a table of the changes that `deploy` would make, but makes none of them. A stack that did not exist before does
    /// not exist afterwards, either.
    ///
    /// # Errors
    /// No plan can be made, for example because the template is not valid.
    pub(crate) fn plan(&self, parameters: &[String]) -> Result<String> {
        let is_new = self.status().is_none();
        let said = self.submit(parameters, &["--no-execute-changeset"]);
        let plan = said.and_then(|said| {
            let mut words = said.split_whitespace();
            let Some(name) = words.find(|word| word.contains(":changeSet/")) else {
                return Ok("nothing would change".to_owned());
            };
            let of = ["--stack-name", self.stack, "--change-set-name", name];
            let describe = ["cloudformation", "describe-change-set", "--output", "table"];
            let changes =
                "Changes[].ResourceChange.[Action, Replacement, LogicalResourceId, ResourceType]";
            let table = self
                .aws
                .run(&[&describe, &of[..], &["--query", changes]].concat());
            self.aws
                .run(&[&["cloudformation", "delete-change-set"], &of[..]].concat())?;
            table
        });
        // If the change set for a new stack could not be made, the stack exists all the same, but has no resources.
        if is_new && self.status().as_deref() == Some("REVIEW_IN_PROGRESS") {
            self.delete()?;
        }
        plan.with_context(|| format!("there is no plan for {}", self.stack))
    }

    fn submit(&self, parameters: &[String], options: &[&str]) -> Result<String> {
        // The parameters are passed in a file and not on the command line, because other users could read a password's hash in
        // the system's list of processes.
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
        let result = output(command.args(options).current_dir(self.package));
        let _ = fs::remove_file(file);
        result
    }

    /// Returns an error for a failed deployment. The error names the resources that failed, if they are known.
    fn explain(&self, error: &anyhow::Error) -> anyhow::Error {
        let describe = ["cloudformation", "describe-stack-events", "--stack-name"];
        let events = self.aws.json(&[&describe[..], &[self.stack]].concat());
        let failures = failures::of_last_operation(&events.unwrap_or_default());
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

    /// Fails unless every resource really exists. Emulators report `CREATE_COMPLETE` even for resources that they do not
    /// support.
    pub(crate) fn check(&self) -> Result<()> {
        // The command `describe-stack-resources` is not used, because it returns only a hundred resources.
        let list = ["cloudformation", "list-stack-resources", "--stack-name"];
        let answer = self.aws.json(&[&list[..], &[self.stack]].concat())?;
        let resources = answer["StackResourceSummaries"].as_array();
        let resources = resources.context("the stack has no list of resources")?;
        let missing: Vec<_> = resources.iter().filter_map(not_made).collect();
        if missing.is_empty() {
            return Ok(());
        }
        Err(problem(
            format!(
                "{} has resources that were not made:\n{}",
                self.stack,
                missing.join("\n")
            ),
            "the target may not support them: LocalStack without a licence (LOCALSTACK_AUTH_TOKEN) says `unknown` \
             of what it never made, such as the HTTP and WebSocket APIs; on AWS see the stack's events",
        ))
    }

    /// Returns the stack's outputs.
    pub(crate) fn outputs(&self) -> Result<Outputs> {
        outputs(self.aws, self.stack)
    }

    /// Returns the state of the stack, or `None` if the stack does not exist.
    fn status(&self) -> Option<String> {
        let describe = ["cloudformation", "describe-stacks", "--stack-name"];
        let answer = self.aws.json(&[&describe[..], &[self.stack]].concat());
        text(&answer.ok()?["Stacks"][0], "StackStatus")
    }

    /// Returns the state of the stack if the stack failed and can only be deleted. Otherwise returns `None`.
    fn failed(&self) -> Option<String> {
        self.status().filter(|status| is_failed(status))
    }

    /// Fails if the stack is in a failed state and cannot be updated.
    pub(crate) fn refuse_failed(&self) -> Result<()> {
        match self.failed() {
            None => Ok(()),
            Some(status) => Err(problem(
                format!("{} is {status}: it cannot be updated", self.stack),
                format!(
                    "delete it first: aws cloudformation delete-stack --stack-name {}",
                    self.stack
                ),
            )),
        }
    }

    /// Deletes the stack if it is in a failed state, because such a stack cannot be updated.
    pub(crate) fn delete_failed(&self) -> Result<()> {
        match self.failed() {
            None => Ok(()),
            Some(_) => self.delete(),
        }
    }

    fn delete(&self) -> Result<()> {
        self.aws
            .run(&["cloudformation", "delete-stack", "--stack-name", self.stack])?;
        self.aws.run(&[
            "cloudformation",
            "wait",
            "stack-delete-complete",
            "--stack-name",
            self.stack,
        ])?;
        Ok(())
    }
}

/// Returns whether a stack in this state can only be deleted.
fn is_failed(status: &str) -> bool {
    matches!(
        status,
        "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED" | "CREATE_FAILED" | "DELETE_FAILED"
    )
}

/// Returns `None` if `CloudFormation` made the resource. Otherwise returns a text with the resource's name, type, status and
/// id.
fn not_made(resource: &Value) -> Option<String> {
    let of = |key: &str| text(resource, key).unwrap_or_default();
    let (id, status) = (of("PhysicalResourceId"), of("ResourceStatus"));
    let complete = status.ends_with("_COMPLETE") && !status.starts_with("DELETE");
    if complete && !id.is_empty() && id != "unknown" {
        return None;
    }
    let (name, kind) = (of("LogicalResourceId"), of("ResourceType"));
    Some(format!("  {name} ({kind}): {status}, physical id `{id}`"))
}

fn text(value: &Value, key: &str) -> Option<String> {
    value[key].as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn resources_that_were_only_said_to_be_made() {
        let of = |id: &str, status: &str| {
            not_made(
                &json!({"LogicalResourceId": "R", "ResourceType": "T", "PhysicalResourceId": id, "ResourceStatus": status}),
            )
        };
        assert_eq!(of("id-1", "UPDATE_COMPLETE"), None);
        for (id, status) in [
            ("unknown", "CREATE_COMPLETE"),
            ("", "CREATE_COMPLETE"),
            ("id-2", "CREATE_FAILED"),
            ("id-3", "DELETE_COMPLETE"),
        ] {
            let reported = format!("  R (T): {status}, physical id `{id}`");
            assert_eq!(of(id, status), Some(reported));
        }
    }
}
