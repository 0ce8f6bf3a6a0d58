//! The SDK's configuration: one HTTP client, one connection pool and one certificate store for every service.

use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_dynamodb::config::{SharedCredentialsProvider, SharedHttpClient};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{self, TlsContext, TrustStore};
use std::ops::Deref;
use std::sync::LazyLock;
use std::time::Duration;

/// A call that took this long will not come back in time to be of use.
const ATTEMPT: Duration = Duration::from_secs(3);
/// Amazon Root CA 1 to 4 and Starfield Services Root CA G2: <https://www.amazontrust.com/repository/>.
const AMAZON: &[u8] = include_bytes!("amazon.pem");
const CONNECT: Duration = Duration::from_secs(1);
const ATTEMPTS: u32 = 3;

/// The configuration of a function: Lambda puts region and credentials into its environment, and a local stack the
/// address of what stands in for AWS. The SDK's own search for them (profiles, STS, instance metadata) would be a tenth
/// of the binary, and is run at every cold start.
#[must_use]
pub fn in_lambda() -> SdkConfig {
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(variable("AWS_REGION").map(Region::new))
        .credentials_provider(SharedCredentialsProvider::new(EnvironmentVariableCredentialsProvider::new()))
        .http_client(https(trusted()))
        .retry_config(retries())
        .timeout_config(timeouts());
    config.set_endpoint_url(variable("AWS_ENDPOINT_URL"));
    config.build()
}

/// The configuration of a command: region, endpoint and credentials as the AWS command line finds them.
pub async fn load() -> SdkConfig {
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(https(TrustStore::default()))
        .retry_config(retries())
        .timeout_config(timeouts())
        .load()
        .await
}

/// Whom a function believes to be AWS: Amazon's own authorities, which AWS asks every client to trust, and which take a
/// quarter of the time to read that the whole bundle of a machine takes. Where somebody else stands in
/// (`AWS_CA_BUNDLE`, `SSL_CERT_FILE`) or may (China has authorities of its own), the machine's.
fn trusted() -> TrustStore {
    let empty = TrustStore::empty();
    if let Some(bundle) = variable("AWS_CA_BUNDLE").and_then(|path| std::fs::read(path).ok()) {
        return empty.with_pem_certificate(bundle);
    }
    let elsewhere =
        variable("SSL_CERT_FILE").is_some() || variable("AWS_REGION").is_none_or(|at| at.starts_with("cn-"));
    if elsewhere { TrustStore::default() } else { empty.with_pem_certificate(AMAZON) }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The configuration of a test, in which something else stands in for AWS at `endpoint`.
#[cfg(test)]
pub(crate) fn standing_in(endpoint: &str) -> SdkConfig {
    let credentials = aws_credential_types::Credentials::new("test", "test", None, None, "test");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("eu-west-1"))
        .credentials_provider(SharedCredentialsProvider::new(credentials))
        .http_client(https(TrustStore::empty().with_pem_certificate(AMAZON)))
        .retry_config(retries())
        .timeout_config(timeouts())
        .endpoint_url(endpoint)
        .build()
}

fn https(trusted: TrustStore) -> SharedHttpClient {
    let provider = tls::Provider::Rustls(tls::rustls_provider::CryptoMode::AwsLc);
    // A context without a trust store of its own has the machine's, so this cannot fail.
    let context = TlsContext::builder().with_trust_store(trusted).build().unwrap_or_default();
    Builder::new().tls_provider(provider).tls_context(context).build_https()
}

fn retries() -> RetryConfig {
    RetryConfig::standard().with_max_attempts(ATTEMPTS).with_initial_backoff(Duration::from_millis(50))
}

fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder().connect_timeout(CONNECT).operation_attempt_timeout(ATTEMPT).build()
}

/// A client of AWS's that a message may not need: built when it is first used, which keeps its cost out of the start.
#[derive(Debug)]
pub struct LazyClient<C>(LazyLock<C, Box<dyn FnOnce() -> C + Send>>);

impl<C: 'static> LazyClient<C> {
    /// What `client` makes of this configuration.
    #[must_use]
    pub fn new(aws: &SdkConfig, client: fn(&SdkConfig) -> C) -> Self {
        let aws = aws.clone();
        Self(LazyLock::new(Box::new(move || client(&aws))))
    }
}

impl<C: Send + 'static> From<C> for LazyClient<C> {
    fn from(client: C) -> Self {
        Self(LazyLock::new(Box::new(move || client)))
    }
}

impl<C> Deref for LazyClient<C> {
    type Target = C;

    fn deref(&self) -> &C {
        &self.0
    }
}

/// The HTTP client for everything that is not AWS: one for the process, built when it is first asked for. Reading the
/// machine's authorities takes as long as a third of a start, and who waits for AWS first can do it meanwhile. Nothing
/// is retried and no redirect followed: both would send a message twice.
///
/// # Panics
/// When the TLS stack cannot be set up.
#[expect(clippy::disallowed_methods, reason = "this is the one place that builds it")]
#[must_use]
pub fn http() -> reqwest::Client {
    static CLIENT: LazyLock<reqwest::Client> = LazyLock::new(|| {
        let client =
            reqwest::Client::builder().connect_timeout(CONNECT * 3).redirect(reqwest::redirect::Policy::none());
        // There is no TLS to be had: the process ends and says why.
        client.build().unwrap_or_else(|error| panic!("the HTTP client cannot be built: {error}"))
    });
    CLIENT.clone()
}
