//! `cargo xtask deploy`

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::aws::Aws;
use crate::cli::{Architecture, Deploy};
use crate::cloudformation::Deployment;
use crate::folder::{root, target};
use crate::problem::problem;
use crate::process::{cargo, output, run_visibly};
use crate::progress::Steps;
use crate::tools::Tools;
use crate::{credentials, functions, password};

/// Runs the command.
pub(crate) fn run(options: &Deploy) -> Result<()> {
    // Asked first: nobody wants to sit through a release build before they are asked something.
    let parameters = parameters(options)?;
    let mut steps = Steps::new(6);
    let tools = steps.step("tools", Tools::install)?;
    let aws = Aws::environment(
        &tools,
        options.region.as_deref(),
        options.profile.clone(),
        options.endpoint_url.clone(),
    )?;
    let bucket = steps.step("credentials", || bucket(&aws))?;
    let binaries = steps.noisy_step("build the functions for Lambda", || {
        build(&tools, options.architecture)
    })?;
    let package = target().join("package").join(options.stage.to_string());
    let stack = format!("em-connect-{}", options.stage);
    let deployment = Deployment {
        aws: &aws,
        stack: &stack,
        bucket: &bucket,
        package: &package,
    };
    steps.step("upload", || {
        functions::stage(&package, &binaries)?;
        refuse_failed(&deployment)?;
        deployment.upload()
    })?;
    steps.step("deploy", || deployment.deploy(&parameters))?;
    let count = steps.step("resources", || deployment.check())?;
    println!("\n{stack} is deployed, {count} resources:\n");
    for (name, value) in deployment.outputs()? {
        println!("  {name:<24} {value}");
    }
    Ok(())
}

/// What the options say; everything else stays as it was deployed before.
fn parameters(options: &Deploy) -> Result<Vec<String>> {
    let mut parameters = vec![
        format!("Stage={}", options.stage),
        format!("Architecture={}", options.architecture.parameter()),
    ];
    if let Some(email) = &options.admin_email {
        let password = password::read(&format!("password of {email}"))?;
        parameters.push(format!("AdminEmail={email}"));
        parameters.push(format!(
            "AdminPasswordHash={}",
            credentials::hash(&password)?
        ));
    }
    if let Some(sender) = &options.sender {
        parameters.push(format!("SenderAddress={sender}"));
    }
    if let Some(url) = options
        .function_endpoint_url
        .as_ref()
        .or(options.endpoint_url.as_ref())
    {
        parameters.push(format!("EndpointUrl={url}"));
    }
    Ok(parameters)
}

/// The bucket that takes the code: one per account and region.
fn bucket(aws: &Aws) -> Result<String> {
    let help =
        "log in, or name a profile with --profile; `aws sts get-caller-identity` shows who you are";
    let identity = aws
        .json(&["sts", "get-caller-identity"])
        .map_err(|error| problem(format!("no AWS credentials that work: {error:#}"), help))?;
    let account = identity["Account"]
        .as_str()
        .context("sts names no account")?;
    Ok(format!("em-connect-code-{account}-{}", aws.region()))
}

/// A stack whose first creation failed cannot be updated, and deleting is the person's decision.
fn refuse_failed(deployment: &Deployment<'_>) -> Result<()> {
    match deployment.status().as_deref() {
        Some(
            status @ ("ROLLBACK_COMPLETE" | "ROLLBACK_FAILED" | "CREATE_FAILED" | "DELETE_FAILED"),
        ) => Err(problem(
            format!(
                "{} is {status}: its first creation failed, and it cannot be updated",
                deployment.stack
            ),
            format!(
                "delete it: `aws cloudformation delete-stack --stack-name {}`",
                deployment.stack
            ),
        )),
        _ => Ok(()),
    }
}

fn build(tools: &Tools, architecture: Architecture) -> Result<Vec<(String, PathBuf)>> {
    let (triple, flag) = match architecture {
        Architecture::Arm64 => ("aarch64-unknown-linux-gnu", "--arm64"),
        Architecture::X86_64 => ("x86_64-unknown-linux-gnu", "--x86-64"),
    };
    require_target(triple)?;
    let names = functions::names()?;
    let mut command = cargo();
    command
        .env("PATH", tools.search_path()?)
        .args(["lambda", "build", "--release", flag]);
    for name in &names {
        command.args(["--package", name]);
    }
    command.arg("--lambda-dir").arg(lambda_folder());
    run_visibly(&mut command, "cargo-lambda's messages above say why")?;
    Ok(names
        .into_iter()
        .map(|name| (name.clone(), lambda_folder().join(name).join("bootstrap")))
        .collect())
}

fn lambda_folder() -> PathBuf {
    target().join("lambda")
}

/// Asks the compiler itself, for not every toolchain comes from rustup.
fn require_target(triple: &str) -> Result<()> {
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    let libraries =
        output(
            rustc
                .current_dir(root())
                .args(["--print", "target-libdir", "--target", triple]),
        )?;
    if PathBuf::from(libraries.trim()).exists() {
        return Ok(());
    }
    Err(problem(
        format!("the Rust toolchain cannot build for {triple}"),
        format!("run `rustup target add {triple}`, or choose another --architecture"),
    ))
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::{Cli, Command as Sub};

    fn options(args: &[&str]) -> Deploy {
        let cli = Cli::try_parse_from([&["xtask", "deploy"], args].concat()).unwrap();
        let Sub::Deploy(options) = cli.command else {
            panic!("not the deploy command")
        };
        options
    }

    #[test]
    fn parameters_that_are_not_named_keep_their_values() {
        assert_eq!(
            parameters(&options(&["--stage", "prod"])).unwrap(),
            ["Stage=prod", "Architecture=arm64"]
        );
    }

    #[test]
    fn functions_may_see_the_endpoint_elsewhere() {
        let args = [
            "--stage",
            "dev",
            "--endpoint-url",
            "http://127.0.0.1:4566",
            "--architecture",
            "x86_64",
        ];
        assert_eq!(
            parameters(&options(&args)).unwrap(),
            [
                "Stage=dev",
                "Architecture=x86_64",
                "EndpointUrl=http://127.0.0.1:4566"
            ]
        );
        let inside = [
            &args[..],
            &["--function-endpoint-url", "http://localstack:4566"],
        ]
        .concat();
        assert!(
            parameters(&options(&inside))
                .unwrap()
                .contains(&"EndpointUrl=http://localstack:4566".to_owned())
        );
    }
}
