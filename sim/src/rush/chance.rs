//! Chance: every random number of a simulation comes from here, so that a seed decides them all.

use std::time::Duration;

/// A source of random numbers.
#[derive(Debug, Clone)]
pub(crate) struct Chance(fastrand::Rng);

/// A log-normal distribution of durations.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spread {
    /// Half of all samples are shorter.
    pub(crate) median: Duration,
    /// Standard deviation of the logarithm; 0 makes all samples alike. The 99th percentile is
    /// `median · exp(2.326 · sigma)`, the mean `median · exp(sigma² / 2)`.
    pub(crate) sigma: f64,
}

impl Chance {
    /// Creates the random numbers that follow from `seed`.
    pub(crate) fn new(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed))
    }

    /// Returns a seed for another source.
    pub(crate) fn seed(&mut self) -> u64 {
        self.0.u64(..)
    }

    /// Returns a number below `end`, which is not 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0.usize(..end)
    }

    /// Whether something of this probability happens.
    pub(crate) fn happens(&mut self, probability: f64) -> bool {
        probability > 0.0 && self.0.f64() < probability
    }

    /// Returns a duration below `end`; all are equally likely.
    pub(crate) fn within(&mut self, end: Duration) -> Duration {
        end.mul_f64(self.0.f64())
    }

    /// Returns the time to the next event of a Poisson process.
    pub(crate) fn exponential(&mut self, mean: Duration) -> Duration {
        mean.mul_f64(-(1.0 - self.0.f64()).ln())
    }

    /// Returns a sample of `spread`, by the Box-Muller transform.
    pub(crate) fn spread(&mut self, spread: Spread) -> Duration {
        if spread.sigma == 0.0 {
            return spread.median;
        }
        let radius = (-2.0 * (1.0 - self.0.f64()).ln()).sqrt();
        let normal = radius * (std::f64::consts::TAU * self.0.f64()).cos();
        spread.median.mul_f64((spread.sigma * normal).exp())
    }
}
