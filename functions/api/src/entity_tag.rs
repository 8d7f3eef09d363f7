//! Entity tags (RFC 9110, 8.8.3). A cache revalidates its answer by them, and a change names its expected version.
//!
//! The tag of an event is `"<version>-<digest>"`. Counts change without a new version, so caches need the digest of the body,
//! while `If-Match` compares the version only. The tag of every other public answer is the digest. A compressed answer has
//! other bytes, and so another tag, with the coding at its end: `"<version>-<digest>-gzip"`.

use axum::http::{HeaderMap, HeaderValue, header};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use ring::digest::{SHA256, digest};

/// Bytes of the digest that are shown: two bodies of one address have the same tag once in 2⁶⁴.
const SHOWN: usize = 8;

fn digest_of(body: &[u8]) -> String {
    let whole = digest(&SHA256, body);
    BASE64_URL_SAFE_NO_PAD.encode(whole.as_ref().get(..SHOWN).unwrap_or_default())
}

fn quoted(text: &str) -> HeaderValue {
    // Digits, letters, `-` and `_` in quotation marks are a valid header.
    HeaderValue::from_str(&format!("\"{text}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

/// Returns the tag of an answer with this body.
fn of_body(body: &[u8]) -> HeaderValue {
    quoted(&digest_of(body))
}

/// Adds the tag of an answer with this body to the headers, unless they have a tag already, as the headers of an event have.
pub(crate) fn add(headers: &mut HeaderMap, body: &[u8]) {
    let tag = headers.entry(header::ETAG);
    tag.or_insert_with(|| of_body(body));
}

/// Returns the tag of an event of this version that is shown as `body`.
pub(crate) fn of_event(version: u64, body: &[u8]) -> HeaderValue {
    quoted(&format!("{version}-{}", digest_of(body)))
}

/// Returns the tag of an answer in this coding, whose tag without a coding is `tag`.
pub(crate) fn encoded(tag: &HeaderValue, coding: &str) -> HeaderValue {
    let text = tag.to_str().unwrap_or_default().trim_matches('"');
    quoted(&format!("{text}-{coding}"))
}

/// Whether `If-Match: condition` names an event of this version, with any counts, or any event (`*`).
pub(crate) fn names_version(condition: &str, version: u64) -> bool {
    let version = version.to_string();
    let of = |tag: &str| {
        let text = tag.strip_prefix('"')?.strip_suffix('"')?;
        Some(text.split_once('-').map_or(text, |(version, _)| version) == version)
    };
    condition
        .split(',')
        .map(str::trim)
        .any(|tag| tag == "*" || of(tag).unwrap_or(false))
}

/// Whether `If-None-Match: condition` names this tag, weak or strong, or any (`*`).
pub(crate) fn names(condition: &str, tag: &HeaderValue) -> bool {
    condition.split(',').map(str::trim).any(|named| {
        named == "*" || named.strip_prefix("W/").unwrap_or(named).as_bytes() == tag.as_bytes()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_names_the_version_whatever_the_counts_were() {
        let tag = of_event(12, b"one");
        assert_ne!(tag, of_event(12, b"two"));
        let tag = tag.to_str().unwrap();
        for named in [tag, "\"12\"", "*", &format!("\"11-x\" , {tag}")] {
            assert!(names_version(named, 12), "{named}");
        }
        let compressed = encoded(&of_event(12, b"one"), "gzip");
        assert!(names_version(compressed.to_str().unwrap(), 12));
        for named in ["\"1\"", "\"120\"", "12", "\"\"", "", "\"-12\"", "W/\"12\""] {
            assert!(!names_version(named, 12), "{named}");
        }
    }

    #[test]
    fn a_cache_names_what_it_keeps() {
        let tag = of_body(b"body");
        assert_eq!(tag, of_body(b"body"));
        let text = tag.to_str().unwrap();
        for named in [text, "*", &format!("W/{text}"), &format!("\"a\",{text}")] {
            assert!(names(named, &tag), "{named}");
        }
        let compressed = encoded(&tag, "gzip");
        assert!(names(compressed.to_str().unwrap(), &compressed));
        assert!(!names(compressed.to_str().unwrap(), &tag));
        for named in ["", "\"\"", text.trim_matches('"'), "\"a\", \"b\""] {
            assert!(!names(named, &tag), "{named}");
        }
    }
}
