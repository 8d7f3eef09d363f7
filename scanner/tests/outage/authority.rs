//! The certificate of the test server. The tests configure which scanners trust it.

use std::{fs, path::PathBuf, sync::Arc};

use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};
use tempfile::TempDir;

/// A self-signed certificate for this machine.
pub(crate) struct Authority {
    made: CertifiedKey<KeyPair>,
    folder: TempDir,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let made = generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
        let authority = Self {
            made,
            folder: tempfile::tempdir().unwrap(),
        };
        fs::write(authority.file(), authority.made.cert.pem()).unwrap();
        authority
    }

    /// Returns the path of the certificate. If a scanner's `SSL_CERT_FILE` is this path, the scanner trusts only this
    /// certificate, and none of the machine's certificates.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("authority.pem")
    }

    pub(crate) fn server_config(&self) -> Arc<ServerConfig> {
        let key = PrivatePkcs8KeyDer::from(self.made.signing_key.serialize_der());
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![self.made.cert.der().clone()], PrivateKeyDer::from(key));
        Arc::new(config.unwrap())
    }
}
