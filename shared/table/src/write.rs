//! Writes of one item.

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
    /// The attributes that the update wrote, with their new values. A table may return more of the item.
    Updated,
    /// The whole item after the update.
    New,
    /// The whole item before the update.
    Old,
}

/// Puts an item, which replaces the one under its key.
#[derive(Debug, Clone, PartialEq)]
pub struct Put {
    /// The item, with its key.
    pub item: Item,
    /// The condition on the present item; `None`: the write is unconditional.
    pub condition: Option<Condition>,
    /// Whether a failed condition returns the present item.
    pub explained: bool,
}

/// Changes an item, or makes it if it does not exist.
#[derive(Debug, Clone, PartialEq)]
pub struct Update {
    /// The key.
    pub key: Item,
    /// The changes, which all read the item as it was before.
    pub changes: Vec<Change>,
    /// The condition on the present item; `None`: the write is unconditional.
    pub condition: Option<Condition>,
    /// The attributes to return. A transaction returns none.
    pub returned: Returned,
    /// Whether a failed condition returns the present item.
    pub explained: bool,
}

/// Deletes an item, if it exists.
#[derive(Debug, Clone, PartialEq)]
pub struct Delete {
    /// The key.
    pub key: Item,
    /// The condition on the present item; `None`: the write is unconditional.
    pub condition: Option<Condition>,
    /// Whether the deleted item is returned; a transaction does not.
    pub returns_old: bool,
    /// Whether a failed condition returns the present item.
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
    /// Writes nothing, and fails if the condition does not hold. It guards the other writes of a transaction.
    Check {
        /// The key.
        key: Item,
        /// The condition on the present item.
        condition: Condition,
    },
}

impl Put {
    /// Puts `item`, and replaces any item under its key.
    #[must_use]
    pub fn of(item: Item) -> Self {
        Self {
            item,
            condition: None,
            explained: false,
        }
    }

    /// Puts the item only if `condition` holds.
    #[must_use]
    pub fn when(mut self, condition: Condition) -> Self {
        self.condition = Some(condition);
        self
    }

    /// Makes a failed condition return the present item.
    #[must_use]
    pub fn explained(mut self) -> Self {
        self.explained = true;
        self
    }
}

impl Delete {
    /// Deletes the item under `key`.
    #[must_use]
    pub fn of(key: Item) -> Self {
        Self {
            key,
            condition: None,
            returns_old: false,
            explained: false,
        }
    }

    /// Deletes the item only if `condition` holds.
    #[must_use]
    pub fn when(mut self, condition: Condition) -> Self {
        self.condition = Some(condition);
        self
    }

    /// Returns the item that was deleted.
    #[must_use]
    pub fn returning_old(mut self) -> Self {
        self.returns_old = true;
        self
    }

    /// Makes a failed condition return the present item.
    #[must_use]
    pub fn explained(mut self) -> Self {
        self.explained = true;
        self
    }
}

impl Update {
    /// Changes the item under `key`.
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

    /// Changes the item only if `condition` holds.
    #[must_use]
    pub fn when(mut self, condition: Condition) -> Self {
        self.condition = Some(condition);
        self
    }

    /// Sets the attributes that the update returns.
    #[must_use]
    pub fn returning(mut self, returned: Returned) -> Self {
        self.returned = returned;
        self
    }

    /// Makes a failed condition return the present item.
    #[must_use]
    pub fn explained(mut self) -> Self {
        self.explained = true;
        self
    }

    /// Adds a change.
    #[must_use]
    pub fn change(mut self, change: Change) -> Self {
        self.changes.push(change);
        self
    }

    /// Sets an attribute.
    #[must_use]
    pub fn set(self, path: impl Into<Path>, value: Value) -> Self {
        self.change(Change::Set(path.into(), value))
    }

    /// Sets an attribute, unless it exists.
    #[must_use]
    pub fn set_if_absent(self, path: impl Into<Path>, value: Value) -> Self {
        self.change(Change::SetIfAbsent(path.into(), value))
    }

    /// Adds `by` to a number that exists.
    #[must_use]
    pub fn increase(self, path: impl Into<Path>, by: i64) -> Self {
        self.change(Change::Increase(path.into(), by))
    }

    /// Adds `by` to a number; one that does not exist counts as `from`.
    #[must_use]
    pub fn increase_from(self, path: impl Into<Path>, from: i64, by: i64) -> Self {
        self.change(Change::IncreaseFrom(path.into(), from, by))
    }

    /// Adds to a number, or members to a set.
    #[must_use]
    pub fn add(self, path: impl Into<Path>, value: Value) -> Self {
        self.change(Change::Add(path.into(), value))
    }

    /// Removes members from a set.
    #[must_use]
    pub fn discard(self, path: impl Into<Path>, value: Value) -> Self {
        self.change(Change::Discard(path.into(), value))
    }

    /// Removes an attribute.
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
    /// Returns the key, or an item that contains it.
    #[must_use]
    pub fn key(&self) -> &Item {
        match self {
            Self::Put(put) => &put.item,
            Self::Update(Update { key, .. })
            | Self::Delete(Delete { key, .. })
            | Self::Check { key, .. } => key,
        }
    }

    /// Returns the condition.
    #[must_use]
    pub fn condition(&self) -> Option<&Condition> {
        match self {
            Self::Put(put) => put.condition.as_ref(),
            Self::Update(update) => update.condition.as_ref(),
            Self::Delete(delete) => delete.condition.as_ref(),
            Self::Check { condition, .. } => Some(condition),
        }
    }

    /// Whether a failed condition returns the present item.
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
