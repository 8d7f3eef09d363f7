//! The `Message-ID` of a message, and the content id and boundaries that are derived from it.

use crate::error::ComposeError;

/// The maximum length of a `Message-ID`, in octets. A line of a message may have 998 octets. The content id of a picture is
/// longer than the `Message-ID`, and must fit into one line, too.
const MAX_OCTETS: usize = 250;

/// A `Message-ID` without its brackets.
#[derive(Debug, Clone, Copy)]
pub(crate) struct MessageId<'a>(&'a str);

impl<'a> MessageId<'a> {
    /// Parses a `Message-ID`. Only a part of RFC 5322's `dot-atom` is allowed: the characters that need no escape in a `cid:`
    /// URL.
    pub(crate) fn parse(id: &'a str) -> Result<Self, ComposeError> {
        let is_atom = |atom: &str| {
            !atom.is_empty()
                && atom
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        };
        let is_dot_atom = |text: &str| text.split('.').all(is_atom);
        match id.split_once('@') {
            Some((left, right))
                if id.len() <= MAX_OCTETS && is_dot_atom(left) && is_dot_atom(right) =>
            {
                Ok(Self(id))
            }
            _ => Err(ComposeError::MessageId),
        }
    }

    /// Returns the id in angle brackets, as the header `Message-ID` contains it.
    pub(crate) fn in_brackets(self) -> String {
        format!("<{}>", self.0)
    }

    /// Returns the `Content-ID` of the QR code's picture, without brackets. The HTML refers to the picture with this id.
    pub(crate) fn qr_content_id(self) -> String {
        format!("qr.{}", self.0)
    }

    /// Returns the boundary between the parts of the message's multipart at this `level`. A message has only one multipart of
    /// each `level`.
    ///
    /// Neither quoted-printable nor base64 can contain `=_` (RFC 2045, 6.7), so no text contains a boundary, even if its author
    /// guesses the boundary.
    pub(crate) fn boundary(self, level: &str) -> String {
        format!("=_{level}_{:016x}", fnv1a(self.0.as_bytes()))
    }
}

/// Returns the FNV-1a hash of 64 bits (draft-eastlake-fnv, 2). Unlike the standard library's hashes, it does not depend on the
/// compiler.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_message_id_is_refused() {
        assert!(MessageId::parse("a-1.b_2@example.org").is_ok());
        let long = format!("{}@example.org", "a".repeat(250));
        for wrong in [
            "",
            "a",
            "@b",
            "a@",
            "a@b@c",
            "<a@b>",
            "a..b@c",
            ".a@b",
            "a@b\r\nBcc: c@d.org",
            "ä@b",
            "a b@c",
            &long,
        ] {
            assert!(MessageId::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn boundaries_are_those_of_the_message() {
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
        let boundary = |id| MessageId::parse(id).unwrap().boundary("mixed");
        assert_ne!(boundary("a@example.org"), boundary("b@example.org"));
    }
}
