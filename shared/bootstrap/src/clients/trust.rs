//! The certificate authorities that the clients of AWS trust.
//!
//! The SDK's own client decodes every root certificate of the machine, and each client does so anew. This takes four fifths of
//! the time of a cold start. The certificates of AWS come from Amazon Trust Services, so five root certificates are enough.

use aws_sdk_dynamodb::config::{HttpClient, RuntimeComponents, SharedHttpClient};
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode},
};
use aws_smithy_runtime_api::client::http::{HttpConnectorSettings, SharedHttpConnector};

/// The root certificates of Amazon Trust Services (<https://www.amazontrust.com/repository/>), copied from Mozilla's list in
/// Debian's package `ca-certificates`.
const AMAZON_ROOTS: &str = include_str!("amazon-roots.pem");
/// Prefixes of the names of AWS regions outside the commercial partition. This program does not know who issues the
/// certificates of these regions.
const OTHER_PARTITIONS: [&str; 5] = ["cn-", "us-gov-", "us-iso", "eu-isoe-", "eusc-"];

/// An HTTP client that creates a connector only when a call first needs one. Without this type, the SDK would test each new
/// client: it would create a connector, and would then drop it.
#[derive(Debug)]
struct Unprobed(SharedHttpClient);

impl HttpClient for Unprobed {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        self.0.http_connector(settings, components)
    }
}

/// Returns the HTTP client that all AWS clients share. So all of them use the same connections, and the root certificates are
/// decoded once. `endpoint_url` is the address of a service that takes the place of AWS, if there is one.
pub(super) fn http_client(region: &str, endpoint_url: Option<&str>) -> impl HttpClient + 'static {
    let store = if is_amazons(region, endpoint_url) {
        TrustStore::empty().with_pem_certificate(AMAZON_ROOTS)
    } else {
        TrustStore::default()
    };
    let mut builder = Builder::new().tls_provider(Provider::rustls(CryptoMode::Ring));
    // Building the TLS context is not expected to fail. If it fails, the default context is used, which trusts the machine's
    // root certificates.
    if let Ok(context) = TlsContext::builder().with_trust_store(store).build() {
        builder = builder.tls_context(context);
    }
    Unprobed(builder.build_https())
}

/// Returns whether Amazon issued the certificates of all services that this process calls by https. This is not certain if
/// `endpoint_url` is an https address of another service.
fn is_amazons(region: &str, endpoint_url: Option<&str>) -> bool {
    let elsewhere = endpoint_url.is_some_and(|url| url.starts_with("https:"));
    let commercial = !OTHER_PARTITIONS
        .iter()
        .any(|other| region.starts_with(other));
    commercial && !elsewhere
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use ring::digest::{SHA256, digest};

    use super::*;

    /// The first bytes of the SHA-256 fingerprints of the five root certificates: Amazon Root CA 1 to 4, then Starfield
    /// Services Root CA - G2. The last one is the first to expire, in the year 2037.
    const FINGERPRINTS: [[u8; 8]; 5] = [
        [0x8e, 0xcd, 0xe6, 0x88, 0x4f, 0x3d, 0x87, 0xb1],
        [0x1b, 0xa5, 0xb2, 0xaa, 0x8c, 0x65, 0x40, 0x1a],
        [0x18, 0xce, 0x6c, 0xfe, 0x7b, 0xf1, 0x4e, 0x60],
        [0xe3, 0x5d, 0x28, 0x41, 0x9e, 0xd0, 0x20, 0x25],
        [0x56, 0x8d, 0x69, 0x05, 0xa2, 0xc8, 0x87, 0x08],
    ];

    #[test]
    fn the_roots_are_those_of_amazon_trust_services() {
        let certificates = AMAZON_ROOTS.split("-----BEGIN CERTIFICATE-----").skip(1);
        let fingerprints = certificates.map(|pem| {
            let (text, _) = pem.split_once("-----END CERTIFICATE-----").unwrap();
            let der = STANDARD.decode(text.replace('\n', "")).unwrap();
            digest(&SHA256, &der).as_ref()[..8].to_vec()
        });
        assert_eq!(fingerprints.collect::<Vec<_>>(), FINGERPRINTS);
    }

    /// The SDK decodes the root certificates when it creates its HTTP connector. If it cannot decode them, it ends the process.
    /// So this test creates a connector.
    #[tokio::test]
    async fn a_client_takes_them() {
        let config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(aws_sdk_dynamodb::config::BehaviorVersion::latest())
            .http_client(http_client("eu-central-1", None))
            .endpoint_url("http://127.0.0.1:1")
            .retry_config(aws_sdk_dynamodb::config::retry::RetryConfig::disabled())
            .build();
        let client = aws_sdk_dynamodb::Client::from_conf(config);
        assert!(client.list_tables().send().await.is_err());
    }

    #[test]
    fn whoever_else_answers_is_known_by_the_roots_of_the_machine() {
        let local = Some("http://127.0.0.1:4566");
        for region in ["eu-central-1", "us-east-1", "ap-southeast-7"] {
            assert!(is_amazons(region, None) && is_amazons(region, local));
            assert!(!is_amazons(region, Some("https://aws.example")));
        }
        for region in ["cn-north-1", "us-gov-west-1", "us-iso-east-1"] {
            assert!(!is_amazons(region, None), "{region}");
        }
    }
}
