//! Buckets: the items into which the guest list of an event is divided.

use std::collections::BTreeSet;

use jiff::Timestamp;
use ring::digest::{SHA256, digest};

use crate::{
    events::{Event, EventStatus},
    id::{EventId, GuestId},
};

/// The number of seats in a bucket at publication. A write of up to 1 KB costs one write unit, and an item with 55 guests is
/// still smaller than 1 KB. So a bucket has space for a few guests whose seats were borrowed from other buckets. Larger buckets
/// would fill more evenly (`docs/proved.md`).
pub const SEATS_PER_BUCKET: u32 = 50;

/// The capacity can be raised to at most this number of seats per bucket, on average. A write to a bucket with so many guests
/// costs about 16 write units.
pub const MAX_GUESTS_PER_BUCKET: u32 = 1_000;

/// The number of a bucket within its event; the first is 0.
pub type BucketNo = u16;

/// Whether a bucket accepts new guests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BucketState {
    /// The bucket accepts guests from `opens_at` until `closes_at`.
    Open,
    /// The bucket accepts no guests.
    Closed,
}

impl BucketState {
    /// Returns the name of the state as it is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }
}

/// A kind of seats that have no guest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SeatKind {
    /// Held seats, which no claim can take. The relay gives them to the waitlist or makes them free.
    Held,
    /// Free seats, which anybody may take.
    Free,
}

/// The terms on which a bucket accepts guests. They are derived from one version of the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Terms {
    /// Whether the bucket accepts guests at all.
    pub state: BucketState,
    /// The time from which the bucket accepts guests, in milliseconds since 1970.
    pub opens_at: i64,
    /// The time from which the bucket accepts no more guests, in milliseconds since 1970.
    pub closes_at: i64,
    /// The version of the event from which the terms are derived. Older terms never replace newer terms.
    pub event_version: u64,
}

impl Terms {
    /// Returns the terms that every bucket of `event` should have.
    #[must_use]
    pub fn of(event: &Event) -> Self {
        let schedule = &event.details.schedule;
        Self {
            state: if event.status == EventStatus::Published {
                BucketState::Open
            } else {
                BucketState::Closed
            },
            opens_at: schedule
                .registration_opens_at
                .map_or(0, Timestamp::as_millisecond),
            closes_at: schedule.registration_closes().as_millisecond(),
            event_version: event.version,
        }
    }

    /// Whether these terms allow that a guest is added at `now` (milliseconds since 1970).
    #[must_use]
    pub fn admit(&self, now: i64) -> bool {
        self.state == BucketState::Open && self.opens_at <= now && now < self.closes_at
    }

    /// Whether a user on the waitlist may get a seat at `now` (milliseconds since 1970). That is possible until registration
    /// closes. The terms may have got a later `opens_at` since the user joined the waitlist. That does not matter, because
    /// users can join only while registration is open.
    #[must_use]
    pub fn promote(&self, now: i64) -> bool {
        self.state == BucketState::Open && now < self.closes_at
    }

    /// Whether `newer` are the terms of a later version of the event, and differ from these terms in more than the version.
    #[must_use]
    pub fn are_behind(&self, newer: &Self) -> bool {
        self.event_version < newer.event_version && self.differ_from(newer)
    }

    /// Whether these terms differ from `other` in more than the version of the event.
    #[must_use]
    pub fn differ_from(&self, other: &Self) -> bool {
        (self.state, self.opens_at, self.closes_at)
            != (other.state, other.opens_at, other.closes_at)
    }
}

/// One bucket of a guest list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Bucket {
    /// The number of the bucket.
    pub no: BucketNo,
    /// The number of free seats, which anybody may take.
    pub free: u32,
    /// The number of held seats, which no claim can take. The relay gives them to the waitlist or makes them free.
    pub held: u32,
    /// The guests who have a seat in this bucket.
    pub guests: BTreeSet<GuestId>,
    /// The revision: the number of writes to the bucket since publication.
    pub rev: u64,
    /// The terms on which the bucket accepts guests.
    pub terms: Terms,
}

impl Bucket {
    /// Whether `guest` has a seat in this bucket.
    #[must_use]
    pub fn has(&self, guest: GuestId) -> bool {
        self.guests.contains(&guest)
    }

