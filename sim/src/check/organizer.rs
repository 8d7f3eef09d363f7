//! The organizer's process: it raises and lowers the capacity, closes registration and opens it again.

use domain::seats::{availability::Availability, bucket::BucketNo};

use super::instance::{Change, Instance};

/// The state of the organizer's process.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct Organizer {
    /// The index of the change.
    pub(super) at: usize,
    /// The number of its calls so far.
    pub(super) calls: BucketNo,
    /// The buckets as they were read, before the capacity is lowered.
    pub(super) read: Option<Availability>,
}

impl Organizer {
    pub(crate) fn is_done(&self, instance: &Instance) -> bool {
        self.at >= instance.organizer.len()
    }

    /// Returns the current change or, between two changes, the next.
    pub(crate) fn change(&self, instance: &Instance) -> Option<Change> {
        instance.organizer.get(self.at).copied()
    }

    pub(crate) fn calls(&self) -> BucketNo {
        self.calls
    }
}
