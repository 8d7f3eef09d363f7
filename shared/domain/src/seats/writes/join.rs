//! Joining the waitlist: what the steps of [`Join`](crate::seats::join::Join) write.

use jiff::Timestamp;

use super::{BucketWrite, PlaceWrite, RegistrationChange, RegistrationDemand, RegistrationWrite};
use crate::{
    id::{EventId, UserId},
    seats::{
        bucket::BucketNo,
        registration::RegistrationStatus,
        waitlist::{Entry, EntryId},
    },
};

/// The place is made, and the registration names it: one transaction, on the condition that the home bucket is as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EnqueueWrite {
    /// The place.
    pub place: PlaceWrite,
    /// The registration.
    pub registration: RegistrationWrite,
    /// The check of the home bucket.
    pub home: BucketWrite,
}

/// The registration of somebody who waits gets the revision of the home bucket: one transaction, on the condition that the
/// home bucket is as it was read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AffirmWrite {
    /// The registration.
    pub registration: RegistrationWrite,
    /// The check of the home bucket.
    pub home: BucketWrite,
}

impl EnqueueWrite {
    /// Returns the write that makes the place `entry` at `at`. Its guest has no seat of `home`, which was read at the revision
    /// `rev`.
    #[must_use]
    pub fn new(event: EventId, home: BucketNo, entry: Entry, rev: u64, at: Timestamp) -> Self {
        Self {
            place: PlaceWrite::Make(entry),
            registration: RegistrationWrite {
                event,
                user: entry.guest.user_id(),
                or_absent: true,
                demands: vec![
                    RegistrationDemand::RevisionAtMost(rev),
                    RegistrationDemand::IsNot(RegistrationStatus::Waitlisted),
                ],
                change: RegistrationChange::Place {
                    entry: entry.id,
                    rev,
                    at,
                },
            },
            home: BucketWrite::check(home, rev),
        }
    }
}

impl AffirmWrite {
    /// Returns the write that brings the registration of `user`, who waits at the place `entry`, up to the revision `rev` at
    /// which `home` was read.
    #[must_use]
    pub fn new(event: EventId, home: BucketNo, user: UserId, entry: EntryId, rev: u64) -> Self {
        Self {
            registration: RegistrationWrite {
                event,
                user,
                or_absent: false,
                demands: vec![
                    RegistrationDemand::WaitsAt(entry),
                    RegistrationDemand::RevisionAtMost(rev),
                ],
                change: RegistrationChange::Revision(rev),
            },
            home: BucketWrite::check(home, rev),
        }
    }
}
