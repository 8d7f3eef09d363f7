//! Computes password hashes without blocking other requests.
//!
//! A hash takes 25 ms of CPU and 19 MiB. A function on Lambda has a runtime of one thread. There, a process answers one request
//! at a time, so the hash is computed in place. On a runtime of several threads, other requests and live connections would wait
//! for the hash, so it is computed on a separate thread. There are as many of these threads as the machine has cores, so no
//! more hashes than that are computed at the same time. An allocator keeps 19 MiB for each thread that ever computed a hash.
//! When hashes were computed on the runtime's shared blocking threads, those threads together kept 800 MiB.

use std::{num::NonZero, sync::LazyLock, thread, time::Duration};

use tokio::{
    runtime::{Builder, Handle, Runtime, RuntimeFlavor},
    sync::Semaphore,
};

use crate::problem::ApiError;

/// Limits how many password hashes are computed concurrently.
static TURNS: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(cores()));

/// The threads that compute the hashes. They are the blocking threads of a runtime that does nothing else, and stay alive.
static THREADS: LazyLock<std::io::Result<Runtime>> = LazyLock::new(|| {
    Builder::new_current_thread()
        .thread_name("password")
        .max_blocking_threads(cores())
        .thread_keep_alive(Duration::from_hours(24))
        .build()
});

fn cores() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// Runs a long computation without blocking other requests. If the returned future is dropped before the computation gets its
/// turn, nothing is computed.
///
/// # Errors
/// The computation panicked, or the threads cannot be started.
pub(super) async fn run<T: Send + 'static>(
    compute: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ApiError> {
    if Handle::current().runtime_flavor() == RuntimeFlavor::CurrentThread {
        return Ok(compute());
    }
    in_turn(&TURNS, compute).await
}

async fn in_turn<T: Send + 'static>(
    turns: &'static Semaphore,
    compute: impl FnOnce() -> T + Send + 'static,
) -> Result<T, ApiError> {
    let threads = THREADS.as_ref().map_err(ApiError::internal)?;
    let turn = turns.acquire().await.map_err(ApiError::internal)?;
    let computed = threads.spawn_blocking(move || {
        // The computation keeps its permit from `turns` until it ends, even if the caller no longer waits.
        let _turn = turn;
        compute()
    });
    computed.await.map_err(ApiError::internal)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use futures::FutureExt as _;
    use tokio::sync::oneshot;

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
        let (go_on, signal) = channel::<()>();
        let long = tokio::spawn(run(move || {
            let _ = begun.send(());
            signal.recv().is_ok()
        }));
        // The test's runtime has only one worker thread. This thread is free while another thread computes the hash.
        wait.await.unwrap();
        go_on.send(()).unwrap();
        assert!(long.await.unwrap().unwrap());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn no_more_threads_compute_than_the_machine_has_cores() {
        let computed = (0..20 * cores()).map(|_| run(|| thread::current().id()));
        let threads = futures::future::try_join_all(computed).await.unwrap();
        let threads: std::collections::HashSet<_> = threads.into_iter().collect();
        assert!(threads.len() <= cores(), "{threads:?}");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_panic_is_an_error_of_one_and_others_are_computed() {
        static ONE: Semaphore = Semaphore::const_new(1);
        for _ in 0..3 {
            let failed = in_turn(&ONE, || assert!(ONE.is_closed(), "on purpose")).await;
            assert!(failed.is_err());
        }
        assert_eq!(in_turn(&ONE, || 7).await.unwrap(), 7);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_computation_keeps_its_turn_when_its_caller_goes_away() {
        static ONE: Semaphore = Semaphore::const_new(1);
        let (begun, wait) = oneshot::channel();
        let (go_on, signal) = channel::<()>();
        let caller = tokio::spawn(in_turn(&ONE, move || {
            let _ = begun.send(());
            signal.recv().is_ok()
        }));
        wait.await.unwrap();
        caller.abort();
        assert!(caller.await.unwrap_err().is_cancelled());
        assert_eq!(ONE.available_permits(), 0);
        go_on.send(()).unwrap();
        assert_eq!(in_turn(&ONE, || 7).await.unwrap(), 7);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn nothing_is_computed_for_a_caller_that_goes_away_before_its_turn() {
        static ONE: Semaphore = Semaphore::const_new(1);
        let (computed, all) = channel();
        let (go_on, signal) = channel::<()>();
        let first = tokio::spawn(in_turn(&ONE, move || signal.recv().is_ok()));
        let compute = |name: &'static str| {
            let computed = computed.clone();
            in_turn(&ONE, move || computed.send(name).is_ok())
        };
        while ONE.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let mut second = Box::pin(compute("second"));
        assert!(second.as_mut().now_or_never().is_none(), "it has to wait");
        let third = tokio::spawn(compute("third"));
        drop(second);
        go_on.send(()).unwrap();
        assert!(first.await.unwrap().unwrap());
        assert!(third.await.unwrap().unwrap());
        assert_eq!(all.recv().unwrap(), "third");
        assert!(all.try_recv().is_err());
    }
}
