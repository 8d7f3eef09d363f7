//! Passes the records of the stream to the relay, in batches and with retries.

use std::time::Duration;

use bootstrap::{clock, error_chain::ErrorChain};
use embedded::{Database, Error, Record, Stream};
use messages::ParkedRecord;
use relay::Relay;
use tokio_util::sync::CancellationToken;

use crate::ports;

/// The relay's name as a follower of the database's stream.
pub(crate) const FOLLOWER: &str = "relay";
/// The greatest number of records in a batch. It is the `BatchSize` of the relay's event source mapping in `template.yaml`.
const BATCH: usize = 1_000;
/// The number of failures after which a record is parked. It is the `MaximumRetryAttempts` of the relay's event source mapping
/// in `template.yaml`.
const MAX_FAILURES: u32 = 100;
/// The time that a batch waits for more records, so that the records of all writes of one request are in one batch. If a batch
/// had the record of a new seat but not the record of its registration, the relay would assume that a crash had prevented the
/// registration, and would write it again.
const LINGER: Duration = Duration::from_millis(50);
/// The longest time that the relay waits before it retries a failed batch. With this limit, a record that always fails is
/// parked after about three quarters of an hour.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Passes the records to the relay in their order, until `stop` is cancelled. After each failure, the next batch may have only
/// half as many records. So a record that always fails is soon in a batch of its own, and no longer delays the records before
/// it. On AWS, `BisectBatchOnFunctionError` has the same purpose.
pub(super) async fn follow(database: &Database, relay: &Relay, stop: &CancellationToken) {
    let stream = database.stream(FOLLOWER);
    let mut retry = Retry::default();
    loop {
        let batch = tokio::select! {
            () = stop.cancelled() => return,
            batch = gathered(&stream, retry.batch) => batch,
        };
        let failed = match batch {
            Ok(batch) => step(&stream, relay, batch, &retry).await.err(),
            Err(error) => Some(ErrorChain(&error).to_string()),
        };
        match failed {
            None => retry.succeeded(),
            Some(error) => {
                let wait = retry.failed();
                tracing::error!(error, failures = retry.failures, "batch_failed");
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = tokio::time::sleep(wait) => {}
                }
            }
        }
    }
}

/// Waits for the first record and then for [`LINGER`]. Returns up to `most` of the records that arrived.
async fn gathered(stream: &Stream, most: usize) -> Result<Vec<Record>, Error> {
    stream.next(1).await?;
    tokio::time::sleep(LINGER).await;
    stream.next(most).await
}

/// Passes a batch to the relay, and then stores that its records are processed.
async fn step(
    stream: &Stream,
    relay: &Relay,
    batch: Vec<Record>,
    retry: &Retry,
) -> Result<(), String> {
    let text = |error: &(dyn std::error::Error + 'static)| ErrorChain(error).to_string();
    let Some(upto) = batch.last().map(|record| record.sequence) else {
        return Ok(());
    };
    let parked = parked(&batch);
    let records: Vec<_> = batch.into_iter().map(record).collect();
    if ports::batches_come_twice() {
        let first = relay.process(records.clone()).await;
        first.map_err(|error| text(&error))?;
    }
    if let Err(error) = relay.process(records).await {
        if !retry.is_hopeless() {
            return Err(text(&error));
        }
        let parked = parked.map(|parked| ParkedRecord {
            reason: text(&error),
            ..parked
        });
        let letters: Vec<ParkedRecord> = parked.into_iter().collect();
        let sent = relay.parking.0.send(&letters).await;
        sent.map_err(|error| text(&error))?;
        tracing::error!(error = %ErrorChain(&error), "record_parked");
    }
    stream.done(upto).await.map_err(|error: Error| text(&error))
}

/// Returns the first record of a batch in the format in which records are parked; `None` if the batch is empty.
fn parked(batch: &[Record]) -> Option<ParkedRecord> {
    batch.first().map(|record| ParkedRecord {
        event_id: record.event_id.clone(),
        sequence_number: record.sequence.to_string(),
        pk: record.pk.clone(),
        sk: record.sk.clone(),
        reason: String::new(),
        parked_at: clock::now(),
    })
}

fn record(record: Record) -> relay::Record {
    relay::Record {
        event_id: record.event_id,
        sequence_number: record.sequence.to_string(),
        written_at: record.written_at,
        pk: record.pk,
        sk: record.sk,
        old: record.old.into(),
        new: record.new.into(),
    }
}

/// The state of retries: the number of failures of the oldest record, and the greatest number of records in the next batch.
#[derive(Debug)]
struct Retry {
    failures: u32,
    batch: usize,
}

impl Default for Retry {
    fn default() -> Self {
        Self {
            failures: 0,
            batch: BATCH,
        }
    }
}

impl Retry {
    fn succeeded(&mut self) {
        self.failures = 0;
        self.batch = (self.batch * 2).min(BATCH);
    }

    /// Counts a failure of the oldest record. Returns how long to wait before the next attempt.
    fn failed(&mut self) -> Duration {
        self.failures += 1;
        self.batch = (self.batch / 2).max(1);
        let wait = Duration::from_millis(25) * 2u32.saturating_pow(self.failures.min(16));
        wait.min(LONGEST_WAIT)
    }

    /// Returns whether the oldest record has already failed [`MAX_FAILURES`] times, so that it must be parked if it fails once
    /// more. After so many failures, its batch contains no other record.
    fn is_hopeless(&self) -> bool {
        self.failures >= MAX_FAILURES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_that_fails_again_and_again_is_alone_before_it_is_parked() {
        let mut retry = Retry::default();
        let mut waited = Duration::ZERO;
        while !retry.is_hopeless() {
            waited += retry.failed();
        }
        assert_eq!(retry.batch, 1);
        assert!(waited > Duration::from_mins(40), "{waited:?}");
        retry.succeeded();
        assert!(!retry.is_hopeless());
        for _ in 0..10 {
            retry.succeeded();
        }
        assert_eq!(retry.batch, BATCH);
    }

    #[test]
    fn the_numbers_are_those_of_the_template() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../template.yaml");
        let template = std::fs::read_to_string(path).unwrap();
        let of = |resource: &str, key: &str| {
            let (_, rest) = template.split_once(&format!("\n  {resource}:\n")).unwrap();
            let end = rest.find("\n\n").unwrap();
            let (_, value) = rest[..end].split_once(&format!("{key}: ")).unwrap();
            let digits: String = value.chars().take_while(char::is_ascii_digit).collect();
            digits.parse::<usize>().unwrap()
        };
        assert_eq!(of("RelayFunctionStream", "BatchSize"), BATCH);
        let retries = of("RelayFunctionStream", "MaximumRetryAttempts");
        assert_eq!(retries, usize::try_from(MAX_FAILURES).unwrap());
        let timeout = of("WsPushFunction", "Timeout");
        assert_eq!(timeout, 3);
    }
}
