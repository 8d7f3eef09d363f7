//! Conditions: of a write on the present item, or of a query on the items that it returns.

use std::{borrow::Cow, cmp::Ordering};

use crate::value::{Item, Value, integer, is_equal, n};

/// An attribute, or a field of a map in one.
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

/// A comparison of two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// Equal.
    Equal,
    /// Not equal. An absent attribute is not equal to any value.
    NotEqual,
    /// Less.
    Less,
    /// Less, or equal.
    AtMost,
    /// Greater.
    Greater,
    /// Greater, or equal.
    AtLeast,
}

impl Comparison {
    /// All comparisons.
    pub const ALL: [Self; 6] = [
        Self::Equal,
        Self::NotEqual,
        Self::Less,
        Self::AtMost,
        Self::Greater,
        Self::AtLeast,
    ];
}

/// A condition on an item. An item that does not exist has no attributes.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// The attribute exists.
    Exists(Path),
    /// The attribute does not exist.
    Absent(Path),
    /// The comparison of the attribute with the value holds. Values of different types are not equal, and none is less than the
    /// other.
    Compare(Path, Comparison, Value),
    /// The comparison holds for the number of elements of the set, list or map, or of bytes of the text.
    Size(Path, Comparison, usize),
    /// The set or list has the element, or the text has the part.
    Contains(Path, Value),
    /// The text begins with this prefix.
    BeginsWith(Path, String),
    /// The attribute equals one of the values. There must be at least one value.
    In(Path, Vec<Value>),
    /// Every condition holds.
    All(Vec<Condition>),
    /// A condition holds.
    Any(Vec<Condition>),
    /// The condition does not hold.
    Not(Box<Condition>),
}

impl Path {
    /// Returns the path of a field of this map.
    #[must_use]
    pub fn field(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.0.push(name.into());
        self
    }

    /// The attribute exists.
    #[must_use]
    pub fn exists(self) -> Condition {
        Condition::Exists(self)
    }

    /// The attribute does not exist.
    #[must_use]
    pub fn absent(self) -> Condition {
        Condition::Absent(self)
    }

    /// The attribute equals `value`.
    #[must_use]
    pub fn equals(self, value: Value) -> Condition {
        Condition::Compare(self, Comparison::Equal, value)
    }

    /// The attribute does not equal `value`; it may be absent.
    #[must_use]
    pub fn differs(self, value: Value) -> Condition {
        Condition::Compare(self, Comparison::NotEqual, value)
    }

    /// The attribute is less than `value`.
    #[must_use]
    pub fn less(self, value: Value) -> Condition {
        Condition::Compare(self, Comparison::Less, value)
    }

    /// The attribute is `value` or less.
    #[must_use]
    pub fn at_most(self, value: Value) -> Condition {
        Condition::Compare(self, Comparison::AtMost, value)
    }

    /// The attribute is greater than `value`.
    #[must_use]
    pub fn greater(self, value: Value) -> Condition {
        Condition::Compare(self, Comparison::Greater, value)
    }

    /// The attribute is `value` or greater.
    #[must_use]
    pub fn at_least(self, value: Value) -> Condition {
        Condition::Compare(self, Comparison::AtLeast, value)
    }

    /// The comparison of the number of elements with `size` holds.
    #[must_use]
    pub fn size(self, comparison: Comparison, size: usize) -> Condition {
        Condition::Size(self, comparison, size)
    }

    /// The set or list has the element `value`, or the text has this part.
    #[must_use]
    pub fn contains(self, value: Value) -> Condition {
        Condition::Contains(self, value)
    }

    /// The text begins with `prefix`.
    #[must_use]
    pub fn begins_with(self, prefix: impl Into<String>) -> Condition {
        Condition::BeginsWith(self, prefix.into())
    }

    /// The attribute equals one of `values`.
    #[must_use]
    pub fn is_in(self, values: Vec<Value>) -> Condition {
        Condition::In(self, values)
    }

    /// Returns the value at this path.
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
    /// Both conditions hold.
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

    /// One of both holds.
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

    /// The condition does not hold.
    #[must_use]
    pub fn negated(self) -> Self {
        Self::Not(Box::new(self))
    }

    /// Whether the condition holds for `item`; an item that does not exist is empty.
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

/// The order of two values of the same type: numbers, texts or bytes.
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
