//! The model checker, which runs the state machines of `domain` unchanged. It explores every order of calls that is possible in
//! small configurations.
//!
//! `docs/proved.md` describes the model, the properties and the numbers of states.

mod client;
mod control;
mod initial;
mod instance;
mod instances;
mod model;
mod organizer;
mod property;
mod record;
mod run;
mod setting;
mod steps;
mod table;
mod task;
mod trace;
mod worker;
mod world;

#[cfg(test)]
mod tests;

use std::num::NonZeroUsize;

use clap::Args;

use instance::Instance;
use run::CheckVerdict;

/// Arguments of `check`.
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    /// Lists the small configurations, which are called instances, and the properties; checks nothing.
    #[arg(long)]
    list: bool,
    /// Checks only the instance that has this name in --list; the option may be repeated.
    #[arg(long, value_name = "NAME")]
    instance: Vec<String>,
    /// Checks only the instances that are short enough to be checked together in a few seconds.
    #[arg(long, conflicts_with = "instance")]
    short: bool,
    /// Number of threads; by default, the number of processors.
    #[arg(long, value_name = "N")]
    threads: Option<NonZeroUsize>,
}

/// Checks the chosen configurations completely, and prints the number of states of each.
///
/// # Errors
/// A given name is not the name of a configuration, or a property fails.
pub(crate) fn check(args: &CheckArgs) -> anyhow::Result<()> {
    let instances = chosen(args)?;
    if args.list {
        list(&instances);
        return Ok(());
    }
    let threads = args
        .threads
        .or_else(|| std::thread::available_parallelism().ok())
        .map_or(1, NonZeroUsize::get);
    println!(
        "{:<26} {:>12} {:>12} {:>6} {:>9}",
        "instance", "states", "transitions", "depth", "seconds"
    );
    let (mut states, mut transitions) = (0, 0);
    for instance in instances {
        let setting = setting::Setting::new(instance.clone());
        let verdict = run::run(&setting, threads);
        println!("{verdict}");
        if let CheckVerdict::Violated { property, .. } = &verdict {
            anyhow::bail!("{}: violated: {property}", instance.name);
        }
        let (seen, made) = verdict.counts();
        states += seen;
        transitions += made;
    }
    println!("{:<26} {states:>12} {transitions:>12}", "together");
    println!(
        "Each explored whole; {} properties hold in every state, {} more at rest.",
        property::ALWAYS.len(),
        property::AT_REST.len()
    );
    Ok(())
}

fn chosen(args: &CheckArgs) -> anyhow::Result<Vec<Instance>> {
    let all = instances::all();
    if args.short {
        return Ok(instances::short());
    }
    if args.instance.is_empty() {
        return Ok(all);
    }
    args.instance
        .iter()
        .map(|name| {
            let found = all.iter().find(|instance| instance.name == name);
            found
                .cloned()
                .ok_or_else(|| anyhow::anyhow!("no instance is named {name}; see --list"))
        })
        .collect()
}

fn list(instances: &[Instance]) {
    println!("Instances:");
    for instance in instances {
        println!("  {:<26} {}", instance.name, instance.about);
    }
    println!("Properties:");
    for (name, _) in property::ALWAYS.iter().chain(property::AT_REST) {
        println!("  {name}");
    }
}
