//! Log lines: JSON on standard output, where Lambda picks them up. Fields carry ids, never message text or phone
//! numbers.

use tracing::level_filters::LevelFilter;

/// Installs the subscriber. `RUST_LOG` is the least level that is written (`info` without it); it takes no filters by
/// module, which would bring a regular-expression engine into every cold start.
pub fn init() {
    let level = std::env::var("RUST_LOG").ok().and_then(|level| level.parse().ok()).unwrap_or(LevelFilter::INFO);
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_max_level(level)
        .init();
}
