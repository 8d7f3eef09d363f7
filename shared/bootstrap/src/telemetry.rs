//! Logs: one JSON object a line on standard output, where Lambda collects them.

use tracing::level_filters::LevelFilter;

/// Begins to log. `level`: the least severe entries of our own code; libraries log warnings.
pub fn init(level: LevelFilter) {
    use tracing_subscriber::{
        EnvFilter, fmt, layer::SubscriberExt as _, util::SubscriberInitExt as _,
    };

    let quiet = LevelFilter::WARN.min(level);
    let mut filter = EnvFilter::default().add_directive(quiet.into());
    for ours in [
        "api",
        "relay",
        "ticket",
        "notify",
        "ws_connect",
        "ws_push",
        "bootstrap",
        "store",
        "domain",
    ] {
        if let Ok(directive) = format!("{ours}={level}").parse() {
            filter = filter.add_directive(directive);
        }
    }
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
