//! The command `cargo xtask deploy`.

pub(super) mod build;

use std::fs;

use anyhow::{Context as _, Result};

use crate::after_deploy;
use crate::cli::deploy::Deploy;
use crate::cloudformation::{Deployment, Outputs};
use crate::credentials;
use crate::destination::Destination;
use crate::folder::root;
use crate::functions;
use crate::parameters::Parameters;
use crate::password;
use crate::progress::Steps;
use crate::seed;
use crate::tools::Tools;

/// Template parameters that are set by an own option of `cargo xtask deploy`, each with the name of its option.
const OPTIONS: [(&str, &str); 3] = [
    ("Stage", "--stage"),
    ("Architecture", "--architecture"),
    ("AdminEmail", "--admin-email"),
];

/// Runs `cargo xtask deploy`.
pub(crate) fn run(options: &Deploy) -> Result<()> {
    // The password is read first, so that nobody waits for a release build before the prompt.
    let admin_hash = match &options.admin_email {
        Some(email) => {
            let password = password::read(&format!("password of {email}"))?;
            Some(credentials::hash(&password)?)
        }
        None => None,
    };
    let mut steps = Steps::new(if options.plan { 5 } else { 7 });
    let tools = steps.step("tools", Tools::install)?;
    let destination = Destination::of(&options.place, &tools)?;
    let parameters = parameters(options, &destination, admin_hash)?;
    parameters.check_names(&fs::read_to_string(root().join("template.yaml"))?)?;
    let parameters = parameters.overrides();
    let _lock = destination.lock()?;
    let bucket = steps.step("credentials", || destination.bucket())?;
    let package = destination.package();
    let deployment = Deployment {
        aws: &destination.aws,
        stack: &destination.stack,
        bucket: &bucket,
        package: &package,
    };
    deployment.refuse_failed()?;
    let architecture = destination.architecture(options.architecture);
    let binaries = match &options.prebuilt {
        Some(folder) => steps.step("functions that are built already", || {
            build::prebuilt(folder, &package.with_extension("unpacked"), architecture)
        })?,
        None => steps.noisy_step("build the functions for Lambda", || {
            build::build(&tools, architecture)
        })?,
    };
    steps.step("upload", || {
        functions::stage(&package, &binaries)?;
        deployment.upload()
    })?;
    if options.plan {
        let plan = steps.step("plan", || deployment.plan(&parameters))?;
        println!("\n{plan}\nnothing was executed");
        return Ok(());
    }
    steps.step("deploy", || deployment.deploy(&parameters))?;
    let outputs = steps.step("resources", || {
        deployment.check()?;
        let outputs = deployment.outputs()?;
        if destination.is_local() {
            after_deploy::complete(&destination.aws, &outputs)?;
        }
        Ok(outputs)
    })?;
    let (http, web_socket) = destination.addresses(&outputs)?;
    steps.step("ready", || {
        seed::wait_until_ready(&http)
            .with_context(|| format!("{} is deployed and does not answer well", deployment.stack))
    })?;
    summarize(&destination, &outputs, &http, &web_socket);
    Ok(())
}

/// Returns the template parameters whose values come from the command-line options or the destination. All other parameters
/// keep the values of the earlier deployment.
fn parameters(
    options: &Deploy,
    destination: &Destination,
    admin_hash: Option<String>,
) -> Result<Parameters> {
    let mut parameters = destination.parameters();
    let architecture = destination.architecture(options.architecture);
    parameters.set("Architecture", architecture.parameter());
    if let (Some(email), Some(hash)) = (&options.admin_email, admin_hash) {
        parameters.set("AdminEmail", email);
        parameters.set("AdminPasswordHash", hash);
    }
    parameters.add_named(&options.parameter, &OPTIONS)?;
    Ok(parameters)
}

fn summarize(destination: &Destination, outputs: &Outputs, http: &str, web_socket: &str) {
    println!(
        "\n{} is deployed; each of its resources is there.\n",
        destination.stack
    );
    println!("  HTTP API    {http}");
    println!("  WebSocket   {web_socket}");
    for (title, output) in [("table", "TableName"), ("dashboard", "DashboardName")] {
        if let Some(value) = outputs.get(output) {
            println!("  {title:<11} {value}");
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::{Cli, Command};

    fn overrides(words: &str) -> Result<Vec<String>> {
        let words = ["xtask", "deploy"].into_iter().chain(words.split(' '));
        let Command::Deploy(options) = Cli::try_parse_from(words)?.command else {
            panic!("not the deploy command")
        };
        let destination = Destination::of(&options.place, &Tools::not_run())?;
        Ok(parameters(&options, &destination, None)?.overrides())
    }

    #[test]
    fn parameters_that_are_not_named_keep_their_values() {
        assert_eq!(
            overrides("--stage prod --region eu-central-1").unwrap(),
            ["Architecture=arm64", "Stage=prod"]
        );
        let some = "--stage prod --region eu-central-1 --architecture x86_64 --parameter SenderAddress=a@b.example";
        assert_eq!(
            overrides(some).unwrap(),
            [
                "Architecture=x86_64",
                "SenderAddress=a@b.example",
                "Stage=prod"
            ]
        );
    }

    #[test]
    fn what_has_an_option_is_no_parameter() {
        for (parameter, option) in OPTIONS {
            let words = format!("--stage prod --region eu-central-1 --parameter {parameter}=x");
            let error = overrides(&words).unwrap_err().to_string();
            assert!(error.contains(option), "{error}");
        }
    }
}
