//! Checks the parameters of a simulation.

use anyhow::{Result, ensure};

use super::Model;

impl Model {
    /// Returns an error if a parameter has a value that makes no sense. The error names the parameter and the reason.
    pub(crate) fn check(&self) -> Result<()> {
        for (name, number) in [("--capacity", self.capacity), ("--requests", self.requests)] {
            ensure!(
                (1..=1_000_000).contains(&number),
                "{name} must be from 1 to 1000000, not {number}"
            );
        }
        for (name, number) in [
            ("--partitions", self.partitions),
            ("--sdk-attempts", self.sdk_attempts),
            ("--relay-attempts", self.relay_attempts),
            ("--concurrency", self.concurrency),
            ("--client-tries", self.client_tries),
            ("--seats-per-bucket", self.seats_per_bucket),
        ] {
            ensure!(
                (1..=100_000).contains(&number),
                "{name} must be from 1 to 100000, not {number}"
            );
        }
        let users = self.users_on();
        ensure!(
            users <= 100_000,
            "--user-partitions must be at most 100000, not {users}"
        );
        ensure!(
            self.bucket_count() < 65_536,
            "--seats-per-bucket {} makes more than 65535 buckets",
            self.seats_per_bucket
        );
        ensure!(self.relay_batch > 0, "--relay-batch must be at least 1");
        for (name, share) in [
            ("--doubles", self.doubles),
            ("--lost-requests", self.lost_requests),
            ("--lost-answers", self.lost_answers),
            ("--deaths", self.deaths),
        ] {
            ensure!(
                (0.0..=1.0).contains(&share),
                "{name} is a share from 0 to 1, not {share}"
            );
        }
        for (name, rate) in [
            ("--write-units", self.write_units),
            ("--read-units", self.read_units),
        ] {
            ensure!(
                (1.0..=1e6).contains(&rate),
                "{name} must be from 1 to 1000000, not {rate}"
            );
            ensure!(
                rate * self.burst_seconds >= 1.0,
                "--burst-seconds {} saves up {} of {name}: no call would be let in",
                self.burst_seconds,
                rate * self.burst_seconds
            );
        }
        ensure!(
            (0.0..=5.0).contains(&self.sigma),
            "--sigma must be from 0 to 5, not {}",
            self.sigma
        );
        ensure!(self.timeout_ms > 0.0, "--timeout-ms must be more than 0");
        for (name, time) in self.times() {
            ensure!(
                (0.0..=3.6e6).contains(&time),
                "{name} must be from 0 to an hour, not {time}"
            );
        }
        Ok(())
    }

    fn times(&self) -> [(&'static str, f64); 16] {
        [
            ("--window-seconds", self.window_seconds),
            ("--burst-seconds", self.burst_seconds),
            ("--transaction-ms", self.transaction_ms),
            ("--latency-ms", self.latency_ms),
            ("--timeout-ms", self.timeout_ms),
            ("--backoff-ms", self.backoff_ms),
            ("--most-backoff-ms", self.most_backoff_ms),
            ("--cold-start-ms", self.cold_start_ms),
            ("--function-ms", self.function_ms),
            ("--retry-after-ms", self.retry_after_ms),
            ("--memory-ms", self.memory_ms),
            ("--hint-lag-ms", self.hint_lag_ms),
            ("--relay-backoff-ms", self.relay_backoff_ms),
            ("--relay-pause-ms", self.relay_pause_ms),
            ("--borrow-wait-ms", self.borrow_wait_ms),
            ("--refusal-wait-ms", self.refusal_wait_ms),
        ]
    }
}
