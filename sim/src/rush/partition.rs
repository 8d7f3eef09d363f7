//! A partition: so many units a second, and no more than a moment's worth of them saved up.

use std::time::Duration;

use super::agenda::Time;

/// A token bucket. Units that are not spent are saved, up to a limit; a call is let in while a unit is there, and may
/// leave a debt. So a call of several units is as likely to be let in as one of a single unit.
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
    /// A full one: `rate` units a second, `burst` of them saved up.
    pub(crate) fn new(rate: f64, burst: Duration) -> Self {
        let most = rate * burst.as_secs_f64();
        Self {
            rate,
            most,
            units: most,
            at: Time::ZERO,
        }
    }

    /// Whether a call is let in at `now`.
    pub(crate) fn admits(&mut self, now: Time) -> bool {
        let gained = now.saturating_sub(self.at).as_secs_f64() * self.rate;
        self.units = (self.units + gained).min(self.most);
        self.at = now.max(self.at);
        // Sums of small gains miss a whole unit by rounding.
        self.units + 1e-9 >= 1.0
    }

    /// Spends the units of a call that was let in.
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
