//! The organizer's calls: capacity up and down, registration closed and opened again.

use domain::seats::{availability::Availability, bucket::BucketNo};

use super::instance::{Change, Instance};

/// Where the organizer is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub(crate) struct Organizer {
    /// Which change.
    pub(super) at: usize,
    /// Calls of it that have been made.
    pub(super) calls: BucketNo,
    /// What was read, to be lowered.
    pub(super) read: Option<Availability>,
}

impl Organizer {
    pub(crate) fn is_done(&self, instance: &Instance) -> bool {
        self.at >= instance.organizer.len()
    }

    /// The change under way or to begin.
    pub(crate) fn change(&self, instance: &Instance) -> Option<Change> {
        instance.organizer.get(self.at).copied()
    }

    pub(crate) fn calls(&self) -> BucketNo {
        self.calls
    }
}
