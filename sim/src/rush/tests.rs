//! Tests of the simulator against closed formulas, tests of the designs' properties, and negative controls that must fail.

mod controls;
mod figures;
mod laws;
mod queues;

use clap::Parser;

use super::{compare::DesignName, design::Design, model::Model, tally::SaleOutcome, world::World};

#[derive(Parser)]
struct Only {
    #[command(flatten)]
    model: Model,
}

/// Returns the default model.
fn model() -> Model {
    Only::parse_from(["sim"]).model
}

/// Returns a model without faults: latencies are constant, no call is lost, and functions start immediately and never end.
fn calm() -> Model {
    Model {
        sigma: 0.0,
        lost_requests: 0.0,
        lost_answers: 0.0,
        deaths: 0.0,
        doubles: 0.0,
        cold_start_ms: 0.0,
        concurrency: 100_000,
        ..model()
    }
}

fn run_design(model: &Model, design: &dyn Design) -> SaleOutcome {
    model.check().unwrap();
    World::new(model, design).run(&mut |_| {})
}

fn run(model: &Model, name: DesignName) -> SaleOutcome {
    let model = name.adapted(model);
    run_design(&model, name.design(&model).as_ref())
}
