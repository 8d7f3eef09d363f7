//! JSON that clients send: bodies of requests and frames of WebSockets.
//!
//! RFC 8259 does not define the meaning of an object that has the same key twice (section 4). Some parsers take the first
//! value, and some take the last. So a check could approve one value, and the code after it could use the other. Therefore,
//! [`read`] refuses a text with such an object. A byte order mark at the beginning is skipped, as section 8.1 allows.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};

/// The character U+FEFF in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Parses a JSON text in UTF-8. No object in it, at any depth, may have the same key twice.
///
/// # Errors
/// The text is not valid JSON, is not UTF-8, or has the same key twice in one object.
pub fn read(text: &[u8]) -> Result<Value, serde_json::Error> {
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    serde_json::from_slice(text).map(|Unambiguous(value)| value)
}

/// A JSON value in which no object has the same key twice.
struct Unambiguous(Value);

impl<'de> Deserialize<'de> for Unambiguous {
    fn deserialize<D: Deserializer<'de>>(text: D) -> Result<Self, D::Error> {
        text.deserialize_any(Reader).map(Self)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(Unambiguous(item)) = items.next_element()? {
            array.push(item);
        }
        Ok(array.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = members.next_key::<String>()? {
            if object.contains_key(&key) {
                return Err(A::Error::custom(format!("duplicate field `{key}`")));
            }
            let Unambiguous(value) = members.next_value()?;
            object.insert(key, value);
        }
        Ok(object.into())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_key_is_named_once_at_whatever_depth() {
        for text in [
            r#"{"a": 1, "a": 1}"#,
            r#"{"a": 1, "b": 2, "a": null}"#,
            r#"{"a": 1, "\u0061": 2}"#,
            r#"{"": 1, "": 2}"#,
            r#"{"a": {"b": 1, "b": 2}}"#,
            r#"[[{"a": [{"b": 1, "b": 1}]}]]"#,
        ] {
            let error = read(text.as_bytes()).unwrap_err().to_string();
            assert!(error.starts_with("duplicate field"), "{text}: {error}");
        }
        let keys_that_differ = json!({"a": 1, "A": 2, "á": 3, "a\u{301}": 4, "b": {"a": 1}});
        let text = keys_that_differ.to_string();
        assert_eq!(read(text.as_bytes()).unwrap(), keys_that_differ);
    }

    #[test]
    fn one_byte_order_mark_is_skipped() {
        assert_eq!(read(b"\xef\xbb\xbf{\"a\": 1}").unwrap(), json!({"a": 1}));
        assert_eq!(read("\u{feff}null".as_bytes()).unwrap(), Value::Null);
        // A byte order mark inside a string is an ordinary character.
        assert_eq!(read("\"\u{feff}\"".as_bytes()).unwrap(), json!("\u{feff}"));
        for text in [
            b"\xef\xbb\xbf".as_slice(),
            b"\xef\xbb\xbf\xef\xbb\xbf{}",
            b"{}\xef\xbb\xbf",
            b" \xef\xbb\xbf{}",
            b"\xfe\xff\x00{\x00}",
            b"\xff\xfe{\x00}\x00",
        ] {
            assert!(read(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn bytes_that_are_no_utf_8_are_refused() {
        for text in [
            b"\"Gr\xfc\xdfe\"".as_slice(),
            b"{\"\xe4\": 1}",
            b"\"\xc3\"",
            b"\"\xed\xa0\x80\"",
            b"\"\xc0\xaf\"",
            b"\"\xf0\x9f\x98\"",
        ] {
            assert!(read(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn a_text_that_nests_too_deep_is_refused() {
        assert!(read("[".repeat(10_000).as_bytes()).is_err());
        assert!(read("{\"a\":".repeat(10_000).as_bytes()).is_err());
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            "\\PC{0,8}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 32, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::btree_map("\\PC{0,3}", inner, 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        /// A text without duplicate keys is parsed to the same value that `serde_json` returns.
        #[test]
        fn everything_else_is_read_as_ever(value in values()) {
            let text = value.to_string();
            let expected: Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(read(text.as_bytes()).unwrap(), expected);
        }
    }
}
