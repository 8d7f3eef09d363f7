//! The source of all random numbers of a simulation. One seed determines all of them.

use std::time::Duration;

/// A source of random numbers.
#[derive(Debug, Clone)]
pub(crate) struct Chance(fastrand::Rng);

/// A log-normal distribution of durations.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spread {
    /// The median. Half of all samples are shorter.
    pub(crate) median: Duration,
    /// The standard deviation of the logarithm of the durations. If it is 0, all samples are equal. The 99th percentile is
    /// `median · exp(2.326 · sigma)`, and the mean is `median · exp(sigma² / 2)`.
    pub(crate) sigma: f64,
}

impl Chance {
    /// Creates a source whose numbers are determined by `seed`.
    pub(crate) fn new(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed))
    }

    /// Returns a random seed, with which another source can be created.
    pub(crate) fn seed(&mut self) -> u64 {
        self.0.u64(..)
    }

    /// Returns a random number from 0 to `end - 1`. `end` must not be 0.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0.usize(..end)
    }

    /// Returns true with this probability.
    pub(crate) fn happens(&mut self, probability: f64) -> bool {
        probability > 0.0 && self.0.f64() < probability
    }

    /// Returns a random duration below `end`. All durations are equally likely.
    pub(crate) fn within(&mut self, end: Duration) -> Duration {
        end.mul_f64(self.0.f64())
    }

    /// Returns a random time until the next event of a Poisson process, whose events are `mean` apart on average.
    pub(crate) fn exponential(&mut self, mean: Duration) -> Duration {
        mean.mul_f64(-(1.0 - self.0.f64()).ln())
    }

    /// Returns a random sample of the distribution `spread`, made by the Box-Muller transform.
    pub(crate) fn spread(&mut self, spread: Spread) -> Duration {
        if spread.sigma == 0.0 {
            return spread.median;
        }
        let radius = (-2.0 * (1.0 - self.0.f64()).ln()).sqrt();
        let normal = radius * (std::f64::consts::TAU * self.0.f64()).cos();
        spread.median.mul_f64((spread.sigma * normal).exp())
    }
}
