//! Load with many connections from one thread: the client shares the cores with the server.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::Result;
use futures::future::try_join_all;
use hyper::StatusCode;
use hyper::body::Bytes;
use tokio::time::timeout;

use super::super::load::{Loaded, Seen, TIMEOUT, together};
use super::connection::{Connection, Sent};

/// Sends requests until the time or `count` is reached, as [`super::super::load::run`] does. `make` makes the request of an
/// index from 0 to `count`; the request is successful if `is_done` returns true for its answer.
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
    let next = Rc::new(Cell::new(0));
    let begun = Instant::now();
    let work = async |mut connection: Connection| {
        let mut seen = Seen::default();
        while next.get() < count && begun.elapsed() < lasts {
            let index = next.replace(next.get() + 1);
            let request = make(index)?;
            let asked = Instant::now();
            match timeout(TIMEOUT, connection.send(request)).await {
                Ok(Ok((status, body))) if is_done(index, status, &body) => seen.done(asked),
                Ok(Ok((status, _))) => seen.other(status.as_str()),
                broken => {
                    seen.other("no answer");
                    drop(broken);
                    connection = Connection::open(address).await?;
                }
            }
        }
        anyhow::Ok(seen)
    };
    let seen = try_join_all(opened.into_iter().map(work)).await?;
    Ok(together(seen, begun.elapsed()))
}
