//! `cargo xtask deploy`

pub(super) mod build;
mod summary;

use std::fs;

use anyhow::Result;

use crate::after_deploy;
use crate::cli::Architecture;
use crate::cli::deploy::Deploy;
use crate::cloudformation::{Change, Deployment, describe, is_failed, resources, status};
use crate::credentials::{self, Account};
use crate::destination::Destination;
use crate::folder::root;
use crate::functions;
use crate::parameters::Parameters;
use crate::password;
use crate::problem::problem;
use crate::progress::Steps;
use crate::smoke::{self, Site};
use crate::tools::Tools;

/// Parameters that have an option of their own.
const OPTIONS: [(&str, &str); 5] = [
    ("Stage", "--stage"),
    ("Architecture", "--architecture"),
    ("EndpointUrl", "--function-endpoint-url"),
    ("AdminEmail", "--admin-email"),
    ("SenderAddress", "--sender"),
];

/// Runs the command.
pub(crate) fn run(options: &Deploy) -> Result<()> {
    // Asked first: nobody wants to sit through a release build before they are asked something.
    let administrator = administrator(options)?;
    let mut steps = Steps::new(if options.plan { 6 } else { 7 });
    let tools = steps.step("tools", Tools::install)?;
    let destination = Destination::of(
        &options.place,
        options.function_endpoint_url.as_deref(),
        &tools,
    )?;
    destination.refuse_stack_of_up()?;
    let architecture = destination.architecture(options.architecture)?;
    let parameters = steps.step("parameters", || {
        let parameters = parameters(options, &destination, architecture, administrator.as_ref())?;
        parameters.check_names(&fs::read_to_string(root().join("template.yaml"))?)?;
        Ok(parameters.overrides())
    })?;
    let _lock = destination.lock()?;
    let bucket = steps.step("credentials", || {
        let bucket = destination.bucket()?;
        refuse_failed(&destination)?;
        Ok(bucket)
    })?;
    let package = destination.package();
    let binaries = match &options.prebuilt {
        Some(folder) => steps.step("functions that are built already", || {
            build::prebuilt(folder, &package.with_extension("unpacked"), architecture)
        })?,
        None => steps.noisy_step("build the functions for Lambda", || {
            build::build(&tools, architecture)
        })?,
    };
    let deployment = Deployment {
        aws: &destination.aws,
        stack: &destination.stack,
        bucket: &bucket,
        package: &package,
    };
    steps.step("upload", || {
        let fingerprint = functions::fingerprint(&binaries, std::slice::from_ref(&bucket))?;
        if deployment.is_uploaded(&fingerprint) {
            return Ok(());
        }
        functions::stage(&package, &binaries)?;
        deployment.upload()?;
        deployment.note_uploaded(&fingerprint)
    })?;
    if options.plan {
        let changes = steps.step("plan", || deployment.plan(&parameters))?;
        print_plan(&destination, &changes);
        return Ok(());
    }
    let far = || resources::progress(&destination.aws, &destination.stack);
    steps.step_with_progress("deploy", far, || deployment.deploy(&parameters))?;
    let (count, outputs) = steps.step("resources", || {
        let count = deployment.check()?;
        let outputs = deployment.outputs()?;
        if destination.folder().is_some() {
            after_deploy::complete(&destination.aws, &outputs)?;
        }
        Ok((count, outputs))
    })?;
    let of_stack = destination.administrator();
    let not_tried = if options.no_smoke {
        vec!["everything: --no-smoke".to_owned()]
    } else {
        let signs_in = administrator.as_ref().or(of_stack);
        smoke::run(&Site::of(&destination, &outputs, signs_in)?)?
    };
    let shown = of_stack.filter(|_| administrator.is_none());
    summary::print(&destination, &outputs, count, shown, &not_tried)
}

/// The administrator that is named, with the password from standard input.
fn administrator(options: &Deploy) -> Result<Option<Account>> {
    let Some(email) = &options.admin_email else {
        return Ok(None);
    };
    let password = password::read(&format!("password of {email}"))?;
    Ok(Some(Account {
        email: email.clone(),
        password,
    }))
}

/// What the options say; everything else stays as it was deployed before.
fn parameters(
    options: &Deploy,
    destination: &Destination,
    architecture: Architecture,
    administrator: Option<&Account>,
) -> Result<Parameters> {
    let mut parameters = destination.parameters();
    parameters.set("Architecture", architecture.parameter());
    if let Some(Account { email, password }) = administrator {
        parameters.set("AdminEmail", email);
        parameters.set("AdminPasswordHash", credentials::hash(password)?);
    }
    if let Some(sender) = &options.sender {
        parameters.set("SenderAddress", sender);
    }
    parameters.add_named(&options.parameter, &OPTIONS)?;
    Ok(parameters)
}

/// A stack whose first creation failed cannot be updated, and deleting is the person's decision.
fn refuse_failed(destination: &Destination) -> Result<()> {
    let (aws, stack) = (&destination.aws, &destination.stack);
    let Some(status) = status(aws, stack).filter(|status| is_failed(status)) else {
        return Ok(());
    };
    Err(problem(
        format!("{stack} is {status}: its creation or deletion failed, and it cannot be updated"),
        format!("delete it: `cargo xtask destroy {}`", destination.options()),
    ))
}

fn print_plan(destination: &Destination, changes: &[Change]) {
    let stack = &destination.stack;
    if changes.is_empty() {
        println!("\nnothing would change: {stack} is as this checkout has it");
        return;
    }
    println!(
        "\n{} resources of {stack} would change, on {}; nothing was executed:\n",
        changes.len(),
        destination.place()
    );
    for line in describe(changes) {
        println!("  {line}");
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
        let destination = Destination::of(&options.place, None, &Tools::not_run())?;
        let architecture = destination.architecture(options.architecture)?;
        Ok(parameters(&options, &destination, architecture, None)?.overrides())
    }

    #[test]
    fn parameters_that_are_not_named_keep_their_values() {
        assert_eq!(
            overrides("--stage prod --region eu-central-1").unwrap(),
            ["Architecture=arm64", "Stage=prod"]
        );
        let some = "--stage prod --region eu-central-1 --architecture x86_64 --sender a@b.example --parameter LogLevel=debug";
        assert_eq!(
            overrides(some).unwrap(),
            [
                "Architecture=x86_64",
                "LogLevel=debug",
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
