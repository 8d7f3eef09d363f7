//! E-mail addresses.

use email_address::{EmailAddress, Options};
use serde::{Deserialize, Serialize};

/// Why an address was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be an e-mail address such as name@example.org, of at most {max} characters", max = Email::MAX)]
pub struct EmailError;

/// An e-mail address in lower case: addresses compare without case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct Email(String);

impl Email {
    /// The most characters of an address (RFC 5321, 4.5.3.1.3, without the brackets).
    pub const MAX: usize = 254;

    /// Parses an address; display names and addresses without a dotted domain are refused.
    ///
    /// # Errors
    /// It is no address, or longer than [`Email::MAX`].
    pub fn parse(raw: &str) -> Result<Self, EmailError> {
        let options = Options::default()
            .with_required_tld()
            .without_display_text()
            .without_domain_literal();
        let address = raw.trim().to_lowercase();
        let quoted_or_odd = |c: char| c.is_control() || c.is_whitespace() || c == '"';
        if address.chars().count() > Self::MAX || address.contains(quoted_or_odd) {
            return Err(EmailError);
        }
        EmailAddress::parse_with_options(&address, options).map_err(|_| EmailError)?;
        Ok(Self(address))
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Email {
    type Err = EmailError;
    fn from_str(raw: &str) -> Result<Self, EmailError> {
        Self::parse(raw)
    }
}

impl TryFrom<String> for Email {
    type Error = EmailError;
    fn try_from(raw: String) -> Result<Self, EmailError> {
        Self::parse(&raw)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_compare_without_case() {
        assert_eq!(
            Email::parse("Ada@Example.ORG").unwrap(),
            Email::parse(" ada@example.org").unwrap()
        );
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long = format!("{}@example.org", "a".repeat(250));
        for wrong in [
            "",
            "ada",
            "ada@",
            "@example.org",
            "ada@localhost",
            "a b@example.org",
            "Ada <ada@example.org>",
            "ada@example.org\r\nBcc: x@y.org",
            "ada@[127.0.0.1]",
            "a@b@example.org",
            &long,
        ] {
            assert_eq!(Email::parse(wrong), Err(EmailError), "{wrong:?}");
        }
    }
}
