//! Writes the log to standard error.

use std::io;

use bootstrap::OUR_CRATES;
use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    fmt,
    layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

use crate::settings::LogFormat;

/// Starts to log. `level` is the level of the least severe entries that are logged.
pub fn init(format: LogFormat, level: LevelFilter) {
    let filter = Targets::new()
        .with_default(LevelFilter::WARN.min(level))
        .with_targets(OUR_CRATES.map(|target| (target, level)));
    let registry = tracing_subscriber::registry().with(filter);
    let layer = fmt::layer().with_ansi(false).with_writer(io::stderr);
    match format {
        LogFormat::Text => registry.with(layer.with_target(false)).init(),
        LogFormat::Json => {
            let json = layer.json().flatten_event(true);
            let json = json.with_current_span(false).with_span_list(false);
            registry.with(json).init();
        }
    }
}
