//! A partition of the table: a limit of units a second, with a small reserve of unspent units.

use std::time::Duration;

use super::agenda::Time;

/// A token bucket, which saves unspent units up to a limit. It admits a call if at least one unit is left, even if the call
/// needs more units. The missing units are a debt, so a call of several units is admitted as often as a call of one unit.
#[derive(Debug, Clone)]
pub(crate) struct TokenBucket {
    /// The units that the token bucket gains each second.
    rate: f64,
    /// The greatest number of units that the token bucket can save.
    most: f64,
    units: f64,
    at: Time,
}

impl TokenBucket {
    /// Creates a full token bucket. It gains `rate` units a second, and can save as many units as it gains in the time `burst`.
    pub(crate) fn new(rate: f64, burst: Duration) -> Self {
        let most = rate * burst.as_secs_f64();
        Self {
            rate,
            most,
            units: most,
            at: Time::ZERO,
        }
    }

    /// Whether the token bucket admits a call at `now`.
    pub(crate) fn admits(&mut self, now: Time) -> bool {
        let gained = now.saturating_sub(self.at).as_secs_f64() * self.rate;
        self.units = (self.units + gained).min(self.most);
        self.at = now.max(self.at);
        // Rounding errors may make the sum of small gains slightly less than a whole unit.
        self.units + 1e-9 >= 1.0
    }

    /// Spends the units of a call that was admitted.
    pub(crate) fn spend(&mut self, units: u32) {
        self.units -= f64::from(units);
    }
}

/// The limits of one partition.
#[derive(Debug, Clone)]
pub(crate) struct Partition {
    /// The limit of write units.
    pub(crate) writes: TokenBucket,
    /// The limit of read units.
    pub(crate) reads: TokenBucket,
}
