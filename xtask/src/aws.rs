//! Runs the AWS CLI for one target.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::problem::problem;
use crate::process::output;
use crate::tools::Tools;

/// The region of every local stack.
pub(crate) const LOCAL_REGION: &str = "us-east-1";

/// Returns the AWS region for which the `aws` commands run. Every command names this region as an option, because version 1 of
/// the AWS CLI ignores `AWS_REGION`.
fn region(tools: &Tools, named: Option<&str>, profile: Option<&str>) -> Result<String> {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let configured = || {
        let mut command = Command::new(tools.program("aws"));
        command.args(["configure", "get", "region"]);
        command.args(profile.iter().flat_map(|profile| ["--profile", profile]));
        output(&mut command)
            .ok()
            .map(|region| region.trim().to_owned())
            .filter(|region| !region.is_empty())
    };
    named
        .map(str::to_owned)
        .or_else(|| set("AWS_REGION"))
        .or_else(|| set("AWS_DEFAULT_REGION"))
        .or_else(configured)
        .ok_or_else(|| problem("no AWS region is set", "name it with --region"))
}

/// The service to which the `aws` commands send their calls.
#[derive(Debug, Clone)]
enum Target {
    /// An emulator. The `aws` commands neither read nor change the user's own AWS configuration.
    Local { endpoint: String, home: PathBuf },
    /// AWS, or another endpoint, with the user's own credentials.
    Environment {
        region: String,
        profile: Option<String>,
        endpoint: Option<String>,
    },
}

/// Runs `aws` commands for one target.
#[derive(Debug, Clone)]
pub(crate) struct Aws {
    program: PathBuf,
    target: Target,
}

impl Aws {
    /// Returns an AWS CLI whose commands go to a local emulator.
    pub(crate) fn local(tools: &Tools, endpoint: &str, home: &Path) -> Self {
        let target = Target::Local {
            endpoint: endpoint.to_owned(),
            home: home.to_path_buf(),
        };
        Self {
            program: tools.program("aws"),
            target,
        }
    }

    /// Returns an AWS CLI whose commands use the user's own credentials.
    ///
    /// # Errors
    /// `region_named` is `None`, and no region is configured.
    pub(crate) fn environment(
        tools: &Tools,
        region_named: Option<&str>,
        profile: Option<String>,
        endpoint: Option<String>,
    ) -> Result<Self> {
        Ok(Self {
            program: tools.program("aws"),
            target: Target::Environment {
                region: region(tools, region_named, profile.as_deref())?,
                profile,
                endpoint,
            },
        })
    }

    /// Returns the AWS region for which the `aws` commands run.
    pub(crate) fn region(&self) -> &str {
        match &self.target {
            Target::Local { .. } => LOCAL_REGION,
            Target::Environment { region, .. } => region,
        }
    }

    /// Returns an `aws` command with these arguments, which calls the target.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(args);
        let endpoint = match &self.target {
            Target::Local { endpoint, home } => {
                command
                    .env_clear()
                    .envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
                command
                    .env("HOME", home)
                    .env("AWS_ACCESS_KEY_ID", "test")
                    .env("AWS_SECRET_ACCESS_KEY", "test");
                command.args(["--region", LOCAL_REGION]);
                Some(endpoint)
            }
            Target::Environment {
                region,
                profile,
                endpoint,
            } => {
                command.args(["--region", region]);
                command.args(profile.iter().flat_map(|profile| ["--profile", profile]));
                endpoint.as_ref()
            }
        };
        if let Some(endpoint) = endpoint {
            // The endpoint is passed as the option `--endpoint-url` and as an environment variable. `cloudformation package`
            // ignores the option when it uploads to S3, and some services ignore the variable.
            command
                .args(["--endpoint-url", endpoint])
                .env("AWS_ENDPOINT_URL", endpoint);
        }
        command.env("AWS_PAGER", "");
        command
    }

    /// Runs `aws` with these arguments, and returns what it printed.
    pub(crate) fn run(&self, args: &[&str]) -> Result<String> {
        output(&mut self.command(args))
    }

    /// Runs `aws` with these arguments, and parses what it printed as JSON. An empty output becomes `null`.
    pub(crate) fn json(&self, args: &[&str]) -> Result<Value> {
        let text = output(self.command(args).args(["--output", "json"]))?;
        if text.trim().is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_str(&text)
            .with_context(|| format!("the answer of `aws {}` is no JSON", args.join(" ")))
    }
}
