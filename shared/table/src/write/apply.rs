//! Evaluates a write on an item in memory, without a database.

use super::Write;
use crate::{change::Inapplicable, value::Item};

/// The result of a write that was applied to an item.
#[derive(Debug, Clone, PartialEq)]
pub enum Applied {
    /// The item as it is after the write.
    Item(Item),
    /// The item was deleted, so the key has no item.
    Nothing,
    /// The write was a check, so the item did not change.
    Unchanged,
}

/// The reason why a write was not applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The condition of the write is false.
    Condition,
    /// One of the changes is impossible for the present item.
    Inapplicable,
}

impl From<Inapplicable> for Refused {
    fn from(_: Inapplicable) -> Self {
        Self::Inapplicable
    }
}

impl Write {
    /// Returns the result of the write if it is applied to the present item `standing`, or to no item if `standing` is `None`.
    ///
    /// # Errors
    /// The condition is false, or a change is impossible for the item.
    pub fn apply(&self, standing: Option<&Item>) -> Result<Applied, Refused> {
        let nothing = Item::new();
        let before = standing.unwrap_or(&nothing);
        if self
            .condition()
            .is_some_and(|condition| !condition.holds(before))
        {
            return Err(Refused::Condition);
        }
        match self {
            Self::Put(put) => Ok(Applied::Item(put.item.clone())),
            Self::Update(update) => {
                let mut item = standing.unwrap_or(&update.key).clone();
                for change in &update.changes {
                    change.apply(before, &mut item)?;
                }
                Ok(Applied::Item(item))
            }
            Self::Delete(_) => Ok(Applied::Nothing),
            Self::Check { .. } => Ok(Applied::Unchanged),
        }
    }
}
