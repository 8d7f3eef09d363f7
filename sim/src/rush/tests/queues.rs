//! Tests of whole runs against closed formulas. Each run is limited by units, by transactions, or by instances.

use std::time::Duration;

use super::{calm, run};
use crate::rush::{
    chance::Chance,
    compare::DesignName,
    instances::{Admission, Instance, Instances},
    model::{Arrivals, Model},
    tally::SaleOutcome,
};

fn near(is: f64, should: f64, share: f64) {
    assert!(
        (is / should - 1.0).abs() < share,
        "{is} is not near {should}"
    );
}

/// Returns how many people are confirmed per second while people arrive. The first second and later retries are excluded.
fn while_they_come(outcome: &SaleOutcome) -> f64 {
    let seconds = |at: &Duration| (1.0..4.0).contains(&at.as_secs_f64());
    let confirmed = outcome.confirmed_at.iter().filter(|at| seconds(at)).count();
    f64::from(u32::try_from(confirmed).unwrap()) / 3.0
}

/// Each write of the only counter takes two units, so the counter sells half as many seats as its partition has units.
#[test]
fn a_counter_in_transactions_that_do_not_meet_sells_half_the_units() {
    let model = Model {
        capacity: 100_000,
        requests: 4_000,
        window_seconds: 4.0,
        transaction_ms: 0.0,
        write_units: 400.0,
        burst_seconds: 0.005,
        user_partitions: Some(1_000),
        client_tries: 1,
        ..calm()
    };
    near(
        while_they_come(&run(&model, DesignName::CounterTransaction)),
        200.0,
        0.03,
    );
}

/// While a transaction holds the counter, other transactions fail. So at most one transaction succeeds in each hold time. The
/// number of successes comes close to this limit if people arrive in crowds and retry immediately.
#[test]
fn a_counter_in_transactions_sells_no_more_than_one_per_hold() {
    let model = Model {
        capacity: 100_000,
        requests: 8_000,
        window_seconds: 4.0,
        transaction_ms: 20.0,
        write_units: 1e6,
        client_tries: 1,
        ..calm()
    };
    let rate = while_they_come(&run(&model, DesignName::CounterTransaction));
    assert!(rate <= 50.5 && rate > 45.0, "{rate}");
}

/// Each write of the only counter takes one unit, so the counter sells as many seats as its partition has units, however the
/// people arrive.
#[test]
fn a_counter_alone_sells_all_the_units_of_its_partition() {
    let model = Model {
        capacity: 100_000,
        requests: 8_000,
        window_seconds: 4.0,
        write_units: 400.0,
        burst_seconds: 0.005,
        client_tries: 1,
        ..calm()
    };
    near(
        while_they_come(&run(&model, DesignName::CounterThenPut)),
        400.0,
        0.03,
    );
}

/// If no limit is reached, a person waits only for the calls: the claim, the registration, and a read of the event if it is not
/// cached.
#[test]
fn an_answer_without_a_crowd_takes_the_time_of_its_calls() {
    let model = Model {
        capacity: 10_000,
        requests: 200,
        window_seconds: 50.0,
        function_ms: 2.0,
        latency_ms: 4.0,
        ..calm()
    };
    let outcome = run(&model, DesignName::GuestLists);
    near(outcome.p50_ms, 4.0 + 4.0 + 2.0, 0.001);
    near(outcome.p99_ms, 4.0 + 4.0 + 4.0 + 2.0, 0.001);
    assert_eq!(
        (outcome.confirmed, outcome.throttled, outcome.conflicts),
        (200, 0, 0)
    );
    // Each seat takes one unit for the claim and one for the registration. Each batch also writes the relay's availability,
    // whose two shards take one unit each.
    assert!(
        (2.0..=4.1).contains(&outcome.units_per_seat_in_all),
        "{}",
        outcome.units_per_seat_in_all
    );
}

/// Erlang's loss formula: if Poisson arrivals offer a load of A to c instances without a queue, the share B(A, c) of the
/// requests is refused, whatever the distribution of the service times.
#[test]
fn instances_without_a_queue_refuse_what_erlang_says() {
    let (load, instances) = (8.0, 10);
    let mut blocked = 1.0;
    for c in 1..=instances {
        blocked = load * blocked / (f64::from(c) + load * blocked);
    }
    // Each request makes two calls of 19 ms, for the counter and the registration, and takes 2 ms of function time. An instance
    // reads the event rarely.
    let model = Model {
        capacity: 100_000,
        requests: 20_000,
        arrivals: Arrivals::Poisson,
        window_seconds: 20_000.0 * 0.040 / load,
        function_ms: 2.0,
        latency_ms: 19.0,
        client_tries: 1,
        concurrency: u32::try_from(instances).unwrap(),
        write_units: 1e6,
        ..calm()
    };
    let outcome = run(&model, DesignName::CounterThenPut);
    near(
        f64::from(outcome.refused_at_gateway) / 20_000.0,
        blocked,
        0.08,
    );
}

/// The Pollaczek–Khinchine formula: if one instance needs a fixed time s for each request, Poisson arrivals of load r wait
/// r s / (2 (1 - r)) on average.
#[test]
fn requests_wait_for_one_instance_as_pollaczek_and_khinchine_say() {
    let (load, service) = (0.8, Duration::from_millis(10));
    let mut chance = Chance::new(3);
    let mut instances = Instances::new(1, usize::MAX);
    // At first, the instance is not busy, so no request is due to end.
    let (mut arrival, mut free_at, mut waited) = (Duration::ZERO, Duration::MAX, Duration::ZERO);
    let requests = 60_000;
    for _ in 0..requests {
        arrival += chance.exponential(service.div_f64(load));
        // Ends the requests that the instance finishes before the new request arrives.
        while free_at <= arrival {
            match instances.release(Some(Instance::default())) {
                Some((came, _)) => {
                    waited += free_at.saturating_sub(came);
                    free_at += service;
                }
                None => free_at = Duration::MAX,
            }
        }
        if let Admission::Warm(_) | Admission::Cold = instances.admit(|| arrival) {
            free_at = arrival + service;
        }
    }
    near(
        waited.as_secs_f64() / f64::from(requests),
        0.8 * 0.010 / (2.0 * 0.2),
        0.05,
    );
}
