//! Sends requests over many connections from one thread, because the client shares the cores with the server.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::Result;
use futures::future::try_join_all;
use hyper::StatusCode;
use hyper::body::Bytes;
use tokio::time::timeout;

use super::super::figures::{Latency, float, latency_of};
use super::connection::{Connection, Sent};

/// Maximum time to wait for an answer.
const TIMEOUT: Duration = Duration::from_secs(35);

/// The results of the requests that [`run`] has sent.
#[derive(Debug)]
pub(super) struct Loaded {
    /// Number of successful requests.
    pub(super) done: usize,
    pub(super) per_second: f64,
    /// Latency of successful requests, in milliseconds.
    pub(super) latency: Latency,
    /// The number of requests that were unsuccessful, by the status of the answer. Requests without an answer are counted as
    /// `no answer`.
    pub(super) others: BTreeMap<String, u64>,
}

/// Sends requests until `lasts` has elapsed or `count` requests were sent. Each connection sends its next request when its
/// previous request is answered. `make` builds a request from its index, which is less than `count`. A request is successful if
/// `is_done` returns true for its answer.
pub(super) async fn run(
    address: &str,
    connections: usize,
    lasts: Duration,
    count: usize,
    make: impl Fn(usize) -> Result<Sent>,
    is_done: impl Fn(usize, StatusCode, &Bytes) -> bool,
) -> Result<Loaded> {
    let opened = (0..connections).map(|_| Connection::open(address));
    let opened = try_join_all(opened).await?;
    let next = Cell::new(0);
    let (latencies, others) = (RefCell::new(Vec::new()), RefCell::new(BTreeMap::new()));
    let begun = Instant::now();
    let work = async |mut connection: Connection| {
        while next.get() < count && begun.elapsed() < lasts {
            let index = next.replace(next.get() + 1);
            let request = make(index)?;
            let asked = Instant::now();
            let other = match timeout(TIMEOUT, connection.send(request)).await {
                Ok(Ok((status, body))) if is_done(index, status, &body) => {
                    let latency = asked.elapsed().as_secs_f64() * 1000.0;
                    latencies.borrow_mut().push(latency);
                    continue;
                }
                Ok(Ok((status, _))) => status.as_str().to_owned(),
                broken => {
                    drop(broken);
                    connection = Connection::open(address).await?;
                    "no answer".to_owned()
                }
            };
            *others.borrow_mut().entry(other).or_default() += 1;
        }
        anyhow::Ok(())
    };
    try_join_all(opened.into_iter().map(work)).await?;
    let elapsed = begun.elapsed().as_secs_f64();
    let latencies = latencies.into_inner();
    Ok(Loaded {
        done: latencies.len(),
        per_second: float(latencies.len()) / elapsed,
        latency: latency_of(latencies),
        others: others.into_inner(),
    })
}
