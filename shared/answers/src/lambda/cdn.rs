//! Requests that come through the content delivery network (CDN).
//!
//! API Gateway sees an address of the CDN, and not the address of the viewer. The CDN reports the viewer's address in a header,
//! which any other client could forge. So the CDN also sends a secret, and only a request with the secret may name its viewer.

use std::{convert::Infallible, fmt, net::IpAddr, str::FromStr};

use lambda_http::http::{HeaderMap, HeaderName};
use subtle::ConstantTimeEq as _;

/// The header with the secret. `template.yaml` makes `CloudFront` send it, also if the viewer sends one.
const SECRET: HeaderName = HeaderName::from_static("x-em-connect-cdn");
/// The header with the viewer's address and port, such as `198.51.100.7:46532`. `CloudFront` replaces a viewer's own header.
const VIEWER: HeaderName = HeaderName::from_static("cloudfront-viewer-address");

/// The secret that only the CDN and the functions know.
#[derive(Clone)]
pub struct CdnSecret(Box<str>);

impl FromStr for CdnSecret {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.into()))
    }
}

impl fmt::Debug for CdnSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CdnSecret(…)")
    }
}

impl CdnSecret {
    /// Removes the secret from the headers of a request. Returns the address of the viewer if the headers had the right secret.
    pub(super) fn viewer(&self, headers: &mut HeaderMap) -> Option<IpAddr> {
        let given = headers.remove(SECRET)?;
        let is_right = !self.0.is_empty() && bool::from(given.as_bytes().ct_eq(self.0.as_bytes()));
        let viewer = headers.get(VIEWER).filter(|_| is_right)?;
        // An IPv6 address has no brackets around it.
        let (address, _port) = viewer.to_str().ok()?.rsplit_once(':')?;
        address.parse().ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn viewer(secret: &str, sent: &[(&'static str, &str)]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for (name, value) in sent {
            headers.append(*name, value.parse().unwrap());
        }
        let secret: CdnSecret = secret.parse().unwrap();
        let viewer = secret.viewer(&mut headers);
        assert!(!headers.contains_key(SECRET));
        viewer.map(|address| address.to_string())
    }

    #[test]
    fn only_the_cdn_names_the_viewer() {
        let cdn = ("x-em-connect-cdn", "s3cret");
        let at = |address| ("cloudfront-viewer-address", address);
        for (sent, expected) in [
            (&[cdn, at("198.51.100.7:46532")][..], Some("198.51.100.7")),
            (&[cdn, at("2001:db8::7:46532")], Some("2001:db8::7")),
            (&[cdn, at("198.51.100.7")], None),
            (&[cdn, at("somebody:1")], None),
            (&[cdn, at("")], None),
            (&[cdn], None),
            (&[at("198.51.100.7:46532")], None),
            (&[("x-em-connect-cdn", "guess"), at("198.51.100.7:1")], None),
            (&[("x-em-connect-cdn", ""), at("198.51.100.7:1")], None),
        ] {
            assert_eq!(viewer("s3cret", sent).as_deref(), expected, "{sent:?}");
        }
        let without = [("x-em-connect-cdn", ""), at("198.51.100.7:1")];
        assert_eq!(viewer("", &without), None);
    }

    #[test]
    fn a_secret_is_not_shown() {
        let secret: CdnSecret = "s3cret".parse().unwrap();
        assert_eq!(format!("{secret:?}"), "CdnSecret(…)");
    }
}
