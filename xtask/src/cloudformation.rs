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

/// Outputs of a stack, by name.
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
    /// Creates or updates the stack. Parameters without a name in `parameters` keep their values.
    pub(crate) fn deploy(&self, parameters: &[String]) -> Result<()> {
        self.submit(parameters, &[])
            .map(|_| ())
            .map_err(|error| self.explain(&error))
    }

    /// Returns a table of the changes that `deploy` would make. It changes nothing; a new stack does not exist afterwards.
    ///
    /// # Errors
    /// There is no plan, for example because the template is not valid.
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
        // A change set for a new stack creates the stack, without resources, even if it fails.
        if is_new && self.status().as_deref() == Some("REVIEW_IN_PROGRESS") {
            self.delete()?;
        }
        plan.with_context(|| format!("there is no plan for {}", self.stack))
    }

    fn submit(&self, parameters: &[String], options: &[&str]) -> Result<String> {
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
        let result = output(command.args(options).current_dir(self.package));
        let _ = fs::remove_file(file);
        result
    }

    /// Adds the name of the resource that failed.
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

    /// Fails unless every resource was really made: emulators report `CREATE_COMPLETE` for resources
    /// that they do not know.
    pub(crate) fn check(&self) -> Result<()> {
        // `describe-stack-resources` returns only a hundred resources.
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

    /// Returns the state of the stack; `None` if it does not exist.
    fn status(&self) -> Option<String> {
        let describe = ["cloudformation", "describe-stacks", "--stack-name"];
        let answer = self.aws.json(&[&describe[..], &[self.stack]].concat());
        text(&answer.ok()?["Stacks"][0], "StackStatus")
    }

    /// Returns the state of a stack that failed and cannot be updated; `None` if the stack can be updated or created.
    fn failed(&self) -> Option<String> {
        self.status().filter(|status| is_failed(status))
    }

    /// Fails if the stack failed before and cannot be updated.
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

    /// Deletes a stack whose first creation failed, because such a stack cannot be updated.
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

/// Whether a stack in this state can only be deleted.
fn is_failed(status: &str) -> bool {
    matches!(
        status,
        "ROLLBACK_COMPLETE" | "ROLLBACK_FAILED" | "CREATE_FAILED" | "DELETE_FAILED"
    )
}

/// Describes a resource that does not exist, whatever its status is.
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
            let told = format!("  R (T): {status}, physical id `{id}`");
            assert_eq!(of(id, status), Some(told));
        }
    }
}
