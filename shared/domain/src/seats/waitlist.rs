//! The waitlist of an event. The first user on it, its head, gets the next seat that is given back.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::id::GuestId;

/// The id of a place on a waitlist (`UUIDv7`). Ids sort by the time of joining, which the function's clock measures in
/// milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntryId(#[serde(with = "uuid::serde::simple")] Uuid);

impl From<Uuid> for EntryId {
    fn from(id: Uuid) -> Self {
        Self(id)
    }
}

impl std::fmt::Display for EntryId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.simple().fmt(f)
    }
}

impl std::str::FromStr for EntryId {
    type Err = uuid::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self)
    }
}

/// A place on a waitlist.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Entry {
    /// The id of the place. The place with the lowest id is the head of the waitlist.
    pub id: EntryId,
    /// The guest who waits.
    pub guest: GuestId,
}
