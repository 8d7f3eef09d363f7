//! Writes to one place on the waitlist.

use std::collections::BTreeSet;

use crate::seats::waitlist::{Entry, EntryId};

/// A write to one place on the waitlist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PlaceWrite {
    /// Creates a place. It has no condition, because the id is new.
    Make(Entry),
    /// Deletes a place. It has no condition, because the place may already be deleted.
    Delete(EntryId),
    /// Deletes a place, on the condition that the place exists.
    DeleteStanding(EntryId),
}

impl PlaceWrite {
    /// Whether `places`, which are all places of an event, meet the condition of this write.
    #[must_use]
    pub fn holds(&self, places: &BTreeSet<Entry>) -> bool {
        match self {
            Self::Make(_) | Self::Delete(_) => true,
            Self::DeleteStanding(id) => places.iter().any(|place| place.id == *id),
        }
    }

    /// Makes the change of this write to `places`, which are all places of an event. The caller has checked that they meet the
    /// condition of the write.
    pub fn apply(&self, places: &mut BTreeSet<Entry>) {
        match self {
            Self::Make(place) => {
                places.insert(*place);
            }
            Self::Delete(id) | Self::DeleteStanding(id) => places.retain(|place| place.id != *id),
        }
    }
}
