//! The subcommands `rush` and `compare`.

use std::{fs::File, io::Write as _, path::PathBuf};

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

use super::{
    chart,
    design::{
        Design, counter_then_put::CounterThenPut, counter_transaction::CounterTransaction,
        guest_lists::GuestLists, sharded_counters::ShardedCounters,
    },
    model::Model,
    report,
    tally::SaleOutcome,
    world::World,
};

/// Designs that can be simulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DesignName {
    /// The guest lists that em-connect uses.
    GuestLists,
    /// The guest lists that em-connect uses, but with waits before a seat is borrowed, which replace the options for these
    /// waits. This design was tried and rejected, see docs/proved.md.
    GuestListsPatient,
    /// One counter for all seats, which is written in one transaction with the registration.
    CounterTransaction,
    /// Several counters, of which one is written in one transaction with the registration.
    ShardedCounters,
    /// A counter is written first, then the registration. If the registration is refused, the seat is given back.
    CounterThenPut,
}

impl DesignName {
    /// All designs. The first is the design that em-connect uses.
    pub(crate) const ALL: [Self; 5] = [
        Self::GuestLists,
        Self::GuestListsPatient,
        Self::CounterTransaction,
        Self::ShardedCounters,
        Self::CounterThenPut,
    ];

    /// Returns the model with the parameters that this design requires.
    pub(crate) fn adapted(self, model: &Model) -> Model {
        if self == Self::GuestListsPatient {
            model.patient()
        } else {
            model.clone()
        }
    }

    /// Returns the design with this name, for a `model` that comes from [`Self::adapted`].
    pub(crate) fn design(self, model: &Model) -> Box<dyn Design> {
        match self {
            Self::GuestLists => Box::new(GuestLists::new(model, "guest lists")),
            Self::GuestListsPatient => Box::new(GuestLists::new(model, "guest lists, patient")),
            Self::CounterTransaction => Box::new(CounterTransaction::new(model)),
            Self::ShardedCounters => Box::new(ShardedCounters::new(model)),
            Self::CounterThenPut => Box::new(CounterThenPut::new(model)),
        }
    }
}

/// Arguments of `rush`.
#[derive(Debug, Args)]
pub(crate) struct RushArgs {
    /// The design that decides who gets a seat.
    #[arg(long, value_enum, default_value_t = DesignName::GuestLists)]
    design: DesignName,
    /// Number of simulations. The first has the seed that --seed gives, and each further simulation has the next seed.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..=10_000))]
    runs: u64,
    /// Prints figures and parameters as JSON instead of a table.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    model: Model,
}

/// Arguments of `compare`.
#[derive(Debug, Args)]
pub(crate) struct CompareArgs {
    /// Also simulates all designs on these numbers of partitions, with seats, people and instances in proportion.
    #[arg(long, value_delimiter = ',', value_parser = clap::value_parser!(u32).range(1..=1_000))]
    scale: Vec<u32>,
    /// Writes a chart of the figures to this file.
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
    /// Prints figures and parameters as JSON instead of tables.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    model: Model,
}

/// Simulates one design with one or more seeds, and prints the figures.
pub(crate) fn rush(args: &RushArgs) -> Result<()> {
    args.model.check()?;
    let seeds = args.model.seed..=args.model.seed.saturating_add(args.runs - 1);
    let models: Vec<Model> = seeds
        .map(|seed| Model {
            seed,
            ..args.model.clone()
        })
        .collect();
    let jobs: Vec<_> = models.iter().map(|model| (args.design, model)).collect();
    let outcomes = simulate(&jobs);
    if args.json {
        print_json(&serde_json::json!({ "model": args.model, "runs": outcomes }))
    } else {
        println!("{}", report::table(&outcomes));
        if args.runs > 1 {
            println!("{}", report::means(&outcomes));
        }
        println!("{}", report::LEGEND);
        Ok(())
    }
}

/// Simulates all designs, prints the figures, and draws a chart if one is requested.
pub(crate) fn compare(args: &CompareArgs) -> Result<()> {
    args.model.check()?;
    let mut scales = vec![args.model.partitions];
    scales.extend(&args.scale);
    scales.sort_unstable();
    scales.dedup();
    let models: Vec<Model> = scales
        .iter()
        .map(|partitions| args.model.scaled_to(*partitions))
        .collect();
    for model in &models {
        model
            .check()
            .context("with the seats and people of --scale")?;
    }
    // Opens the file before the simulations, which take long, so that a wrong path is reported immediately.
    let mut chart = match &args.svg {
        Some(path) => {
            let file = File::create(path);
            Some((
                path,
                file.with_context(|| format!("{} cannot be written", path.display()))?,
            ))
        }
        None => None,
    };
    let jobs: Vec<_> = models
        .iter()
        .flat_map(|model| DesignName::ALL.map(|design| (design, model)))
        .collect();
    let outcomes = simulate(&jobs);
    let of_scale: Vec<(u32, &[SaleOutcome])> = scales
        .iter()
        .copied()
        .zip(outcomes.chunks(DesignName::ALL.len()))
        .collect();
    if let Some((path, file)) = &mut chart {
        let svg = chart::svg(&args.model, &of_scale);
        file.write_all(svg.as_bytes())
            .with_context(|| format!("{} cannot be written", path.display()))?;
    }
    if args.json {
        let runs: Vec<_> = of_scale
            .iter()
            .map(|(partitions, outcomes)| serde_json::json!({ "partitions": partitions, "designs": outcomes }))
            .collect();
        return print_json(&serde_json::json!({ "model": args.model, "runs": runs }));
    }
    for ((partitions, outcomes), model) in of_scale.iter().zip(&models) {
        println!(
            "{} partitions, {} seats, {} people\n",
            partitions, model.capacity, model.requests
        );
        println!("{}\n", report::table(outcomes));
    }
    println!("{}", report::LEGEND);
    Ok(())
}

fn print_json(value: &serde_json::Value) -> Result<()> {
    println!("{}", serde_json::to_string_pretty(value)?);
    Ok(())
}

/// Runs simulations one after another. Shows a progress bar with the number of people who have an answer.
fn simulate(jobs: &[(DesignName, &Model)]) -> Vec<SaleOutcome> {
    let people = jobs
        .iter()
        .map(|(_, model)| u64::from(model.requests))
        .sum();
    let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} ({eta} left)");
    let bar =
        ProgressBar::new(people).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let mut before = 0;
    let outcomes = jobs.iter().map(|(name, model)| {
        let model = &name.adapted(model);
        let design = name.design(model);
        bar.set_message(format!(
            "{}, {} partitions, seed {}",
            design.name(),
            model.partitions,
            model.seed
        ));
        let outcome = World::new(model, design.as_ref())
            .run(&mut |answered| bar.set_position(before + u64::from(answered)));
        before += u64::from(model.requests);
        outcome
    });
    let outcomes = outcomes.collect();
    bar.finish_and_clear();
    outcomes
}
