//! The command `em-connect serve`.

use std::{
    io::{IsTerminal as _, stderr},
    time::Duration,
};

use clap::Args;
use embedded::Database;

use crate::{
    host::Host,
    logs,
    settings::{Options, Place, Settings},
};

/// Runs the server.
#[derive(Debug, Args)]
pub struct Serve {
    /// Where the data and the settings are.
    #[command(flatten)]
    pub place: Place,
    /// All other settings.
    #[command(flatten)]
    pub options: Options,
}

/// The maximum time that the process waits for unfinished blocking work on other threads, such as a disk read, after the server
/// has stopped.
const TIME_FOR_REST: Duration = Duration::from_secs(1);

/// Runs the server until a signal stops it. Calls `opened` once, with the database, before the server answers a request.
///
/// # Errors
/// A setting is wrong, the server cannot start, or the operating system refuses a resource that the server needs.
pub fn run(serve: Serve, opened: impl FnOnce(Database)) -> anyhow::Result<()> {
    let settings = Settings::read(&serve.place, serve.options, stderr().is_terminal())?;
    logs::init(settings.log_format, settings.log_level);
    // Each open connection takes a file descriptor, and ten thousand viewers need more of them than the usual limit allows.
    // Every process may raise this limit for itself.
    raise_file_limit();
    // There are at least two threads, so that one can answer requests while another hashes a password, even on one core.
    let threads = std::thread::available_parallelism().map_or(2, |cores| cores.get().max(2));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .enable_all()
        .build()?;
    let ended = runtime.block_on(async {
        let host = Host::start(settings).await?;
        opened(host.opened().database.clone());
        host.run().await
    });
    // If a disk never completes a read, the process must end nevertheless.
    runtime.shutdown_timeout(TIME_FOR_REST);
    Ok(ended?)
}

/// Raises the limit of open files to the maximum that the operating system allows this process.
fn raise_file_limit() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::warn!(%error, "file_limit_not_raised");
    }
}
