//! Log lines: JSON on standard output, where Lambda picks them up. Fields carry ids, never message text or phone
//! numbers.

use tracing_subscriber::EnvFilter;

/// Installs the subscriber; `RUST_LOG` filters, `info` without it.
pub fn init() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_span_list(false)
        .with_env_filter(filter)
        .init();
}
