//! Refuses items and keys that `DynamoDB` would refuse.

use table::{EXPIRES_AT, GSI1PK, GSI1SK, Item, PK, SK, Value};

use super::size;
use crate::error::Refusal;

/// The size of the longest partition key in bytes ("Quotas in Amazon `DynamoDB`").
const MAX_PARTITION_KEY: usize = 2048;
/// The size of the longest sort key in bytes, as in `DynamoDB`.
const MAX_SORT_KEY: usize = 1024;
/// The size of the largest item in bytes, as in `DynamoDB`.
pub(super) const MAX_ITEM: usize = 400 * 1024;

/// Returns the partition key and the sort key of an item.
pub(super) fn key(item: &Item) -> Result<(&str, &str), Refusal> {
    let text = |name, most| text(item, name, most)?.ok_or_else(|| refused(name, "is missing"));
    Ok((text(PK, MAX_PARTITION_KEY)?, text(SK, MAX_SORT_KEY)?))
}

/// Attributes of an item that are also stored as SQL columns of its row.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Columns<'a> {
    /// The keys of the index `gsi1`. An item that has only one of the two keys is not in the index.
    pub(super) gsi1: Option<(&'a str, &'a str)>,
    pub(super) expires_at: Option<i64>,
}

/// Checks that `DynamoDB` would accept an item.
pub(super) fn check(item: &Item) -> Result<(), Refusal> {
    columns(item)?;
    if item.values().any(has_empty_set) {
        return Err(Refusal("a set is empty".to_owned()));
    }
    if size::of_item(item) > MAX_ITEM {
        return Err(Refusal("the item is larger than 400 KiB".to_owned()));
    }
    Ok(())
}

/// Returns the attributes of an item that are also stored as SQL columns of its row.
pub(super) fn columns(item: &Item) -> Result<Columns<'_>, Refusal> {
    let partition = text(item, GSI1PK, MAX_PARTITION_KEY)?;
    let sort = text(item, GSI1SK, MAX_SORT_KEY)?;
    let expires_at = match item.get(EXPIRES_AT) {
        Some(Value::N(second)) => second.parse().ok(),
        _ => None,
    };
    Ok(Columns {
        gsi1: partition.zip(sort),
        expires_at,
    })
}

/// Returns the text of an attribute that is part of a key, or `None` if the item does not have the attribute. Refuses a value
/// that is not a text, or is empty or too long.
fn text<'a>(item: &'a Item, name: &str, most: usize) -> Result<Option<&'a str>, Refusal> {
    match item.get(name) {
        None => Ok(None),
        Some(Value::S(text)) if text.is_empty() => Err(refused(name, "is empty")),
        Some(Value::S(text)) if text.len() > most => Err(refused(name, "is too long")),
        Some(Value::S(text)) => Ok(Some(text)),
        Some(_) => Err(refused(name, "is no text")),
    }
}

fn refused(name: &str, fault: &str) -> Refusal {
    Refusal(format!("the key {name} {fault}"))
}

fn has_empty_set(value: &Value) -> bool {
    match value {
        Value::Ss(set) | Value::Ns(set) => set.is_empty(),
        Value::Bs(set) => set.is_empty(),
        Value::L(list) => list.iter().any(has_empty_set),
        Value::M(map) => map.values().any(has_empty_set),
        Value::S(_) | Value::N(_) | Value::B(_) | Value::Bool(_) | Value::Null(_) => false,
    }
}
