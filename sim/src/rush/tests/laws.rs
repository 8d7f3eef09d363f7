//! Tests of random numbers, partitions and hashed keys against known formulas.

use std::{collections::HashSet, time::Duration};

use super::{calm, model};
use crate::rush::{
    chance::{Chance, Spread},
    item::Key,
    model::Model,
    partition::TokenBucket,
    table::Table,
    tally::percentile,
};

/// In t seconds, a token bucket admits as many calls as its rate times t, and in addition the calls of its initial reserve.
#[test]
fn a_partition_admits_its_rate_and_one_burst() {
    for (rate, burst_ms) in [(1_000.0, 100), (1_000.0, 2), (250.0, 400)] {
        let mut bucket = TokenBucket::new(rate, Duration::from_millis(burst_ms));
        let mut admitted = 0.0;
        // For three seconds, there are ten times as many calls as the token bucket's rate allows.
        for step in 0..30_000u32 {
            let now = Duration::from_micros(100) * step;
            if bucket.admits(now) {
                bucket.spend(1);
                admitted += 1.0;
            }
        }
        let expected = rate * 3.0 + rate * f64::from(u32::try_from(burst_ms).unwrap()) / 1_000.0;
        assert!(
            (admitted - expected).abs() <= 1.0,
            "{admitted} of {expected}"
        );
    }
}

#[test]
fn what_a_partition_lends_is_paid_back() {
    let mut bucket = TokenBucket::new(100.0, Duration::from_millis(100));
    assert!(bucket.admits(Duration::ZERO));
    bucket.spend(40);
    // The token bucket had 10 units, and 40 were spent. After 31 more units, at 310 ms, one unit is left.
    assert!(!bucket.admits(Duration::from_millis(309)));
    assert!(bucket.admits(Duration::from_millis(310)));
    // The saved units never exceed the burst.
    assert!(bucket.admits(Duration::from_secs(100)));
    bucket.spend(10);
    assert!(!bucket.admits(Duration::from_secs(100)));
}

#[test]
fn latencies_have_the_median_and_the_99th_percentile_of_their_law() {
    let spread = Spread {
        median: Duration::from_millis(4),
        sigma: 0.4,
    };
    let mut chance = Chance::new(1);
    let mut samples: Vec<_> = (0..40_000).map(|_| chance.spread(spread)).collect();
    samples.sort();
    let near = |is: f64, should: f64| {
        assert!(
            (is / should - 1.0).abs() < 0.02,
            "{is} is not near {should}"
        );
    };
    near(percentile(&samples, 50), 4.0);
    near(percentile(&samples, 99), 4.0 * (2.326_f64 * 0.4).exp());
}

#[test]
fn gaps_of_a_poisson_process_have_mean_and_deviation_alike() {
    let mut chance = Chance::new(2);
    let gaps: Vec<f64> = (0..40_000)
        .map(|_| chance.exponential(Duration::from_secs(1)).as_secs_f64())
        .collect();
    let mean = gaps.iter().sum::<f64>() / 40_000.0;
    let variance = gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / 40_000.0;
    assert!(
        (mean - 1.0).abs() < 0.02 && (variance.sqrt() - 1.0).abs() < 0.03,
        "{mean}, {variance}"
    );
}

/// Balls into bins: if n buckets are hashed to P partitions, the fullest partition has about n/P + sqrt(2 n/P ln P) buckets.
/// The standard deviation over the partitions is sqrt(n/P (1 - 1/P)).
#[test]
fn hashed_keys_spread_like_balls_thrown_into_bins() {
    let (mut squares, mut fullest) = (0.0, 0.0);
    for seed in 0..200 {
        let table = Table::new(&Model {
            seed,
            partitions: 16,
            ..model()
        });
        let mut on = [0_i32; 32];
        for no in 0..1_000 {
            on[table.partition(Key::Bucket(no))] += 1;
        }
        assert!(
            on[16..].iter().all(|buckets| *buckets == 0),
            "users' partitions hold no buckets"
        );
        squares += on[..16]
            .iter()
            .map(|buckets| (f64::from(*buckets) - 62.5).powi(2))
            .sum::<f64>();
        fullest += f64::from(*on.iter().max().unwrap());
    }
    let deviation = (squares / 3_200.0).sqrt();
    let expected = (62.5_f64 * 15.0 / 16.0).sqrt();
    assert!(
        (deviation / expected - 1.0).abs() < 0.05,
        "{deviation}, not {expected}"
    );
    // The expected maximum of 16 normal variables is 1.77 standard deviations above their mean.
    let (fullest, expected) = (fullest / 200.0, 62.5 + 1.77 * expected);
    assert!(
        (fullest / expected - 1.0).abs() < 0.02,
        "{fullest}, not {expected}"
    );
}

#[test]
fn items_of_the_event_share_a_partition_and_users_have_their_own() {
    let table = Table::new(&calm());
    assert_eq!(
        table.partition(Key::Event),
        table.partition(Key::Availability)
    );
    let users: HashSet<_> = (0..500)
        .map(|person| table.partition(Key::Registration(person)))
        .collect();
    assert_eq!(users, HashSet::from([4, 5, 6, 7]));
    let among_seats = Table::new(&Model {
        user_partitions: Some(0),
        ..calm()
    });
    assert!((0..500).all(|person| among_seats.partition(Key::Registration(person)) < 4));
}
