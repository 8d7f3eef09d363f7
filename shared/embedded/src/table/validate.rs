//! Refuses the items and keys that `DynamoDB` refuses.

use table::{EXPIRES_AT, GSI1PK, GSI1SK, Item, PK, SK, Value};

use super::size;
use crate::error::Refusal;

/// Bytes of the longest partition key ("Quotas in Amazon `DynamoDB`").
const MAX_PARTITION_KEY: usize = 2048;
/// Bytes of the longest sort key.
const MAX_SORT_KEY: usize = 1024;
/// Bytes of the largest item.
pub(super) const MAX_ITEM: usize = 400 * 1024;

/// Partition and sort key of an item.
pub(super) fn key(item: &Item) -> Result<(&str, &str), Refusal> {
    let text = |name, most| text(item, name, most)?.ok_or_else(|| refused(name, "is missing"));
    Ok((text(PK, MAX_PARTITION_KEY)?, text(SK, MAX_SORT_KEY)?))
}

/// The columns of a row that repeat attributes of its item.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Columns<'a> {
    /// Keys of the index; an item that has only one of them is not in the index.
    pub(super) gsi1: Option<(&'a str, &'a str)>,
    pub(super) expires_at: Option<i64>,
}

/// Checks an item that is to be stored.
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

/// Reads the columns of an item.
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

/// A text that is part of a key.
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
