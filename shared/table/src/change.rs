//! The changes that an update makes to an item.

use crate::{
    condition::Path,
    value::{Item, Value, integer, n},
};

/// One change of an item. All changes of an update read the item as it was before the update.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Sets the attribute or field to the value.
    Set(Path, Value),
    /// Sets the attribute or field to the value, unless it exists already.
    SetIfAbsent(Path, Value),
    /// Adds the second value to the number at the path. The number must exist.
    Increase(Path, i64),
    /// Adds the second value to a number. A number that does not exist counts as the first value.
    IncreaseFrom(Path, i64, i64),
    /// Adds the value to a number, or adds the value's members to a set. A number that does not exist counts as zero, and a set
    /// that does not exist as empty.
    Add(Path, Value),
    /// Removes members from a set. If no members remain, the set is removed.
    Discard(Path, Value),
    /// Removes the attribute or field.
    Remove(Path),
}

/// The error for a change that is impossible for the present item. Examples: a number cannot be added to a text, and a value
/// that is not a map cannot have a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an update does not fit the item")]
pub struct Inapplicable;

impl Change {
    /// Applies the change to `item`. `before` is the item as it was before the update.
    ///
    /// # Errors
    /// The change is impossible for this item.
    pub fn apply(&self, before: &Item, item: &mut Item) -> Result<(), Inapplicable> {
        match self {
            Self::Set(path, value) => set(item, path, value.clone()),
            Self::SetIfAbsent(path, value) => match path.value(before) {
                Some(_) => Ok(()),
                None => set(item, path, value.clone()),
            },
            Self::Increase(path, by) => {
                let standing = path.value(before).ok_or(Inapplicable)?;
                set(item, path, sum(standing, *by)?)
            }
            Self::IncreaseFrom(path, from, by) => {
                let sum = match path.value(before) {
                    Some(standing) => sum(standing, *by)?,
                    None => sum(&n(from), *by)?,
                };
                set(item, path, sum)
            }
            Self::Add(path, value) => match path.value(before) {
                None => set(item, path, value.clone()),
                Some(standing) => set(item, path, add(standing, value)?),
            },
            Self::Discard(path, value) => match path.value(before) {
                None => Ok(()),
                Some(standing) => match discard(standing, value)? {
                    Some(rest) => set(item, path, rest),
                    None => remove(item, path),
                },
            },
            Self::Remove(path) => remove(item, path),
        }
    }

    /// Returns the path of the attribute or field that changes.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Set(path, _)
            | Self::SetIfAbsent(path, _)
            | Self::Increase(path, _)
            | Self::IncreaseFrom(path, ..)
            | Self::Add(path, _)
            | Self::Discard(path, _)
            | Self::Remove(path) => path,
        }
    }
}

/// Returns the last name of `path`, and the map in which this name stands for an attribute or a field.
fn parent<'a, 'b>(
    item: &'a mut Item,
    path: &'b Path,
) -> Result<(&'a mut Item, &'b str), Inapplicable> {
    let (last, maps) = path.0.split_last().ok_or(Inapplicable)?;
    let map = maps.iter().try_fold(item, |map, name| {
        match map.get_mut(name.as_ref()).ok_or(Inapplicable)? {
            Value::M(map) => Ok(map),
            _ => Err(Inapplicable),
        }
    })?;
    Ok((map, last))
}

fn set(item: &mut Item, path: &Path, value: Value) -> Result<(), Inapplicable> {
    let (map, name) = parent(item, path)?;
    map.insert(name.to_owned(), value);
    Ok(())
}

fn remove(item: &mut Item, path: &Path) -> Result<(), Inapplicable> {
    let (map, name) = parent(item, path)?;
    map.remove(name);
    Ok(())
}

fn sum(standing: &Value, by: i64) -> Result<Value, Inapplicable> {
    let sum = integer(standing).and_then(|number| number.checked_add(i128::from(by)));
    sum.map(n).ok_or(Inapplicable)
}

fn add(standing: &Value, more: &Value) -> Result<Value, Inapplicable> {
    fn union<T: Clone + PartialEq>(standing: &[T], more: &[T]) -> Vec<T> {
        let mut all = standing.to_vec();
        for one in more {
            if !all.contains(one) {
                all.push(one.clone());
            }
        }
        all
    }
    match (standing, more) {
        (Value::N(_), Value::N(_)) => {
            let by = integer(more).and_then(|by| i64::try_from(by).ok());
            sum(standing, by.ok_or(Inapplicable)?)
        }
        (Value::Ss(standing), Value::Ss(more)) => Ok(Value::Ss(union(standing, more))),
        (Value::Ns(standing), Value::Ns(more)) => Ok(Value::Ns(union(standing, more))),
        (Value::Bs(standing), Value::Bs(more)) => Ok(Value::Bs(union(standing, more))),
        _ => Err(Inapplicable),
    }
}

/// Removes the members of `gone` from the set `standing`, and returns the remaining set; `None` if no members remain.
fn discard(standing: &Value, gone: &Value) -> Result<Option<Value>, Inapplicable> {
    fn rest<T: Clone + PartialEq>(standing: &[T], gone: &[T]) -> Option<Vec<T>> {
        let rest = standing.iter().filter(|one| !gone.contains(one));
        let rest: Vec<T> = rest.cloned().collect();
        (!rest.is_empty()).then_some(rest)
    }
    match (standing, gone) {
        (Value::Ss(standing), Value::Ss(gone)) => Ok(rest(standing, gone).map(Value::Ss)),
        (Value::Ns(standing), Value::Ns(gone)) => Ok(rest(standing, gone).map(Value::Ns)),
        (Value::Bs(standing), Value::Bs(gone)) => Ok(rest(standing, gone).map(Value::Bs)),
        _ => Err(Inapplicable),
    }
}

#[cfg(test)]
mod tests;
