//! The HTTP client.

use anyhow::{Context, Result};
use std::time::Duration;

/// Longer than the slowest honest answer on one machine: `/say` goes on while the webhook is repeated.
const TIMEOUT: Duration = Duration::from_secs(60);

/// An HTTP client for this machine: no proxy stands between its programs.
///
/// # Errors
/// When the TLS stack does not start.
#[expect(clippy::disallowed_methods, reason = "a process of its own, without AWS clients to share one with")]
pub fn client() -> Result<reqwest::Client> {
    reqwest::Client::builder().no_proxy().timeout(TIMEOUT).build().context("the HTTP client does not start")
}
