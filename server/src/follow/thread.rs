//! Threads of followers.

use std::{
    io,
    thread::{self, JoinHandle},
    time::Duration,
};

use tokio::{runtime::Builder, task::LocalSet};
use tokio_util::sync::CancellationToken;

/// How long followers may take to finish what they have begun. What they do not finish is done after the next start.
const TIME_TO_FINISH: Duration = Duration::from_secs(30);

/// Threads, each with a runtime of its own.
#[derive(Debug)]
pub struct Threads {
    stop: CancellationToken,
    running: Vec<JoinHandle<()>>,
}

/// Ends the process if its thread panics: a server whose followers are gone must not look healthy. A supervisor starts it again.
struct Sentinel;

impl Drop for Sentinel {
    fn drop(&mut self) {
        if thread::panicking() {
            std::process::abort();
        }
    }
}

impl Threads {
    pub(super) fn new(stop: CancellationToken) -> Self {
        Self {
            stop,
            running: Vec::new(),
        }
    }

    /// Starts a thread that runs `follow` until that ends, which it does after `stop`.
    pub(super) fn start(
        &mut self,
        name: &str,
        follow: impl AsyncFnOnce(CancellationToken) + Send + 'static,
    ) -> io::Result<()> {
        let stop = self.stop.clone();
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let thread = thread::Builder::new().name(name.to_owned());
        let running = thread.spawn(move || {
            let _sentinel = Sentinel;
            let begun = stop.clone();
            LocalSet::new().block_on(&runtime, async move {
                let bounded = async {
                    begun.cancelled().await;
                    tokio::time::sleep(TIME_TO_FINISH).await;
                };
                tokio::select! {
                    () = follow(stop) => {}
                    () = bounded => tracing::warn!("followers_cut_off"),
                }
            });
        })?;
        self.running.push(running);
        Ok(())
    }

    /// Waits until all have ended, after `stop` was cancelled. It blocks.
    pub fn join(self) {
        for thread in self.running {
            // A thread that panicked has ended the process.
            let _ = thread.join();
        }
    }
}
