//! Names of attributes that many items have, and readers of values.

pub(crate) use table::{EXPIRES_AT, GSI1PK, GSI1SK, Item, PK, SK, Value, b, n, s};

use crate::StoreError;

/// Attribute that counts the writes of an item.
pub(crate) const REV: &str = "rev";
/// Attribute with the id of the request that wrote the item last. The effects of the write can name the request.
pub(crate) const REQUEST: &str = "request";

/// Reads a number.
pub(crate) fn number<T: std::str::FromStr>(item: &Item, name: &str) -> Result<T, StoreError> {
    match item.get(name) {
        Some(Value::N(text)) => text.parse().ok(),
        _ => None,
    }
    .ok_or(StoreError::corrupt("a number"))
}

/// Reads a text.
pub(crate) fn text<'a>(item: &'a Item, name: &str) -> Result<&'a str, StoreError> {
    match item.get(name) {
        Some(Value::S(text)) => Ok(text),
        _ => Err(StoreError::corrupt("a text")),
    }
}
