//! `em-connect serve`

use std::io::{IsTerminal as _, stderr};

use clap::Args;
use embedded::Database;

use crate::{
    host::Host,
    logs,
    settings::{Options, Place, Settings},
};

/// The options of `serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// Where everything is kept.
    #[command(flatten)]
    pub place: Place,
    /// All other settings.
    #[command(flatten)]
    pub options: Options,
}

/// Runs the command. `opened` is called once, with the database, before anything is answered.
///
/// # Errors
/// A setting is wrong, or the server cannot start.
pub fn run(serve: Serve, opened: impl FnOnce(Database)) -> anyhow::Result<()> {
    let settings = Settings::read(&serve.place, serve.options, stderr().is_terminal())?;
    logs::init(settings.log_format, settings.log_level);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let host = Host::start(settings).await?;
        opened(host.database().clone());
        host.run().await
    })?;
    Ok(())
}