    /// Returns how many seats of this kind the bucket has.
    #[must_use]
    pub fn seats(&self, kind: SeatKind) -> u32 {
        match kind {
            SeatKind::Held => self.held,
            SeatKind::Free => self.free,
        }
    }

    /// Returns a mutable reference to the number of seats of this kind.
    pub(super) fn seats_mut(&mut self, kind: SeatKind) -> &mut u32 {
        match kind {
            SeatKind::Held => &mut self.held,
            SeatKind::Free => &mut self.free,
        }
    }
}

/// Returns how many buckets an event with `seats` seats gets at publication.
#[must_use]
pub fn bucket_count(seats: u32) -> BucketNo {
    // An event has at most 100,000 seats, which need 2,000 buckets. So the number of buckets fits into a `BucketNo`.
    BucketNo::try_from(seats.div_ceil(SEATS_PER_BUCKET)).unwrap_or(BucketNo::MAX)
}

/// Divides `seats` evenly among the buckets. Returns each bucket's number and free seats at publication, in ascending order of
/// the numbers.
pub fn layout(seats: u32) -> impl Iterator<Item = (BucketNo, u32)> {
    let count = u32::from(bucket_count(seats));
    (0..bucket_count(seats))
        .map(move |no| (no, seats / count + u32::from(u32::from(no) < seats % count)))
}

/// Returns the number of `guest`'s home bucket. The guest can appear in no other bucket.
#[must_use]
pub fn home(event: EventId, guest: GuestId, count: BucketNo) -> BucketNo {
    let key = [event.uuid().into_bytes(), *guest.as_bytes()].concat();
    let hash = digest(&SHA256, &key);
    let mut first = [0; 8];
    first.copy_from_slice(&hash.as_ref()[..8]);
    // The remainder is smaller than `count`, so it fits into a `BucketNo`.
    BucketNo::try_from(u64::from_be_bytes(first) % u64::from(count.max(1))).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::tests::concert;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_layout_has_every_seat_once_and_even_buckets(seats in 1u32..=100_000) {
            let buckets: Vec<_> = layout(seats).collect();
            prop_assert_eq!(buckets.len(), usize::from(bucket_count(seats)));
            prop_assert_eq!(buckets.iter().map(|(_, free)| free).sum::<u32>(), seats);
            let least = buckets.iter().map(|(_, free)| *free).min().unwrap();
            prop_assert!(buckets.iter().all(|(_, free)| (least..=least + 1).contains(free) && *free <= SEATS_PER_BUCKET));
        }

        #[test]
        fn a_home_is_one_of_the_buckets_and_stays(event: u128, guest: [u8; 16], count in 1u16..2_500) {
            let event = EventId::from_uuid(uuid::Uuid::from_u128(event));
            let no = home(event, guest.into(), count);
            prop_assert!(no < count);
            prop_assert_eq!(no, home(event, guest.into(), count));
        }
    }

    #[test]
    fn homes_are_spread_evenly() {
        let event = "evt_01h455vb4pex5vsknk084sn02q".parse().unwrap();
        let mut guests = [0u32; 8];
        for n in 0..8_000u128 {
            guests[usize::from(home(event, GuestId::from(n.to_be_bytes()), 8))] += 1;
        }
        // On average, a bucket is the home of 1,000 guests here. The standard deviation is below 30.
        assert!(
            guests.iter().all(|n| (850..1_150).contains(n)),
            "{guests:?}"
        );
    }

    #[test]
    fn terms_follow_from_the_event() {
        let event = concert(EventStatus::Published);
        let terms = Terms::of(&event);
        let start = event.details.schedule.starts_at.as_millisecond();
        assert!(terms.admit(0) && terms.admit(start - 1) && !terms.admit(start));
        let cancelled = Terms::of(&concert(EventStatus::Cancelled));
        assert!(!cancelled.admit(0) && cancelled.differ_from(&terms));
        let next = event.version + 1;
        let of_version = |event_version, terms| Terms {
            event_version,
            ..terms
        };
        assert!(!of_version(next, terms).differ_from(&terms));
        assert!(terms.are_behind(&of_version(next, cancelled)));
        assert!(!terms.are_behind(&of_version(next, terms)));
        assert!(!terms.are_behind(&of_version(event.version, cancelled)));
    }
}
