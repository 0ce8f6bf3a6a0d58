//! The peers' certificate: an authority of the run's own, and what it signed for localhost.

use anyhow::{Context, Result};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// The authorities of AWS that are compiled into every function.
const AMAZON: &str = include_str!("../../shared/aws/src/amazon.pem");

/// The files of authorities a function reads at its start. The bench's own stands in each of them.
#[derive(Clone, Debug)]
pub(crate) struct Bundles {
    /// Those by which it trusts AWS.
    pub(crate) aws: PathBuf,
    /// Those of the machine, by which it trusts everybody else.
    pub(crate) system: PathBuf,
}

/// What accepts TLS connections to localhost, and the files that make a function trust it.
pub(crate) fn acceptor(folder: &Path) -> Result<(TlsAcceptor, Bundles)> {
    let authority = KeyPair::generate()?;
    let mut params = CertificateParams::new(Vec::new())?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root = params.self_signed(&authority)?;
    let issuer = Issuer::new(params, authority);
    let key = KeyPair::generate()?;
    let leaf = CertificateParams::new(vec!["localhost".to_owned()])?.signed_by(&key, &issuer)?;
    let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder().with_no_client_auth().with_single_cert(vec![leaf.der().clone()], private)?;
    let system = std::fs::read_to_string("/etc/ssl/certs/ca-certificates.crt").unwrap_or_default();
    let bundles = Bundles { aws: folder.join("aws.pem"), system: folder.join("system.pem") };
    std::fs::write(&bundles.aws, AMAZON.to_owned() + &root.pem()).context("the certificates cannot be written")?;
    std::fs::write(&bundles.system, system + &root.pem()).context("the certificates cannot be written")?;
    Ok((TlsAcceptor::from(Arc::new(config)), bundles))
}
