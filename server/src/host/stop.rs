//! Stops a server. Defines the signals that request a stop, and the time that a stop may take.

use std::{io, time::Duration};

use embedded::Database;
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    time::{Instant, timeout_at},
};

use super::{ErrorChain, LiveServer};
use crate::follow::Threads;

/// The longest time from the first signal to the end of the process. Supervisors kill the process a few seconds after this time
/// (`hosting/`).
pub const TIME_TO_STOP: Duration = Duration::from_secs(40);
/// The maximum time that a stopping server may take to answer open requests and to close live connections. It is a little
/// longer than the time limit of a request.
const TIME_FOR_REQUESTS: Duration = Duration::from_secs(30);
/// The part of [`TIME_TO_STOP`] that is reserved for the last flush of the database.
const TIME_TO_FLUSH: Duration = Duration::from_secs(3);
/// Signals that arrive at most this long after the first signal belong to the same request to stop. A terminal and a supervisor
/// may both send a signal.
const SAME_REQUEST: Duration = Duration::from_secs(1);

/// The signals that request the end of the process.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Returns a future that waits for a signal to stop. If another signal arrives a second later or more, the process ends
/// immediately, with the exit code 130.
///
/// # Errors
/// The system does not allow the process to wait for signals.
pub(super) fn requested() -> io::Result<impl Future<Output = ()>> {
    let mut signals = Signals {
        terminate: signal(SignalKind::terminate())?,
        interrupt: signal(SignalKind::interrupt())?,
    };
    Ok(async move {
        signals.next().await;
        let first = Instant::now();
        tokio::spawn(async move {
            another(&mut signals, first).await;
            tracing::warn!("ended_at_once");
            std::process::exit(130);
        });
    })
}

/// Waits for a signal that arrives at least [`SAME_REQUEST`] after `first`. Such a signal is a second request to stop.
async fn another(signals: &mut Signals, first: Instant) {
    loop {
        signals.next().await;
        if first.elapsed() >= SAME_REQUEST {
            break;
        }
    }
}

/// Ends a server in order, within [`TIME_TO_STOP`]. First `serving` answers its open requests, while the viewers' connections
/// are closed. Then the followers finish their batches. Messages that are not processed by then stay in the database.
pub(super) async fn in_order(
    serving: impl Future,
    live: &LiveServer,
    followers: Threads,
    database: &Database,
) {
    let begun = Instant::now();
    let connections = async { tokio::join!(serving, live.stop()) };
    if timeout_at(begun + TIME_FOR_REQUESTS, connections)
        .await
        .is_err()
    {
        tracing::warn!("connections_cut_off");
    }
    let deadline = begun + TIME_TO_STOP;
    followers.stop(deadline - TIME_TO_FLUSH).await;
    match timeout_at(deadline, database.flush()).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::error!(error = %ErrorChain(&error), "database_not_flushed"),
        Err(_) => tracing::error!("database_not_flushed"),
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;
    use rustix::process::{Signal as Raised, getpid, kill_process};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn only_a_signal_of_a_second_later_is_another_request() {
        // The test uses the signals `SIGUSR1` and `SIGUSR2`, because no other test and no terminal sends them.
        let mut signals = Signals {
            terminate: signal(SignalKind::user_defined1()).unwrap(),
            interrupt: signal(SignalKind::user_defined2()).unwrap(),
        };
        let mut arrived = signal(SignalKind::user_defined1()).unwrap();
        let first = Instant::now();
        kill_process(getpid(), Raised::USR1).unwrap();
        arrived.recv().await.unwrap();
        assert!(another(&mut signals, first).now_or_never().is_none());
        // Time alone, without another signal, must not count as another request to stop.
        tokio::time::advance(2 * SAME_REQUEST).await;
        assert!(another(&mut signals, first).now_or_never().is_none());
        kill_process(getpid(), Raised::USR2).unwrap();
        another(&mut signals, first).await;
    }
}
