//! Where a webhook may be.

use super::public::is_public;
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// The longest address, in bytes.
const MAX_URL_BYTES: usize = 2_048;
/// How long the name of a host may take to be looked up when a webhook is entered.
const LOOK_UP: Duration = Duration::from_secs(5);

/// Which addresses webhooks may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Targets {
    /// `https`, and a host that anybody on the internet can reach.
    Public,
    /// Any host, and plain `http` too: for a stack on one's own machine.
    Any,
}

/// Why an address is none for a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// It is no address at all.
    #[error("must be an absolute URL of at most 2048 characters, without a name, a password or a fragment")]
    Malformed,
    /// What is posted could be read on its way.
    #[error("must begin with https://")]
    NotHttps,
    /// Nobody has this name.
    #[error("must name a host that can be found")]
    Unknown,
    /// It is in a network of its own.
    #[error("must name a host that anybody on the internet can reach")]
    NotPublic,
}

/// Tells where a webhook may be.
pub trait WebhookTargets: Send + Sync {
    /// Whether events may be posted to this address, as far as can be told now: where its name leads by then is looked at
    /// again with every post.
    fn check(&self, url: &str) -> impl Future<Output = Result<(), TargetError>> + Send;
}

impl WebhookTargets for Targets {
    async fn check(&self, url: &str) -> Result<(), TargetError> {
        let url = self.allowed(url)?;
        if *self == Self::Any || address(&url).is_some() {
            return Ok(());
        }
        let host = url.host_str().unwrap_or_default();
        match tokio::time::timeout(LOOK_UP, look_up(host)).await {
            Ok(Ok(found)) if found.is_empty() => Err(TargetError::Unknown),
            Ok(Ok(found)) if all_public(&found) => Ok(()),
            Ok(Ok(_)) => Err(TargetError::NotPublic),
            Ok(Err(_)) | Err(_) => Err(TargetError::Unknown),
        }
    }
}

impl Targets {
    /// The address, if it has a form it may have. Where the name of its host leads is not asked.
    ///
    /// # Errors
    /// [`TargetError`].
    pub fn allowed(self, url: &str) -> Result<Url, TargetError> {
        let parsed = Url::parse(url).ok().filter(|_| url.len() <= MAX_URL_BYTES).ok_or(TargetError::Malformed)?;
        let says_more = !parsed.username().is_empty() || parsed.password().is_some() || parsed.fragment().is_some();
        if says_more || parsed.host_str().is_none_or(str::is_empty) {
            return Err(TargetError::Malformed);
        }
        match (parsed.scheme(), self) {
            ("https", _) | ("http", Self::Any) => {}
            _ => return Err(TargetError::NotHttps),
        }
        // An address in place of a name is never looked up, in whatever way it is written.
        let is_fine = self == Self::Any || address(&parsed).is_none_or(is_public);
        if is_fine { Ok(parsed) } else { Err(TargetError::NotPublic) }
    }
}

/// The address that stands in place of a name; a parsed URL writes it in one way.
fn address(url: &Url) -> Option<IpAddr> {
    url.host_str()?.trim_matches(['[', ']']).parse().ok()
}

async fn look_up(host: &str) -> std::io::Result<Vec<SocketAddr>> {
    Ok(tokio::net::lookup_host((host, 0)).await?.collect())
}

/// One that is not is enough: which of them is taken is decided later.
fn all_public(found: &[SocketAddr]) -> bool {
    found.iter().all(|address| is_public(address.ip()))
}

/// A name leads to addresses that are not everybody's: nothing is sent.
#[derive(Debug, thiserror::Error)]
#[error("a name leads to an address that is not public")]
pub(super) struct NotPublic;

/// Looks names up for a connection, and gives only what is public: between the look and the connection nothing can change.
pub(super) struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = look_up(name.as_str()).await?;
            if all_public(&found) { Ok(Box::new(found.into_iter()) as Addrs) } else { Err(NotPublic.into()) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_public_address_by_https_may_be_posted_to() {
        let table = [
            ("https://hooks.example.com/zikaron?tenant=1", Ok(())),
            ("https://8.8.8.8:8443/", Ok(())),
            ("http://hooks.example.com/", Err(TargetError::NotHttps)),
            ("ftp://hooks.example.com/", Err(TargetError::NotHttps)),
            ("file:///etc/passwd", Err(TargetError::Malformed)),
            ("hooks.example.com", Err(TargetError::Malformed)),
            ("https://", Err(TargetError::Malformed)),
            ("https://user@hooks.example.com/", Err(TargetError::Malformed)),
            ("https://:password@hooks.example.com/", Err(TargetError::Malformed)),
            ("https://hooks.example.com/#part", Err(TargetError::Malformed)),
            ("https://127.0.0.1/", Err(TargetError::NotPublic)),
            ("https://0x7f.1/", Err(TargetError::NotPublic)),
            ("https://2130706433/", Err(TargetError::NotPublic)),
            ("https://169.254.169.254/latest/meta-data", Err(TargetError::NotPublic)),
            ("https://[::1]/", Err(TargetError::NotPublic)),
            ("https://[::ffff:10.0.0.1]/", Err(TargetError::NotPublic)),
            ("https://[fd00:ec2::254]/", Err(TargetError::NotPublic)),
        ];
        for (url, expected) in table {
            assert_eq!(Targets::Public.allowed(url).map(drop), expected, "{url}");
        }
        let long = format!("https://hooks.example.com/{}", "x".repeat(MAX_URL_BYTES));
        assert_eq!(Targets::Public.allowed(&long).map(drop), Err(TargetError::Malformed));
        assert_eq!(Targets::Any.allowed("http://127.0.0.1:9/x").map(drop), Ok(()));
    }

    #[tokio::test]
    async fn a_name_of_this_machine_is_refused_when_it_is_entered() {
        assert_eq!(Targets::Public.check("https://localhost/").await, Err(TargetError::NotPublic));
        assert_eq!(Targets::Any.check("http://localhost/").await, Ok(()));
    }
}
