//! TLS towards AWS. Whom to trust is what this machine trusts.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use rustls::crypto::{CryptoProvider, ring};
use rustls::{ClientConfig, RootCertStore};
use rustls_native_certs::load_native_certs;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// For HTTP.
pub(crate) fn of_http() -> TlsConfig {
    let roots = load_native_certs().certs;
    let roots: Vec<_> = roots
        .iter()
        .map(|root| Certificate::from_der(root.as_ref()).to_owned())
        .collect();
    TlsConfig::builder()
        .root_certs(RootCerts::new_with_certs(&roots))
        .unversioned_rustls_crypto_provider(provider())
        .build()
}

/// For WebSockets.
///
/// # Errors
/// The provider has none of the versions of TLS that are in use.
pub(crate) fn of_web_socket() -> Result<Arc<ClientConfig>> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(load_native_certs().certs);
    let config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .context("TLS")?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}
