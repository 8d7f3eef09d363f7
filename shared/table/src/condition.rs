//! Conditions. A write has a condition on the present item, and a query has a condition on the items that it returns.

use std::{borrow::Cow, cmp::Ordering};

use crate::value::{Item, Value, integer, is_equal, n};

/// The path of an attribute, or of a field in an attribute that is a map.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Path(pub(crate) Vec<Cow<'static, str>>);

/// Returns the path of an attribute.
pub fn attr(name: impl Into<Path>) -> Path {
    name.into()
}

impl From<&'static str> for Path {
    fn from(name: &'static str) -> Self {
        Self(vec![Cow::Borrowed(name)])
    }
}

impl From<String> for Path {
    fn from(name: String) -> Self {
        Self(vec![Cow::Owned(name)])
    }
}

/// The operator with which two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// The values are equal.
    Equal,
    /// The values are not equal. An absent attribute is not equal to any value.
    NotEqual,
    /// The first value is less than the second value.
    Less,
    /// The first value is less than the second value, or equal.
    AtMost,
    /// The first value is greater than the second value.
    Greater,
    /// The first value is greater than the second value, or equal.
    AtLeast,
}

impl Comparison {
    /// All comparison operators.
    pub const ALL: [Self; 6] = [
        Self::Equal,
        Self::NotEqual,
        Self::Less,
        Self::AtMost,
        Self::Greater,
        Self::AtLeast,
    ];
}

/// A condition on an item. If the item does not exist, all its attributes are absent.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// The attribute exists.
    Exists(Path),
    /// The attribute does not exist.
    Absent(Path),
    /// The attribute, compared with the value by the operator, gives true. Two values of different types are never equal, and
    /// neither is less than the other.
    Compare(Path, Comparison, Value),
    /// The size of the attribute, compared with the number by the operator, gives true. The size is the number of elements of a
    /// set, list or map, or the number of bytes of a text.
    Size(Path, Comparison, usize),
    /// The set or list contains the value as an element, or the text contains it as a part.
    Contains(Path, Value),
    /// The text begins with this prefix.
    BeginsWith(Path, String),
    /// The attribute equals one of the values. There must be at least one value.
    In(Path, Vec<Value>),
    /// All of the conditions are true.
    All(Vec<Condition>),
    /// At least one of the conditions is true.
    Any(Vec<Condition>),
    /// The inner condition is false.
    Not(Box<Condition>),
}

impl Path {
    /// Returns the path of the field `name` in the map that has the path `self`.
    #[must_use]
    pub fn field(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.0.push(name.into());
        self
    }

    /// Returns the condition that the attribute exists.
    #[must_use]
    pub fn exists(self) -> Condition {
        Condition::Exists(self)
    }

    /// Returns the condition that the attribute does not exist.
    #[must_use]
    pub fn absent(self) -> Condition {
        Condition::Absent(self)
    }

    /// Returns the condition that the attribute equals `value`.
    #[must_use]
    pub fn equals(self, value: Value) -> Condition {
        Condition::Compare(self, Comparison::Equal, value)
    }

    /// Returns the condition that the attribute does not equal `value`. The condition is also true if the attribute is absent.
    #[must_use]
    pub fn differs(self, value: Value) -> Condition {
        Condition::Compare(self, Comparison::NotEqual, value)
    }

    /// Returns the condition that the attribute is less than `value`.
    #[must_use]
    pub fn less(self, value: Value) -> Condition {
        Condition::Compare(self, Comparison::Less, value)
    }

    /// Returns the condition that the attribute is `value` or less.
    #[must_use]
    pub fn at_most(self, value: Value) -> Condition {
        Condition::Compare(self, Comparison::AtMost, value)
    }

    /// Returns the condition that the attribute is greater than `value`.
    #[must_use]
    pub fn greater(self, value: Value) -> Condition {
        Condition::Compare(self, Comparison::Greater, value)
    }

    /// Returns the condition that the attribute is `value` or greater.
    #[must_use]
    pub fn at_least(self, value: Value) -> Condition {
        Condition::Compare(self, Comparison::AtLeast, value)
    }

    /// Returns the condition that the attribute's size, compared with `size` by the operator `comparison`, gives true.
    #[must_use]
    pub fn size(self, comparison: Comparison, size: usize) -> Condition {
        Condition::Size(self, comparison, size)
    }

    /// Returns the condition that the set or list contains `value` as an element, or that the text contains `value` as a part.
    #[must_use]
    pub fn contains(self, value: Value) -> Condition {
        Condition::Contains(self, value)
    }

