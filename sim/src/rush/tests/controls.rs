//! Tests that faults are detected, and that a run with the same seed has the same result.

use super::{model, run, run_design};
use crate::rush::{
    chart::svg,
    compare::DesignName,
    design::counter_transaction::CounterTransaction,
    model::{Donor, Model},
};

/// A rush for a few seats in which every kind of fault is frequent.
fn mishaps() -> Model {
    Model {
        capacity: 400,
        requests: 1_200,
        window_seconds: 0.5,
        lost_requests: 0.01,
        lost_answers: 0.01,
        deaths: 0.03,
        doubles: 0.1,
        client_tries: 100,
        ..model()
    }
}

#[test]
fn a_dropped_condition_oversells_and_is_noticed() {
    let model = Model {
        write_units: 1e5,
        transaction_ms: 0.1,
        ..mishaps()
    };
    let outcome = run_design(&model, &CounterTransaction::without_condition(&model));
    assert!(outcome.over > 100, "{outcome:?}");
    let sound = run(&model, DesignName::CounterTransaction);
    assert_eq!((sound.sold, sound.over), (400, 0));
}

#[test]
fn functions_that_die_strand_the_seats_of_a_counter() {
    let outcome = run(&mishaps(), DesignName::CounterThenPut);
    assert!(
        outcome.died > 20 && outcome.stranded > 5 && outcome.over == 0,
        "{outcome:?}"
    );
    assert_eq!(outcome.sold + outcome.left + outcome.stranded, 400);
}

#[test]
fn functions_that_die_strand_no_seat_of_a_guest_list() {
    for name in [DesignName::GuestLists, DesignName::GuestListsPatient] {
        for seed in 1..=5 {
            let outcome = run(&Model { seed, ..mishaps() }, name);
            assert!(outcome.died > 20, "{outcome:?}");
            assert_eq!(
                (outcome.sold, outcome.left, outcome.over, outcome.stranded),
                (400, 0, 0, 0)
            );
        }
    }
}

#[test]
fn no_seat_is_lost_with_any_donor_or_size_of_bucket() {
    for (donor, seats_per_bucket) in [(Donor::One, 40), (Donor::Best, 10), (Donor::Two, 7)] {
        let model = Model {
            donor,
            seats_per_bucket,
            skip_full_homes: true,
            ..mishaps()
        };
        let outcome = run(&model, DesignName::GuestLists);
        assert_eq!(
            (outcome.sold, outcome.left, outcome.over, outcome.stranded),
            (400, 0, 0, 0)
        );
    }
}

#[test]
fn a_seed_decides_everything() {
    let figures = |seed| {
        let outcome = run(&Model { seed, ..mishaps() }, DesignName::GuestLists);
        (
            serde_json::to_string(&outcome).unwrap(),
            outcome.confirmed_at,
        )
    };
    assert_eq!(figures(1), figures(1));
    assert_ne!(figures(1), figures(2));
}

#[test]
fn parameters_without_sense_are_refused_by_name() {
    for (wrong, named) in [
        (
            Model {
                capacity: 0,
                ..model()
            },
            "--capacity",
        ),
        (
            Model {
                partitions: 0,
                ..model()
            },
            "--partitions",
        ),
        (
            Model {
                deaths: 1.5,
                ..model()
            },
            "--deaths",
        ),
        (
            Model {
                deaths: f64::NAN,
                ..model()
            },
            "--deaths",
        ),
        (
            Model {
                burst_seconds: 0.0005,
                ..model()
            },
            "--burst-seconds",
        ),
        (
            Model {
                latency_ms: -1.0,
                ..model()
            },
            "--latency-ms",
        ),
        (
            Model {
                window_seconds: f64::INFINITY,
                ..model()
            },
            "--window-seconds",
        ),
        (
            Model {
                capacity: 1_000_000,
                seats_per_bucket: 1,
                ..model()
            },
            "--seats-per-bucket",
        ),
    ] {
        let error = wrong.check().unwrap_err().to_string();
        assert!(error.contains(named), "{error}");
    }
}

#[test]
fn a_chart_shows_every_design_and_no_hole() {
    let model = mishaps();
    let outcomes = DesignName::ALL.map(|name| run(&model, name));
    let svg = svg(&model, &[(model.partitions, &outcomes)]);
    for outcome in &outcomes {
        assert!(svg.contains(&format!(">{}<", outcome.design)), "{svg}");
    }
    assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    assert_eq!(svg.matches("<text").count(), svg.matches("</text>").count());
}
