//! `cargo xtask destroy`

mod leftovers;

use std::fs;
use std::io::{IsTerminal as _, stdin};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::Value;

use self::leftovers::Resource;
use crate::cli::deploy::Destroy;
use crate::cloudformation::{self, resources};
use crate::destination::Destination;
use crate::problem::problem;
use crate::progress::bar;
use crate::table::aligned;
use crate::tools::Tools;

const PAUSE: Duration = Duration::from_secs(1);

/// Runs the command.
pub(crate) fn run(options: &Destroy) -> Result<()> {
    if !options.yes && !stdin().is_terminal() {
        return Err(problem(
            "nobody can be asked: standard input is no terminal",
            "--yes deletes without asking",
        ));
    }
    let destination = Destination::of(&options.place, None, &Tools::install()?)?;
    destination.refuse_stack_of_up()?;
    let _lock = destination.lock()?;
    let status = destination.require_stack()?;
    let (kept, deleted) = resources_of(&destination)?;
    announce(&destination, &status, &kept, &deleted);
    if !options.yes && !is_confirmed(&destination)? {
        println!("nothing was deleted");
        return Ok(());
    }
    delete(&destination, deleted.len())?;
    for folder in [
        destination.package(),
        destination.package().with_extension("unpacked"),
    ] {
        if folder.exists() {
            fs::remove_dir_all(&folder)
                .with_context(|| format!("removing {}", folder.display()))?;
        }
    }
    println!("{} is deleted", destination.stack);
    for line in leftovers::describe(
        &kept,
        &destination.aws,
        destination.bucket().ok().as_deref(),
    ) {
        println!("{line}");
    }
    Ok(())
}

/// What the deployed template keeps, and what goes.
fn resources_of(destination: &Destination) -> Result<(Vec<Resource>, Vec<Resource>)> {
    let (aws, stack) = (&destination.aws, destination.stack.as_str());
    let answer = aws.json(&["cloudformation", "get-template", "--stack-name", stack])?;
    let template = match &answer["TemplateBody"] {
        Value::String(text) => serde_json::from_str(text).unwrap_or_default(),
        body => body.clone(),
    };
    let listed = resources::list(aws, stack)?;
    let there = listed.iter().filter_map(Resource::of);
    Ok(there.partition(|resource| resource.is_kept(&template)))
}

fn announce(destination: &Destination, status: &str, kept: &[Resource], deleted: &[Resource]) {
    println!(
        "{} on {} is {status}. {} resources go with it:\n",
        destination.stack,
        destination.place(),
        deleted.len()
    );
    for line in leftovers::counted(deleted) {
        println!("  {line}");
    }
    if !kept.is_empty() {
        println!("\nThese are kept, with all that is in them:\n");
        let row = |resource: &Resource| [resource.kind.clone(), resource.id.clone()];
        for line in aligned(&kept.iter().map(row).collect::<Vec<_>>()) {
            println!("  {line}");
        }
    }
    println!();
}

fn is_confirmed(destination: &Destination) -> Result<bool> {
    eprint!("Type the stage's name to delete it: ");
    let mut line = String::new();
    stdin().read_line(&mut line).context("reading the answer")?;
    Ok(line.trim() == destination.stage.to_string())
}

/// Deletes the stack, and waits until it is gone.
fn delete(destination: &Destination, count: usize) -> Result<()> {
    let (aws, stack) = (&destination.aws, destination.stack.as_str());
    // A deleted stack is known by its id only.
    let described = aws.json(&["cloudformation", "describe-stacks", "--stack-name", stack])?;
    let id = described["Stacks"][0]["StackId"].as_str();
    let id = id.context("the stack has no id")?;
    aws.run(&["cloudformation", "delete-stack", "--stack-name", stack])?;
    let bar = bar(u64::try_from(count).unwrap_or(u64::MAX), "deleted");
    loop {
        match cloudformation::status(aws, id).as_deref() {
            None | Some("DELETE_COMPLETE") => break,
            Some("DELETE_FAILED") => {
                bar.finish_and_clear();
                return Err(failure(destination, id));
            }
            Some(_) => {
                let left = resources::list(aws, id).unwrap_or_default();
                let gone = left
                    .iter()
                    .filter(|one| one["ResourceStatus"] == "DELETE_COMPLETE");
                bar.set_position(u64::try_from(gone.count()).unwrap_or_default());
                sleep(PAUSE);
            }
        }
    }
    bar.finish_and_clear();
    Ok(())
}

fn failure(destination: &Destination, id: &str) -> anyhow::Error {
    let failures = cloudformation::failures(&destination.aws, id);
    problem(
        format!(
            "{} was not deleted:\n{}",
            destination.stack,
            failures.join("\n")
        ),
        format!(
            "remove what stands in the way, and run it again: `cargo xtask destroy {}`",
            destination.options()
        ),
    )
}
