//! One frame to many connections.

use std::time::Duration;

use futures::{StreamExt as _, stream};
use gateway::{GatewayError, Posted};
use messages::Frame;

/// Posts under way at once, for one shard.
const POSTS_AT_ONCE: usize = 25;
/// Rounds of posts to those whom API Gateway had no time for.
const MAX_ROUNDS: u32 = 6;

/// Who was told, and who was not there.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct FannedOut {
    pub(crate) told: usize,
    /// Closed connections.
    pub(crate) gone: Vec<String>,
}

/// Not everybody could be told; telling all of them again does no harm.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FanOutError {
    #[error(transparent)]
    Gateway(#[from] GatewayError),
    #[error("{0} connections could not be told in time")]
    Later(usize),
}

/// Posts to `connections`. Whoever has to wait gets what `frame` gives by then: the newest, not what was to be told first.
///
/// # Errors
/// Not everybody could be told, or `frame` failed.
pub(crate) async fn fan_out<E: From<FanOutError>>(
    mut connections: Vec<String>,
    frame: impl AsyncFn() -> Result<Frame, E>,
    post: impl AsyncFn(&str, &Frame) -> Result<Posted, GatewayError>,
) -> Result<FannedOut, E> {
    let mut done = FannedOut::default();
    let post = &post;
    for round in 0..MAX_ROUNDS {
        if connections.is_empty() {
            return Ok(done);
        }
        if round > 0 {
            tokio::time::sleep(wait(round, fastrand::f64())).await;
        }
        let frame = frame().await?;
        let frame = &frame;
        let posts = stream::iter(connections)
            .map(|connection| async move {
                let posted = post(&connection, frame).await;
                (connection, posted)
            })
            .buffer_unordered(POSTS_AT_ONCE)
            .collect::<Vec<_>>()
            .await;
        connections = Vec::new();
        for (connection, posted) in posts {
            match posted.map_err(FanOutError::from)? {
                Posted::Sent => done.told += 1,
                Posted::Gone => done.gone.push(connection),
                Posted::Later => connections.push(connection),
            }
        }
    }
    match connections.len() {
        0 => Ok(done),
        left => Err(FanOutError::Later(left).into()),
    }
}

/// Exponential with full jitter ("Exponential backoff and jitter", AWS Architecture Blog, 2015), three seconds in all at most.
/// `luck`: from 0 to 1.
fn wait(round: u32, luck: f64) -> Duration {
    Duration::from_millis(100 << round.min(4)).mul_f64(luck)
}

#[cfg(test)]
mod tests;
