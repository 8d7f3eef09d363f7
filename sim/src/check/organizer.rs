//! The organizer's process, which raises and lowers the capacity, closes registration and opens it again.

use domain::seats::{availability::Availability, bucket::BucketNo};

use super::instance::{Change, Instance};

/// The state of the organizer's process.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct Organizer {
    /// The index of the current change in the organizer's list of changes.
    pub(super) at: usize,
    /// The number of calls made so far for the current change.
    pub(super) calls: BucketNo,
    /// The counts of all buckets, which the organizer reads before the capacity is lowered.
    pub(super) read: Option<Availability>,
}

impl Organizer {
    pub(crate) fn is_done(&self, instance: &Instance) -> bool {
        self.at >= instance.organizer.len()
    }

    /// Returns the current change; between two changes, returns the next one. Returns `None` after the last change.
    pub(crate) fn change(&self, instance: &Instance) -> Option<Change> {
        instance.organizer.get(self.at).copied()
    }

    pub(crate) fn calls(&self) -> BucketNo {
        self.calls
    }
}
