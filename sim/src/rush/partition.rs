//! A partition: a limit of units a second, with a small reserve of unspent units.

use std::time::Duration;

use super::agenda::Time;

/// A token bucket. It saves unspent units up to a limit. It admits a call if one unit is left, and the call may leave a debt:
/// a call of several units is admitted as often as a call of one.
#[derive(Debug, Clone)]
pub(crate) struct TokenBucket {
    /// Units a second.
    rate: f64,
    /// Units that can be saved up.
    most: f64,
    units: f64,
    at: Time,
}

impl TokenBucket {
    /// Creates a full bucket: `rate` units a second, and a reserve of `burst`.
    pub(crate) fn new(rate: f64, burst: Duration) -> Self {
        let most = rate * burst.as_secs_f64();
        Self {
            rate,
            most,
            units: most,
            at: Time::ZERO,
        }
    }

    /// Whether the bucket admits a call at `now`.
    pub(crate) fn admits(&mut self, now: Time) -> bool {
        let gained = now.saturating_sub(self.at).as_secs_f64() * self.rate;
        self.units = (self.units + gained).min(self.most);
        self.at = now.max(self.at);
        // Rounding makes sums of small gains miss a whole unit.
        self.units + 1e-9 >= 1.0
    }

    /// Spends the units of a call that was admitted.
    pub(crate) fn spend(&mut self, units: u32) {
        self.units -= f64::from(units);
    }
}

/// Limits of one partition.
#[derive(Debug, Clone)]
pub(crate) struct Partition {
    /// Write units.
    pub(crate) writes: TokenBucket,
    /// Read units.
    pub(crate) reads: TokenBucket,
}
