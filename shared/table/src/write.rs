//! Writes of one item, with their conditions.

mod apply;

use crate::{
    change::Change,
    condition::{Condition, Path},
    value::{Item, Value},
};

pub use apply::{Applied, Refused};

/// The attributes that an update returns.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Returned {
    /// No attributes.
    #[default]
    Nothing,
    /// The attributes that the update wrote, with their new values. A table may return further attributes of the item.
    Updated,
    /// The whole item after the update.
    New,
    /// The whole item before the update.
    Old,
}

/// Puts an item, which replaces any item with the same key.
#[derive(Debug, Clone, PartialEq)]
pub struct Put {
    /// The item, including its key.
    pub item: Item,
    /// The condition on the present item; `None` if the item is always written.
    pub condition: Option<Condition>,
    /// Whether the error contains the present item if the condition fails.
    pub explained: bool,
}

/// Changes an item. If the item does not exist, it is created.
#[derive(Debug, Clone, PartialEq)]
pub struct Update {
    /// The key of the item.
    pub key: Item,
    /// The changes. All of them read the item as it was before the update.
    pub changes: Vec<Change>,
    /// The condition on the present item; `None` if the item is always changed.
    pub condition: Option<Condition>,
    /// The attributes that the update returns. In a transaction, it returns none.
    pub returned: Returned,
    /// Whether the error contains the present item if the condition fails.
    pub explained: bool,
}

/// Deletes an item, if it exists.
#[derive(Debug, Clone, PartialEq)]
pub struct Delete {
    /// The key of the item.
    pub key: Item,
    /// The condition on the present item; `None` if the item is always deleted.
    pub condition: Option<Condition>,
    /// Whether the delete returns the deleted item. In a transaction, it never does.
    pub returns_old: bool,
    /// Whether the error contains the present item if the condition fails.
    pub explained: bool,
}

/// A write of one item.
#[derive(Debug, Clone, PartialEq)]
pub enum Write {
    /// Puts an item.
    Put(Put),
    /// Changes an item.
    Update(Update),
    /// Deletes an item.
    Delete(Delete),
    /// Checks a condition and writes nothing. In a transaction, the other writes are made only if the condition is true.
    Check {
        /// The key of the item.
        key: Item,
        /// The condition on the present item.
        condition: Condition,
    },
}

impl Put {
    /// Returns a put of `item` without a condition.
    #[must_use]
    pub fn of(item: Item) -> Self {
        Self {
            item,
            condition: None,
            explained: false,
        }
    }

    /// Sets the condition of the put: the item is written only if `condition` is true.
    #[must_use]
    pub fn when(mut self, condition: Condition) -> Self {
        self.condition = Some(condition);
        self
    }

    /// Requests the present item: if the condition fails, the error contains this item.
    #[must_use]
    pub fn explained(mut self) -> Self {
        self.explained = true;
        self
    }
}

impl Delete {
    /// Returns a delete of the item with the key `key`, without a condition.
    #[must_use]
    pub fn of(key: Item) -> Self {
        Self {
            key,
            condition: None,
            returns_old: false,
            explained: false,
        }
    }

    /// Sets the condition of the delete: the item is deleted only if `condition` is true.
    #[must_use]
    pub fn when(mut self, condition: Condition) -> Self {
        self.condition = Some(condition);
        self
    }

    /// Makes the delete return the deleted item.
    #[must_use]
    pub fn returning_old(mut self) -> Self {
        self.returns_old = true;
        self
    }

    /// Requests the present item: if the condition fails, the error contains this item.
    #[must_use]
    pub fn explained(mut self) -> Self {
        self.explained = true;
        self
    }
}

impl Update {
    /// Returns an update of the item with the key `key`, without changes and without a condition.
    #[must_use]
    pub fn of(key: Item) -> Self {
        Self {
            key,
            changes: Vec::new(),
            condition: None,
            returned: Returned::Nothing,
            explained: false,
        }
    }

    /// Sets the condition of the update: the item is changed only if `condition` is true.
    #[must_use]
    pub fn when(mut self, condition: Condition) -> Self {
        self.condition = Some(condition);
        self
    }

    /// Chooses which attributes the update returns.
    #[must_use]
    pub fn returning(mut self, returned: Returned) -> Self {
        self.returned = returned;
        self
    }

    /// Requests the present item: if the condition fails, the error contains this item.
    #[must_use]
    pub fn explained(mut self) -> Self {
        self.explained = true;
        self
    }

    /// Adds a change to the update.
    #[must_use]
    pub fn change(mut self, change: Change) -> Self {
        self.changes.push(change);
        self
    }

    /// Adds a change that sets an attribute.
    #[must_use]
    pub fn set(self, path: impl Into<Path>, value: Value) -> Self {
        self.change(Change::Set(path.into(), value))
    }

    /// Adds a change that sets an attribute if it does not exist.
    #[must_use]
    pub fn set_if_absent(self, path: impl Into<Path>, value: Value) -> Self {
        self.change(Change::SetIfAbsent(path.into(), value))
    }

    /// Adds a change that adds `by` to a number. The number must exist.
    #[must_use]
    pub fn increase(self, path: impl Into<Path>, by: i64) -> Self {
        self.change(Change::Increase(path.into(), by))
    }

    /// Adds a change that adds `by` to a number. If the number does not exist, it counts as `from`.
    #[must_use]
    pub fn increase_from(self, path: impl Into<Path>, from: i64, by: i64) -> Self {
        self.change(Change::IncreaseFrom(path.into(), from, by))
    }

    /// Adds a change that adds `value` to a number, or the members of `value` to a set.
    #[must_use]
    pub fn add(self, path: impl Into<Path>, value: Value) -> Self {
        self.change(Change::Add(path.into(), value))
    }

    /// Adds a change that removes the members of `value` from a set.
    #[must_use]
    pub fn discard(self, path: impl Into<Path>, value: Value) -> Self {
        self.change(Change::Discard(path.into(), value))
    }

    /// Adds a change that removes an attribute.
    #[must_use]
    pub fn remove(self, path: impl Into<Path>) -> Self {
        self.change(Change::Remove(path.into()))
    }
}

impl From<Put> for Write {
    fn from(put: Put) -> Self {
        Self::Put(put)
    }
}

impl From<Update> for Write {
    fn from(update: Update) -> Self {
        Self::Update(update)
    }
}

impl From<Delete> for Write {
    fn from(delete: Delete) -> Self {
        Self::Delete(delete)
    }
}

impl Write {
    /// Returns the key of the item. For a put, returns the whole item, which contains the key.
    #[must_use]
    pub fn key(&self) -> &Item {
        match self {
            Self::Put(put) => &put.item,
            Self::Update(Update { key, .. })
            | Self::Delete(Delete { key, .. })
            | Self::Check { key, .. } => key,
        }
    }

    /// Returns the condition of the write; `None` if it has none.
    #[must_use]
    pub fn condition(&self) -> Option<&Condition> {
        match self {
            Self::Put(put) => put.condition.as_ref(),
            Self::Update(update) => update.condition.as_ref(),
            Self::Delete(delete) => delete.condition.as_ref(),
            Self::Check { condition, .. } => Some(condition),
        }
    }

    /// Whether the error contains the present item if the condition fails.
    #[must_use]
    pub fn is_explained(&self) -> bool {
        match self {
            Self::Put(put) => put.explained,
            Self::Update(update) => update.explained,
            Self::Delete(delete) => delete.explained,
            Self::Check { .. } => false,
        }
    }
}

#[cfg(test)]
mod tests;
