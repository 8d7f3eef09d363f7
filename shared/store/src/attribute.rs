//! Names of attributes that many kinds of items have, and functions that read attribute values.

pub(crate) use table::{EXPIRES_AT, GSI1PK, GSI1SK, Item, PK, SK, Value, b, n, s};

use crate::StoreError;

/// Name of the attribute that counts the writes of an item.
pub(crate) const REV: &str = "rev";
/// Name of the attribute with the id of the request that wrote the item last. If the write causes messages or mails, they
/// contain the same id.
pub(crate) const REQUEST: &str = "request";

/// Reads a number from the attribute `name`.
pub(crate) fn number<T: std::str::FromStr>(item: &Item, name: &str) -> Result<T, StoreError> {
    match item.get(name) {
        Some(Value::N(text)) => text.parse().ok(),
        _ => None,
    }
    .ok_or(StoreError::corrupt("a number"))
}

/// Reads a text from the attribute `name`.
pub(crate) fn text<'a>(item: &'a Item, name: &str) -> Result<&'a str, StoreError> {
    match item.get(name) {
        Some(Value::S(text)) => Ok(text),
        _ => Err(StoreError::corrupt("a text")),
    }
}
