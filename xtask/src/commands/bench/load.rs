//! Load on a number of connections; each sends its next request as soon as it has an answer.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};

use super::figures::{Latency, latency_of};
use crate::client::{Answer, Client};

pub(super) const TIMEOUT: Duration = Duration::from_secs(35);

/// The answers on one connection.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Latencies of successful requests, in milliseconds.
    done: Vec<f64>,
    /// Numbers of answers by kind: `done`, else the status or `no answer`.
    answers: BTreeMap<String, u64>,
}

impl Seen {
    /// Counts a successful request that was sent at this time.
    pub(super) fn done(&mut self, asked: Instant) {
        self.done.push(asked.elapsed().as_secs_f64() * 1000.0);
        self.other("done");
    }

    /// Counts another answer.
    pub(super) fn other(&mut self, answer: &str) {
        *self.answers.entry(answer.to_owned()).or_default() += 1;
    }
}

/// The result of a load.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    /// Successful requests; a refused one does not count.
    pub(super) done: usize,
    pub(super) per_second: f64,
    pub(super) latency: Latency,
    /// Numbers of answers by kind.
    pub(super) answers: BTreeMap<String, u64>,
}

/// Sends requests until the time or `count` is reached. `send` gets the `index` of a request, from 0 to `count`; a request is
/// successful if `is_done` returns true for its answer.
///
/// Each connection has its own thread and client, and stays open. A request that has no answer yet when the time ends still
/// counts, and so does its time.
pub(super) fn run(
    base: &str,
    connections: usize,
    lasts: Duration,
    count: usize,
    send: impl Fn(&Client, usize) -> Result<Answer> + Sync,
    is_done: impl Fn(&Answer) -> bool + Sync,
) -> Result<Loaded> {
    let (next, over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let begun = Instant::now();
    let work = || {
        let client = Client::new(base, TIMEOUT);
        let mut seen = Seen::default();
        while !over.load(Ordering::Relaxed) && begun.elapsed() < lasts {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= count {
                // A load with fewer connections would not be comparable.
                over.store(true, Ordering::Relaxed);
                break;
            }
            let asked = Instant::now();
            match send(&client, index) {
                Ok(answer) if is_done(&answer) => seen.done(asked),
                Ok(answer) => seen.other(&answer.status.to_string()),
                Err(_) => seen.other("no answer"),
            }
        }
        seen
    };
    let all: Result<Vec<Seen>> = thread::scope(|scope| {
        let workers: Vec<_> = (0..connections).map(|_| scope.spawn(work)).collect();
        let join = |worker: thread::ScopedJoinHandle<'_, Seen>| {
            worker.join().map_err(|_| anyhow!("a connection panicked"))
        };
        workers.into_iter().map(join).collect()
    });
    Ok(together(all?, begun.elapsed()))
}

/// Sums up the answers of all connections.
pub(super) fn together(seen: Vec<Seen>, elapsed: Duration) -> Loaded {
    let (mut latencies, mut answers) = (Vec::new(), BTreeMap::new());
    for one in seen {
        latencies.extend(one.done);
        for (name, count) in one.answers {
            *answers.entry(name).or_default() += count;
        }
    }
    Loaded {
        done: latencies.len(),
        per_second: super::figures::float(latencies.len()) / elapsed.as_secs_f64(),
        latency: latency_of(latencies),
        answers,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_refused_is_not_done() {
        let seen = |done: &[f64], refused: u64| Seen {
            done: done.to_vec(),
            answers: [
                ("done".to_owned(), done.len() as u64),
                ("409".to_owned(), refused),
            ]
            .into(),
        };
        let all = together(
            vec![seen(&[1.0, 3.0], 5), seen(&[2.0, 4.0], 0)],
            Duration::from_secs(2),
        );
        assert_eq!((all.done, all.per_second, all.latency.p50), (4, 2.0, 2.0));
        assert_eq!(all.answers["done"], 4);
        assert_eq!(all.answers["409"], 5);
    }
}
