//! The writes that the steps of [`Promotion`](crate::seats::promotion::Promotion) make.

use jiff::Timestamp;

use super::{
    BucketChange, BucketDemand, BucketWrite, PlaceWrite, RegistrationChange, RegistrationDemand,
    RegistrationWrite,
};
use crate::{
    id::EventId,
    seats::{
        bucket::{Bucket, BucketNo, SeatKind},
        promotion::{Move, PromotionReply},
    },
};

/// One transaction that gives a seat to the head of the waitlist.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PromotionWrite {
    /// The write that deletes the promoted user's place.
    pub place: PlaceWrite,
    /// The write that makes the registration confirmed.
    pub registration: RegistrationWrite,
    /// The write that adds the guest to the home bucket. If the home bucket also gives the seat, the check of its revision
    /// proves that the seat is still there.
    pub home: BucketWrite,
    /// The write that takes the seat from another bucket; `None` if the home bucket gives the seat.
    pub source: Option<BucketWrite>,
}

/// Shows which parts of a refused promotion transaction had a condition that failed. The transaction wrote nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct PromotionRefusal {
    /// Whether the place did not exist, although its existence was a condition of the transaction.
    pub place: bool,
    /// Whether the conditions on the registration failed.
    pub registration: bool,
    /// The home bucket as it is stored, if its conditions failed.
    pub home: Option<Bucket>,
    /// The stored bucket that should have given the seat; `None` if it met its conditions, or if it is the home bucket.
    pub source: Option<Bucket>,
}

impl PromotionRefusal {
    /// Converts this refusal of the promotion `moving` into a reply to the state machine; `None` if no condition failed.
    #[must_use]
    pub fn answer(self, moving: &Move) -> Option<PromotionReply> {
        let obsolete = self.registration;
        let stale = self.place || self.home.is_some();
        let has_no_seat = |home: &Bucket| home.no == moving.source && home.seats(moving.seat) == 0;
        let source = self.source.or(self.home.filter(has_no_seat));
        (obsolete || stale || source.is_some()).then_some(PromotionReply::Refused {
            source,
            obsolete,
            stale,
        })
    }
}

impl PromotionWrite {
    /// Returns the transaction of the promotion `moving` at the time `at`.
    #[must_use]
    pub fn new(event: EventId, moving: &Move, at: Timestamp) -> Self {
        let Move {
            entry,
            home,
            rev,
            source,
            seat,
        } = *moving;
        let seat_taken = BucketChange::Take(seat, 1);
        let gives_itself = source == home;
        let mut changes = vec![BucketChange::List(entry.guest)];
        changes.extend(gives_itself.then_some(seat_taken));
        Self {
            place: PlaceWrite::DeleteStanding(entry.id),
            registration: RegistrationWrite {
                event,
                user: entry.guest.user_id(),
                or_absent: false,
                demands: vec![RegistrationDemand::WaitsAt(entry.id)],
                change: RegistrationChange::Promotion { rev: rev + 1, at },
            },
            home: BucketWrite {
                changes,
                ..BucketWrite::check(home, rev)
            },
            source: (!gives_itself).then(|| BucketWrite {
                no: source,
                demands: vec![BucketDemand::AtLeast(seat, 1)],
                changes: vec![seat_taken],
            }),
        }
    }
}

impl BucketWrite {
    /// Returns the write that makes `seats` held seats of the bucket free.
    #[must_use]
    pub fn release(no: BucketNo, seats: u32) -> Self {
        Self {
            no,
            demands: vec![BucketDemand::AtLeast(SeatKind::Held, seats)],
            changes: vec![
                BucketChange::Take(SeatKind::Held, seats),
                BucketChange::Add(SeatKind::Free, seats),
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use uuid::Uuid;

    use super::*;
    use crate::{
        id::GuestId,
        seats::{
            bucket::{BucketState, Terms},
            waitlist::Entry,
        },
    };

    const NOTHING: PromotionRefusal = PromotionRefusal {
        place: false,
        registration: false,
        home: None,
        source: None,
    };

    fn bucket(no: BucketNo, held: u32) -> Bucket {
        Bucket {
            no,
            free: 0,
            held,
            guests: BTreeSet::new(),
            rev: 3,
            terms: Terms {
                state: BucketState::Open,
                opens_at: 0,
                closes_at: 9,
                event_version: 1,
            },
        }
    }

    fn moving(source: BucketNo) -> Move {
        Move {
            entry: Entry {
                id: Uuid::from_u128(1).into(),
                guest: GuestId::from([1; 16]),
            },
            home: 0,
            rev: 2,
            source,
            seat: SeatKind::Held,
        }
    }

    #[test]
    fn a_home_bucket_that_gave_its_seat_away_is_told_apart_from_one_that_changed() {
        let refused = |source, home, other| {
            let refusal = PromotionRefusal {
                home: Some(home),
                source: other,
                ..NOTHING
            };
            refusal.answer(&moving(source))
        };
        let stale = |source| {
            Some(PromotionReply::Refused {
                source,
                obsolete: false,
                stale: true,
            })
        };
        assert_eq!(refused(0, bucket(0, 0), None), stale(Some(bucket(0, 0))));
        assert_eq!(refused(0, bucket(0, 1), None), stale(None));
        // Another bucket gives the seat, so it does not matter whether the home bucket has a seat.
        assert_eq!(refused(1, bucket(0, 0), None), stale(None));
        let empty = bucket(1, 0);
        assert_eq!(
            refused(1, bucket(0, 0), Some(empty.clone())),
            stale(Some(empty))
        );
    }

    #[test]
    fn a_promotion_is_not_refused_if_no_demand_failed() {
        assert_eq!(NOTHING.answer(&moving(0)), None);
        for (refusal, is_obsolete) in [
            (
                PromotionRefusal {
                    place: true,
                    ..NOTHING
                },
                false,
            ),
            (
                PromotionRefusal {
                    registration: true,
                    ..NOTHING
                },
                true,
            ),
        ] {
            let refused = PromotionReply::Refused {
                source: None,
                obsolete: is_obsolete,
                stale: !is_obsolete,
            };
            assert_eq!(refusal.answer(&moving(0)), Some(refused));
        }
    }
}
