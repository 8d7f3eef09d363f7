//! The writes that the steps of [`Join`](crate::seats::join::Join) make when a user joins the waitlist.

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

/// One transaction that creates a place and stores its id in the registration, if the home bucket has not changed since it was
/// read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct EnqueueWrite {
    /// The write that creates the place on the waitlist.
    pub place: PlaceWrite,
    /// The write that stores the id of the place in the registration.
    pub registration: RegistrationWrite,
    /// The check that the home bucket has not changed since it was read.
    pub home: BucketWrite,
}

/// One transaction that stores the home bucket's revision in the registration of a user who waits, if the home bucket has not
/// changed since it was read.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AffirmWrite {
    /// The write that stores the home bucket's revision in the registration.
    pub registration: RegistrationWrite,
    /// The check that the home bucket has not changed since it was read.
    pub home: BucketWrite,
}

impl EnqueueWrite {
    /// Returns the transaction that creates the place `entry` at the time `at`. The place's guest has no seat in the bucket
    /// `home`, which was read at the revision `rev`.
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
    /// Returns the transaction that sets the revision of `user`'s registration to `rev`, the revision at which the bucket
    /// `home` was read. The user waits at the place `entry`.
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
