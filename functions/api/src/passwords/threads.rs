//! The threads that hash passwords.
//!
//! A hash takes 25 ms of CPU and 19 MiB. On a runtime of one thread, as a function on Lambda has it, a process answers one
//! request at a time, and the hash is computed in place. On a runtime of several threads other requests and live connections
//! would wait for it, so a few threads do nothing else: as many as the machine has cores, so that the memory is bounded.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, LazyLock, Mutex, PoisonError,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
};

use tokio::{
    runtime::{Handle, RuntimeFlavor},
    sync::oneshot,
};

use crate::problem::ApiError;

type Job = Box<dyn FnOnce() + Send>;

/// The queue before the threads; `None` if the system gives no thread.
static THREADS: LazyLock<Option<Sender<Job>>> = LazyLock::new(start);

/// The threads are gone, or the computation panicked.
#[derive(Debug, thiserror::Error)]
#[error("a password could not be hashed")]
struct NotComputed;

fn start() -> Option<Sender<Job>> {
    let (sender, jobs) = channel::<Job>();
    let jobs = Arc::new(Mutex::new(jobs));
    let wanted = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let started = (0..wanted).filter(|_| {
        let jobs = jobs.clone();
        let thread = thread::Builder::new().name("passwords".to_owned());
        thread.spawn(move || work(&jobs)).is_ok()
    });
    (started.count() > 0).then_some(sender)
}

fn work(jobs: &Mutex<Receiver<Job>>) {
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        // The caller sees that its answer is gone; the thread goes on.
        let _ = catch_unwind(AssertUnwindSafe(job));
    }
}

/// Computes something that takes long where nothing else waits for it.
///
/// # Errors
/// The computation panicked, or there is no thread for it.
pub(super) async fn run<T: Send + 'static>(
    compute: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ApiError> {
    if Handle::current().runtime_flavor() == RuntimeFlavor::CurrentThread {
        return Ok(compute());
    }
    let (answer, computed) = oneshot::channel();
    let job = Box::new(move || {
        let _ = answer.send(compute());
    });
    let threads = THREADS.as_ref().ok_or(NotComputed);
    threads
        .and_then(|threads| threads.send(job).map_err(|_| NotComputed))
        .map_err(ApiError::internal)?;
    computed.await.map_err(|_| ApiError::internal(NotComputed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn on_one_thread_it_is_computed_in_place() {
        let runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = { runtime }.build().unwrap();
        let here = thread::current().id();
        let computed = runtime.block_on(run(|| thread::current().id())).unwrap();
        assert_eq!(computed, here);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 1)]
    async fn on_several_threads_others_go_on() {
        let (begun, wait) = oneshot::channel();
        let (go_on, told) = std::sync::mpsc::channel::<()>();
        let long = tokio::spawn(run(move || {
            let _ = begun.send(());
            told.recv().is_ok()
        }));
        // The one worker of the runtime is free while it is computed.
        wait.await.unwrap();
        go_on.send(()).unwrap();
        assert!(long.await.unwrap().unwrap());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_panic_is_an_error_of_one_and_the_threads_go_on() {
        for _ in 0..20 {
            let failed = run(|| assert!(thread::current().name().is_none(), "on purpose")).await;
            assert!(failed.is_err());
        }
        assert_eq!(run(|| 7).await.unwrap(), 7);
    }
}
