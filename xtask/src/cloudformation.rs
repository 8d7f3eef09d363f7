//! Deploying the template, and not believing it: what `CloudFormation` reports is checked.

mod change_set;
mod failures;
pub(crate) mod resources;
mod upload;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::Value;

pub(crate) use self::change_set::{Change, describe};
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
    /// Creates or updates the stack. Parameters that are not named keep their values.
    pub(crate) fn deploy(&self, parameters: &[String]) -> Result<()> {
        self.submit(parameters, &[])
            .map(|_| ())
            .map_err(|error| self.explain(&error))
    }

    /// What `deploy` would change; nothing is changed, and nothing is left of the question.
    ///
    /// # Errors
    /// There is no answer, as for a template that is not valid.
    pub(crate) fn plan(&self, parameters: &[String]) -> Result<Vec<Change>> {
        let is_new = self.status().is_none();
        let changes = self
            .submit(parameters, &["--no-execute-changeset"])
            .and_then(|said| {
                if let Some(name) = change_set::name_in(&said) {
                    return change_set::take(self.aws, self.stack, name);
                }
                change_set::delete_empty(self.aws, self.stack)?;
                Ok(Vec::new())
            });
        // The question makes a stack without resources, also where it fails.
        if is_new && self.status().as_deref() == Some("REVIEW_IN_PROGRESS") {
            self.delete()?;
        }
        changes.map_err(|error| {
            problem(
                format!("there is no plan for {}: {error:#}", self.stack),
                "correct template.yaml or the parameters; nothing was changed",
            )
        })
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

    /// Names the resource that failed.
    fn explain(&self, error: &anyhow::Error) -> anyhow::Error {
        let failures = failures(self.aws, self.stack);
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
        let resources = resources::list(self.aws, self.stack)?;
        let missing = resources::not_made(&resources);
        if missing.is_empty() {
            return Ok(resources.len());
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

    /// The stack's outputs.
    pub(crate) fn outputs(&self) -> Result<Outputs> {
        outputs(self.aws, self.stack)
    }

    /// State of the stack; `None` where there is none.
    pub(crate) fn status(&self) -> Option<String> {
        status(self.aws, self.stack)
    }

    /// Deletes a stack whose first creation failed: no update is possible from there.
    pub(crate) fn delete_failed(&self) -> Result<()> {
        match self.status() {
            Some(status) if is_failed(&status) => self.delete(),
            _ => Ok(()),
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

/// State of a stack, which its name or its id names; `None` where there is none.
pub(crate) fn status(aws: &Aws, stack: &str) -> Option<String> {
    let answer = aws
        .json(&["cloudformation", "describe-stacks", "--stack-name", stack])
        .ok()?;
    text(&answer["Stacks"][0], "StackStatus")
}

/// Whether a stack is of no use any more but to be deleted.
pub(crate) fn is_failed(status: &str) -> bool {
    [
        "ROLLBACK_COMPLETE",
        "ROLLBACK_FAILED",
        "CREATE_FAILED",
        "DELETE_FAILED",
    ]
    .contains(&status)
}

/// What failed in the last operation on a stack, a line for each resource; nothing where that cannot be read.
pub(crate) fn failures(aws: &Aws, stack: &str) -> Vec<String> {
    let events = aws.json(&[
        "cloudformation",
        "describe-stack-events",
        "--stack-name",
        stack,
    ]);
    failures::of_last_operation(&events.unwrap_or_default())
}

fn text(value: &Value, key: &str) -> Option<String> {
    value[key].as_str().map(str::to_owned)
}
