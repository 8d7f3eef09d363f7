//! Entity tags (RFC 9110, 8.8.3). With the tag of a cached answer, a cache checks whether the answer is still current. A caller
//! who changes an event names the expected version of the event by a tag.
//!
//! The tag of an event is `"<version>-<digest>"`. Counts change without a new version, so caches need the digest of the body.
//! `If-Match` compares only the version. The tag of every other public answer is the digest of its body. A compressed answer
//! has other bytes, so it has another tag, which ends with the coding: `"<version>-<digest>-gzip"`.

use axum::http::{HeaderMap, HeaderValue, header};
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use ring::digest::{SHA256, digest};

/// The number of bytes of the digest that a tag contains. Two different bodies have the same tag with a probability of 2⁻⁶⁴.
const SHOWN: usize = 8;

/// Returns a digest of these bytes, of letters, digits, `-` and `_`.
#[must_use]
pub fn digest_of(body: &[u8]) -> String {
    let whole = digest(&SHA256, body);
    BASE64_URL_SAFE_NO_PAD.encode(whole.as_ref().get(..SHOWN).unwrap_or_default())
}

fn quoted(text: &str) -> HeaderValue {
    // The callers pass only digits, letters, `-` and `_` as `text`. In quotation marks, such a text is a valid header value.
    HeaderValue::from_str(&format!("\"{text}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

/// Returns the tag of an answer whose body is `body`.
fn of_body(body: &[u8]) -> HeaderValue {
    quoted(&digest_of(body))
}

/// Adds the tag for this body to the headers of an answer, unless the headers already have a tag. Answers about an event
/// already have one.
pub fn add(headers: &mut HeaderMap, body: &[u8]) {
    let tag = headers.entry(header::ETAG);
    tag.or_insert_with(|| of_body(body));
}

/// Returns the tag of an answer that shows an event of this version in `body`.
#[must_use]
pub fn of_event(version: u64, body: &[u8]) -> HeaderValue {
    quoted(&format!("{version}-{}", digest_of(body)))
}

/// Returns the tag of a compressed answer from `tag`, the tag of its uncompressed form.
#[must_use]
pub fn encoded(tag: &HeaderValue, coding: &str) -> HeaderValue {
    let text = tag.to_str().unwrap_or_default().trim_matches('"');
    quoted(&format!("{text}-{coding}"))
}

/// Returns whether `If-Match: condition` names this version of an event, or any version (`*`). The digest in a tag is ignored.
#[must_use]
pub fn names_version(condition: &str, version: u64) -> bool {
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

/// Returns whether `If-None-Match: condition` contains this tag, weak or strong, or matches any tag (`*`).
#[must_use]
pub fn names(condition: &str, tag: &HeaderValue) -> bool {
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
