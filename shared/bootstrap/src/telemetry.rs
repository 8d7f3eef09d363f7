//! Writes logs to standard output, where Lambda collects them. Each line is a JSON object.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::{
    filter::Targets, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _,
};

use crate::OUR_CRATES;

/// Starts logging. Our own code logs entries of `level` or more severe. Libraries log warnings and errors.
pub fn init(level: LevelFilter) {
    let filter = Targets::new()
        .with_default(LevelFilter::WARN.min(level))
        .with_targets(OUR_CRATES.map(|target| (target, level)));
    let json = fmt::layer()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_ansi(false);
    tracing_subscriber::registry()
        .with(filter)
        .with(json)
        .init();
}
