//! The threads on which followers run.

use std::{
    io,
    thread::{self, JoinHandle},
    time::Duration,
};

use tokio::{
    runtime::Builder,
    task::LocalSet,
    time::{Instant, timeout, timeout_at},
};
use tokio_util::sync::CancellationToken;

/// The maximum time that a thread may take to end after its work was cancelled. A thread notices the cancellation only between
/// two steps.
const TIME_TO_NOTICE: Duration = Duration::from_secs(1);

/// The threads of all followers. Each thread has its own runtime.
#[derive(Debug, Default)]
pub struct Threads {
    /// The token that is cancelled when followers must finish the work that they have begun, and must begin nothing else.
    stop: CancellationToken,
    /// The token that is cancelled when followers must end immediately.
    cut: CancellationToken,
    running: Vec<JoinHandle<()>>,
}

/// Ends the whole process if this thread panics, because a server without followers must not look healthy. A supervisor
/// restarts the process.
struct Sentinel;

impl Drop for Sentinel {
    fn drop(&mut self) {
        if thread::panicking() {
            std::process::abort();
        }
    }
}

impl Threads {
    /// Starts a thread that runs `follow` until it returns. `follow` must return after the token that it gets is cancelled.
    pub(super) fn start(
        &mut self,
        name: &str,
        follow: impl AsyncFnOnce(CancellationToken) + Send + 'static,
    ) -> io::Result<()> {
        let (stop, cut) = (self.stop.clone(), self.cut.clone());
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let thread = thread::Builder::new().name(name.to_owned());
        let running = thread.spawn(move || {
            let _sentinel = Sentinel;
            LocalSet::new().block_on(&runtime, async move {
                tokio::select! {
                    () = follow(stop) => {}
                    () = cut.cancelled() => tracing::warn!("followers_cut_off"),
                }
            });
        })?;
        self.running.push(running);
        Ok(())
    }

    /// Lets the followers finish the work that they have begun, until `deadline`, and then ends them. The server does the
    /// unfinished work after its next start.
    pub async fn stop(self, deadline: Instant) {
        self.stop.cancel();
        let running = self.running;
        let mut ended = tokio::task::spawn_blocking(move || {
            for thread in running {
                // A panic of the thread would already have ended the process, so the result is ignored.
                let _ = thread.join();
            }
        });
        if timeout_at(deadline, &mut ended).await.is_err() {
            self.cut.cancel();
            let _ = timeout(TIME_TO_NOTICE, ended).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test]
    async fn a_follower_finishes_what_it_has_begun_unless_the_deadline_is_over() {
        for (deadline, expected) in [
            (Instant::now() + Duration::from_hours(1), true),
            (Instant::now(), false),
        ] {
            let (begun, is_begun) = tokio::sync::oneshot::channel();
            let finished = Arc::new(std::sync::atomic::AtomicBool::new(false));
            let (mut threads, noted) = (Threads::default(), finished.clone());
            let follow = async move |stop: CancellationToken| {
                let _ = begun.send(());
                stop.cancelled().await;
                if !expected {
                    std::future::pending::<()>().await;
                }
                noted.store(true, std::sync::atomic::Ordering::SeqCst);
            };
            threads.start("test", follow).unwrap();
            is_begun.await.unwrap();
            threads.stop(deadline).await;
            let finished = finished.load(std::sync::atomic::Ordering::SeqCst);
            assert_eq!(finished, expected);
        }
    }
}
