//! The command `cargo xtask bench`.

mod cost;
mod cost_page;
mod counts;
mod figures;
mod growth;
mod machine;
mod operations;
mod page;
mod report;
mod scene;
mod server;
mod vcpu;
mod viewer;

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context as _, Result};

use self::report::{Memory, Report};
use self::scene::Scene;
use super::{down, up};
use crate::abandoned;
use crate::cli::bench::Bench;
use crate::emulator::{Lifetime, Mode};
use crate::folder::{Folder, StackName, root};
use crate::function_processes::of_group;
use crate::functions::Profile;
use crate::progress::Steps;
use crate::stack::Stack;

/// The name of each of this command's stacks begins with this prefix and ends with a process number.
const PREFIX: &str = "bench-";

/// Runs `cargo xtask bench`.
pub(crate) fn run(options: &Bench) -> Result<()> {
    if options.server {
        return server::run(options);
    }
    let report = measured(options)?;
    let performance = page::performance(&report)?;
    println!("{performance}");
    if options.write {
        for (name, text) in [
            ("docs/performance.md", performance),
            ("docs/cost.md", cost_page::cost(&report)?),
        ] {
            fs::write(root().join(name), text).with_context(|| format!("writing {name}"))?;
            println!("{name} is written");
        }
    }
    Ok(())
}

/// Starts a new stack, runs all measurements on it, and stops it afterwards.
fn measured(options: &Bench) -> Result<Report> {
    abandoned::remove(PREFIX);
    let name: StackName = format!("{PREFIX}{}", std::process::id())
        .parse()
        .map_err(anyhow::Error::msg)?;
    let folder = Folder::of(&name);
    let run = machine::run()?;
    let result = up::bring_up(
        &folder,
        None,
        Lifetime::WithXtask,
        Mode::Plain,
        Profile::Release,
    )
    .and_then(|stack| measure(options, &stack));
    down::stop(&folder)?;
    let report = Report { run, ..result? };
    fs::remove_dir_all(&folder.path)
        .with_context(|| format!("removing {}", folder.path.display()))?;
    Ok(report)
}

fn measure(options: &Bench, stack: &Stack) -> Result<Report> {
    let people = if options.quick { 60 } else { 240 };
    let mut steps = Steps::new(3);
    let mut scene = steps.noisy_step("people", || Scene::new(stack, people))?;
    let mut operations =
        steps.noisy_step("what each thing costs", || operations::measure(&mut scene))?;
    let (growth, page) =
        steps.noisy_step("growth", || growth::measure(&mut scene, options.quick))?;
    operations.push(page);
    let memory = memory(stack)?;
    Ok(Report {
        operations,
        growth,
        memory,
        ..Report::default()
    })
}

fn memory(stack: &Stack) -> Result<BTreeMap<String, Memory>> {
    let processes = of_group(stack.pid).context("this machine does not tell of its processes")?;
    let of = |(name, lambda): (&String, &String)| {
        let mut memory = Memory::default();
        for process in processes.iter().filter(|process| process.lambda == *lambda) {
            memory.size = figures::float(usize::try_from(process.memory_size)?);
            let peak = figures::float(usize::try_from(process.peak)?);
            memory.peak = memory.peak.max(peak);
        }
        Ok((name.clone(), memory))
    };
    stack.functions.iter().map(of).collect()
}
