//! Keeps the rate of sent mails below the deployment's sending rate.

use std::{sync::Mutex, time::Duration};

use tokio::time::Instant;

use crate::settings::SendingRate;

/// Keeps equal intervals between the mails of this process, so that it does not exceed its sending rate.
#[derive(Debug)]
pub(crate) struct Pace {
    interval: Duration,
    next: Mutex<Option<Instant>>,
}

impl Pace {
    pub(crate) fn new(rate: SendingRate) -> Self {
        Self {
            interval: Duration::from_secs_f64(1.0 / rate.per_second()),
            next: Mutex::new(None),
        }
    }

    /// Waits until the next mail may be sent.
    pub(crate) async fn wait(&self) {
        let turn = {
            let mut next = self
                .next
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            let now = Instant::now();
            let turn = next.map_or(now, |next| next.max(now));
            *next = Some(turn + self.interval);
            turn
        };
        tokio::time::sleep_until(turn).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn mails_go_at_the_rate_and_a_pause_saves_up_nothing() {
        let pace = Pace::new("4".parse().unwrap());
        let begun = Instant::now();
        for _ in 0..5 {
            pace.wait().await;
        }
        assert_eq!(begun.elapsed().as_millis(), 1_000);
        tokio::time::sleep(Duration::from_mins(1)).await;
        let begun = Instant::now();
        for _ in 0..3 {
            pace.wait().await;
        }
        assert_eq!(begun.elapsed().as_millis(), 500);
    }
}