    /// Returns the condition that the text begins with `prefix`.
    #[must_use]
    pub fn begins_with(self, prefix: impl Into<String>) -> Condition {
        Condition::BeginsWith(self, prefix.into())
    }

    /// Returns the condition that the attribute equals one of `values`.
    #[must_use]
    pub fn is_in(self, values: Vec<Value>) -> Condition {
        Condition::In(self, values)
    }

    /// Returns the value at this path in `item`; `None` if there is no value.
    #[must_use]
    pub fn value<'a>(&self, item: &'a Item) -> Option<&'a Value> {
        let (first, rest) = self.0.split_first()?;
        rest.iter()
            .try_fold(item.get(first.as_ref())?, |value, name| match value {
                Value::M(map) => map.get(name.as_ref()),
                _ => None,
            })
    }
}

impl Condition {
    /// Returns the condition that `self` and `other` are both true.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match self {
            Self::All(mut all) => {
                all.push(other);
                Self::All(all)
            }
            one => Self::All(vec![one, other]),
        }
    }

    /// Returns the condition that `self` or `other` is true, or both.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match self {
            Self::Any(mut any) => {
                any.push(other);
                Self::Any(any)
            }
            one => Self::Any(vec![one, other]),
        }
    }

    /// Returns the condition that `self` is false.
    #[must_use]
    pub fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }

    /// Whether the condition is true for `item`. If the item does not exist, the caller passes an empty item.
    #[must_use]
    pub fn holds(&self, item: &Item) -> bool {
        match self {
            Self::Exists(path) => path.value(item).is_some(),
            Self::Absent(path) => path.value(item).is_none(),
            Self::Compare(path, comparison, value) => match path.value(item) {
                Some(standing) => comparison.holds(standing, value),
                None => *comparison == Comparison::NotEqual,
            },
            Self::Size(path, comparison, wanted) => path
                .value(item)
                .and_then(size)
                .is_some_and(|size| comparison.holds(&n(size), &n(wanted))),
            Self::Contains(path, value) => {
                path.value(item).is_some_and(|whole| contains(whole, value))
            }
            Self::BeginsWith(path, prefix) => match path.value(item) {
                Some(Value::S(text)) => text.starts_with(prefix.as_str()),
                _ => false,
            },
            Self::In(path, values) => path
                .value(item)
                .is_some_and(|standing| values.iter().any(|value| is_equal(standing, value))),
            Self::All(all) => all.iter().all(|one| one.holds(item)),
            Self::Any(any) => any.iter().any(|one| one.holds(item)),
            Self::Not(one) => !one.holds(item),
        }
    }
}

impl Comparison {
    fn holds(self, a: &Value, b: &Value) -> bool {
        match self {
            Self::Equal => is_equal(a, b),
            Self::NotEqual => !is_equal(a, b),
            Self::Less => order(a, b) == Some(Ordering::Less),
            Self::AtMost => matches!(order(a, b), Some(Ordering::Less | Ordering::Equal)),
            Self::Greater => order(a, b) == Some(Ordering::Greater),
            Self::AtLeast => matches!(order(a, b), Some(Ordering::Greater | Ordering::Equal)),
        }
    }
}

/// Returns the order of two numbers, two texts or two byte strings; `None` for any other values.
fn order(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::N(_), Value::N(_)) => Some(integer(a)?.cmp(&integer(b)?)),
        (Value::S(a), Value::S(b)) => Some(a.as_bytes().cmp(b.as_bytes())),
        (Value::B(a), Value::B(b)) => Some(a.cmp(b)),
        _ => None,
    }
}

fn size(value: &Value) -> Option<usize> {
    match value {
        Value::S(text) => Some(text.len()),
        Value::B(bytes) => Some(bytes.len()),
        Value::Ss(set) | Value::Ns(set) => Some(set.len()),
        Value::Bs(set) => Some(set.len()),
        Value::L(list) => Some(list.len()),
        Value::M(map) => Some(map.len()),
        Value::N(_) | Value::Bool(_) | Value::Null(_) => None,
    }
}

fn contains(whole: &Value, part: &Value) -> bool {
    match (whole, part) {
        (Value::S(text), Value::S(part)) => text.contains(part.as_str()),
        (Value::Ss(set), Value::S(one)) | (Value::Ns(set), Value::N(one)) => set.contains(one),
        (Value::Bs(set), Value::B(one)) => set.contains(one),
        (Value::L(list), one) => list.iter().any(|value| is_equal(value, one)),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
