//! The SDK's configuration: one HTTP client, one connection pool and one certificate store for every service.

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_smithy_http_client::{Builder, tls};
use std::time::Duration;

/// A call that took this long will not come back in time to be of use.
const ATTEMPT: Duration = Duration::from_secs(3);
const CONNECT: Duration = Duration::from_secs(1);
const ATTEMPTS: u32 = 3;

/// Loads region, endpoint and credentials from the environment.
pub async fn load() -> SdkConfig {
    let http =
        Builder::new().tls_provider(tls::Provider::Rustls(tls::rustls_provider::CryptoMode::AwsLc)).build_https();
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(http)
        .retry_config(
            RetryConfig::standard().with_max_attempts(ATTEMPTS).with_initial_backoff(Duration::from_millis(50)),
        )
        .timeout_config(TimeoutConfig::builder().connect_timeout(CONNECT).operation_attempt_timeout(ATTEMPT).build())
        .load()
        .await
}

/// The HTTP client for everything that is not AWS. Nothing is retried and no redirect followed: both would send a
/// message twice.
///
/// # Errors
/// When the TLS stack cannot be set up.
#[expect(clippy::disallowed_methods, reason = "this is the one place that builds it")]
pub fn http() -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder().connect_timeout(CONNECT * 3).redirect(reqwest::redirect::Policy::none()).build()
}
