//! Checks of web links.

use crate::error::ComposeError;

/// The maximum length of a link, in octets. Together with the header's name and the brackets, a link must fit into one line
/// (RFC 5322, 2.1.1: 998 octets).
const MAX_OCTETS: usize = 900;

/// Returns the link `url` if it can neither end a header nor run a script.
///
/// `http` is allowed for a stack on a developer's machine. RFC 8058 requires `https` for `List-Unsubscribe`.
pub(crate) fn web(url: &str) -> Result<&str, ComposeError> {
    let is_web = ["https://", "http://"]
        .iter()
        .any(|scheme| url.len() > scheme.len() && url.starts_with(scheme));
    // Only the characters of a URI are allowed (RFC 3986, 2).
    let is_uri = url
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && !br#"<>"\^`{|}"#.contains(&byte));
    if is_web && is_uri && url.len() <= MAX_OCTETS {
        Ok(url)
    } else {
        Err(ComposeError::Link)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_are_links() {
        assert!(web("https://example.org/e/1?a=b&c=%20#d").is_ok());
        assert!(web("http://127.0.0.1:4566/u").is_ok());
        let long = format!("https://example.org/{}", "a".repeat(900));
        for wrong in [
            "",
            "https://",
            "javascript:alert(1)",
            "https://example.org/>\r\nBcc: eve@example.org",
            "https://example.org/a b",
            "https://example.org/ä",
            "https://example.org/\"onclick=",
            "mailto:ada@example.org",
            &long,
        ] {
            assert!(web(wrong).is_err(), "{wrong}");
        }
    }
}
