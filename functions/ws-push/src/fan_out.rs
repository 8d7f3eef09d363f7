//! Sends one frame to many connections (fan-out).

use std::time::Duration;

use futures::{StreamExt as _, stream};
use gateway::{GatewayError, Posted};
use messages::Frame;

/// The maximum number of frames that are posted concurrently to the connections of one shard.
const POSTS_AT_ONCE: usize = 25;
/// The maximum number of rounds of posts that a fan-out makes. Each later round posts only to the connections that could not be
/// posted to in the round before.
const MAX_ROUNDS: u32 = 6;

/// If the rounds have taken longer than this time, no further round starts. The function has three seconds in all; the rest is
/// left for the round that started last.
const TIME_FOR_ROUNDS: Duration = Duration::from_secs(1);

/// The result of a fan-out: how many connections got the frame, and which connections did not get it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct FannedOut {
    pub(crate) sent: usize,
    /// The connections that were already closed.
    pub(crate) gone: Vec<String>,
    /// The connections that were throttled in every round. They count as stalled only if most connections were not throttled,
    /// or if the fan-out is overdue. API Gateway gives the same reply if a client does not read, and if the whole account posts
    /// too much.
    pub(crate) stalled: Vec<String>,
}

/// Why a fan-out failed. The caller may repeat the fan-out for all connections.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FanOutError {
    #[error(transparent)]
    Gateway(#[from] GatewayError),
    #[error("{0} connections could not be reached in time")]
    Later(usize),
}

/// Posts a frame to `connections`. Each round posts the newest frame, which `frame` returns. `is_overdue` means that the
/// fan-out has been tried for a minute. In that case, connections that are throttled in every round count as stalled, even if
/// most connections are throttled.
///
/// # Errors
/// Most connections were throttled, a connection could not be posted to for another reason, or `frame` failed.
pub(crate) async fn fan_out<E: From<FanOutError>>(
    mut connections: Vec<String>,
    is_overdue: bool,
    frame: impl AsyncFn() -> Result<Frame, E>,
    post: impl AsyncFn(&str, &Frame) -> Result<Posted, GatewayError>,
) -> Result<FannedOut, E> {
    // The connections are shuffled, so that each fan-out posts to them in another order. Otherwise, if the time is too short
    // for all connections, the same connections would always have to wait.
    fastrand::shuffle(&mut connections);
    let mut done = FannedOut::default();
    let post = &post;
    let begun = tokio::time::Instant::now();
    // The number of remaining connections that got no usable reply from API Gateway in the last round.
    let mut blameless = 0;
    for round in 0..MAX_ROUNDS {
        if connections.is_empty() || begun.elapsed() > TIME_FOR_ROUNDS {
            break;
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
        blameless = 0;
        for (connection, posted) in posts {
            match posted.map_err(FanOutError::from)? {
                Posted::Sent => done.sent += 1,
                Posted::Gone => done.gone.push(connection),
                Posted::Throttled => connections.push(connection),
                Posted::Later => {
                    blameless += 1;
                    connections.push(connection);
                }
            }
        }
    }
    let most_are_left = connections.len() > done.sent + done.gone.len();
    if blameless > 0 || (most_are_left && !is_overdue) {
        return Err(FanOutError::Later(connections.len()).into());
    }
    done.stalled = connections;
    Ok(done)
}

/// Returns how long a fan-out waits before its round number `round`: an exponential backoff with full jitter ("Exponential
/// backoff and jitter", AWS Architecture Blog, 2015). `luck` is a random number from 0 to 1.
fn wait(round: u32, luck: f64) -> Duration {
    Duration::from_millis(100 << round.min(4)).mul_f64(luck)
}

#[cfg(test)]
mod tests;
