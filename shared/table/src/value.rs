//! Attribute values, and the names of the attributes that have a meaning for the table.

use std::collections::HashMap;

/// The value of an attribute.
pub type Value = serde_dynamo::AttributeValue;

/// An item, or only the key of an item.
pub type Item = HashMap<String, Value>;

/// Name of the attribute with the partition key.
pub const PK: &str = "pk";
/// Name of the attribute with the sort key.
pub const SK: &str = "sk";
/// Name of the attribute with the partition key of the index `gsi1`.
pub const GSI1PK: &str = "gsi1pk";
/// Name of the attribute with the sort key of the index `gsi1`.
pub const GSI1SK: &str = "gsi1sk";
/// Name of the attribute with the time at which the table may delete the item, in seconds since 1970.
pub const EXPIRES_AT: &str = "expiresAt";

/// Returns the attribute value for a text.
pub fn s(text: impl Into<String>) -> Value {
    Value::S(text.into())
}

/// Returns the attribute value for a number.
#[expect(clippy::needless_pass_by_value, reason = "mostly called with literals")]
pub fn n(number: impl ToString) -> Value {
    Value::N(number.to_string())
}

/// Returns the attribute value for bytes.
pub fn b(bytes: impl Into<Vec<u8>>) -> Value {
    Value::B(bytes.into())
}

/// Reads a whole number. Returns `None` if the value is a fraction, or is not a number.
pub(crate) fn integer(value: &Value) -> Option<i128> {
    match value {
        Value::N(text) => text.parse().ok(),
        _ => None,
    }
}

/// Whether two values are equal. Two sets are equal even if their members have a different order, and the numbers `1` and `01`
/// are equal.
pub(crate) fn is_equal(a: &Value, b: &Value) -> bool {
    fn same_set<T: Ord>(a: &[T], b: &[T]) -> bool {
        let sorted = |set: &[T]| {
            let mut at: Vec<usize> = (0..set.len()).collect();
            at.sort_by(|x, y| set[*x].cmp(&set[*y]));
            at
        };
        let (of_a, of_b) = (sorted(a), sorted(b));
        of_a.len() == of_b.len() && of_a.iter().zip(&of_b).all(|(x, y)| a[*x] == b[*y])
    }
    match (a, b) {
        (Value::N(x), Value::N(y)) => match (integer(a), integer(b)) {
            (Some(x), Some(y)) => x == y,
            _ => x == y,
        },
        (Value::Ss(x), Value::Ss(y)) | (Value::Ns(x), Value::Ns(y)) => same_set(x, y),
        (Value::Bs(x), Value::Bs(y)) => same_set(x, y),
        (Value::L(x), Value::L(y)) => {
            x.len() == y.len() && x.iter().zip(y).all(|(x, y)| is_equal(x, y))
        }
        (Value::M(x), Value::M(y)) => {
            x.len() == y.len()
                && x.iter()
                    .all(|(name, x)| y.get(name).is_some_and(|y| is_equal(x, y)))
        }
        _ => a == b,
    }
}
