//! Writes of one place on the waitlist.

use std::collections::BTreeSet;

use crate::seats::waitlist::{Entry, EntryId};

/// A write of one place on the waitlist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PlaceWrite {
    /// Makes a place. It demands nothing: the id is new.
    Make(Entry),
    /// Deletes a place. It demands nothing: the place may be gone already.
    Delete(EntryId),
    /// Deletes a place. It demands that the place exists.
    DeleteStanding(EntryId),
}

impl PlaceWrite {
    /// Whether the demand holds for the places of an event.
    #[must_use]
    pub fn holds(&self, places: &BTreeSet<Entry>) -> bool {
        match self {
            Self::Make(_) | Self::Delete(_) => true,
            Self::DeleteStanding(id) => places.iter().any(|place| place.id == *id),
        }
    }

    /// Changes the places of an event, for which the demand holds.
    pub fn apply(&self, places: &mut BTreeSet<Entry>) {
        match self {
            Self::Make(place) => {
                places.insert(*place);
            }
            Self::Delete(id) | Self::DeleteStanding(id) => places.retain(|place| place.id != *id),
        }
    }
}
