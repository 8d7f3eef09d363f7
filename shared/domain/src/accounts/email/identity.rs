//! The identity of an address: two spellings with the same identity are the same address.

use email_address::{EmailAddress, Options};
use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use unicode_normalization::UnicodeNormalization as _;

use super::Email;

/// Returns the identity of a typed or stored address; `None` if the text is not an address, or its domain has no A-labels.
///
/// UTS 46 removes differences of case, width and composition between two spellings of a domain.
pub(super) fn of(raw: &str) -> Option<String> {
    let (local, domain) = raw.trim().rsplit_once('@')?;
    let uts46 = Uts46::new();
    // Browsers convert domains with the same options: hyphens may stand anywhere, and underscores are allowed, because real
    // domains contain them.
    let domain = uts46.to_ascii(
        domain.as_bytes(),
        AsciiDenyList::URL,
        Hyphens::Allow,
        DnsLength::Verify,
    );
    let local: String = local.nfc().collect();
    let identity = format!("{}@{}", local.to_lowercase(), domain.ok()?);
    is_address(&identity).then_some(identity)
}

/// Returns `identity` with its domain in Unicode.
pub(super) fn in_unicode(identity: &str) -> String {
    let Some((local, domain)) = identity.rsplit_once('@') else {
        return identity.to_owned();
    };
    let (shown, read) =
        Uts46::new().to_unicode(domain.as_bytes(), AsciiDenyList::URL, Hyphens::Allow);
    match read {
        Ok(()) => format!("{local}@{shown}"),
        Err(_) => identity.to_owned(),
    }
}

/// Returns the spelling that the table used, until decision 17 (`docs/decisions`), for an account with this address.
pub(super) fn former_spelling(raw: &str) -> Option<String> {
    let address = raw.trim().to_lowercase();
    is_address(&address).then_some(address)
}

/// Whether the text has the form of an address, with letters of any writing system.
pub(super) fn is_address(text: &str) -> bool {
    let options = Options::default()
        .with_required_tld()
        .without_display_text()
        .without_domain_literal();
    let quoted_or_odd = |c: char| c.is_control() || c.is_whitespace() || c == '"';
    text.chars().count() <= Email::MAX
        && !text.contains(quoted_or_odd)
        && EmailAddress::parse_with_options(text, options).is_ok()
}
