//! Computes the size of an item in bytes ("`DynamoDB` item sizes and formats", developer guide).

use table::{Item, Value};

/// The size in bytes of an empty list or map. Each element adds its own size and one byte.
const COLLECTION: usize = 3;

pub(super) fn of_item(item: &Item) -> usize {
    item.iter()
        .map(|(name, value)| name.len() + of_value(value))
        .sum()
}

fn of_value(value: &Value) -> usize {
    match value {
        Value::S(text) => text.len(),
        Value::N(number) => of_number(number),
        Value::B(bytes) => bytes.len(),
        Value::Bool(_) | Value::Null(_) => 1,
        Value::Ss(set) => set.iter().map(String::len).sum(),
        Value::Ns(set) => set.iter().map(|number| of_number(number)).sum(),
        Value::Bs(set) => set.iter().map(Vec::len).sum(),
        Value::L(list) => COLLECTION + list.iter().map(|value| 1 + of_value(value)).sum::<usize>(),
        Value::M(map) => COLLECTION + map.len() + of_item(map),
    }
}

/// Returns the approximate size of a number: one byte for every two significant digits, and one more byte. A minus sign takes
/// another byte.
fn of_number(number: &str) -> usize {
    let digits = number.bytes().filter(u8::is_ascii_digit).count();
    digits.div_ceil(2) + 1 + usize::from(number.starts_with('-'))
}
