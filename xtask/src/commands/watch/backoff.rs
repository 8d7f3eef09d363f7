//! Calculates how long `cargo xtask watch` waits before it connects again.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(30);

/// Counts how many attempts have failed in a row.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    failures: u32,
}

impl Backoff {
    /// Returns how long to wait before the next attempt: a random part, at least half, of a time that doubles with each
    /// failure. So clients that lost their connections at the same moment connect again at different moments. `fraction` is
    /// random, from 0 to 1.
    pub(super) fn next(&mut self, fraction: f64) -> Duration {
        let longest = FIRST
            .saturating_mul(2_u32.saturating_pow(self.failures))
            .min(LONGEST);
        self.failures = self.failures.saturating_add(1);
        longest.mul_f64(0.5 + 0.5 * fraction.clamp(0.0, 1.0))
    }

    /// Resets the count of failures after a success, so that the next wait is the shortest one.
    pub(super) fn reset(&mut self) {
        self.failures = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_half_a_minute() {
        let mut backoff = Backoff::default();
        let waits: Vec<_> = (0..8).map(|_| backoff.next(1.0).as_secs_f64()).collect();
        assert_eq!(waits, [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0]);
        for _ in 0..100 {
            assert_eq!(backoff.next(1.0), LONGEST);
        }
        backoff.reset();
        assert_eq!(backoff.next(1.0), FIRST);
    }

    #[test]
    fn at_least_half_of_a_wait_is_waited() {
        assert_eq!(Backoff::default().next(0.0), FIRST / 2);
        let mut backoff = Backoff { failures: u32::MAX };
        let wait = backoff.next(fastrand::f64());
        assert!((LONGEST / 2..=LONGEST).contains(&wait), "{wait:?}");
    }
}
