//! Tests that a write changes a bucket of `domain` in the same way as it changes the bucket's item in the table.

use domain::seats::{
    bucket::{Bucket, Terms},
    capacity_change::Withdrawal,
    promotion::Move,
    waitlist::Entry,
    writes::{BorrowWrite, EnqueueWrite, PromotionWrite, RemovalWrite},
};
use jiff::Timestamp;
use proptest::{collection::btree_set, prelude::*, sample::select, strategy::Union};
use table::{Applied, Refused};
use uuid::Uuid;

use super::*;
use crate::{
    attribute::{Item, Value},
    seats::buckets::bucket,
};

fn event() -> EventId {
    EventId::from_uuid(Uuid::from_u128(1))
}

fn guests() -> impl Strategy<Value = GuestId> {
    (1u128..4).prop_map(|n| GuestId::from(n.to_be_bytes()))
}

fn kinds() -> impl Strategy<Value = SeatKind> {
    select(vec![SeatKind::Held, SeatKind::Free])
}

fn all_terms() -> impl Strategy<Value = Terms> {
    let states = select(vec![BucketState::Open, BucketState::Closed]);
    (states, 0i64..4, 0i64..4, 0u64..4).prop_map(|(state, opens_at, closes_at, event_version)| {
        Terms {
            state,
            opens_at,
            closes_at,
            event_version,
        }
    })
}

prop_compose! {
    /// Draws a bucket. Its numbers are small, so that the demands of a write are true for some buckets and false for others.
    fn all_buckets()(
        free in 0u32..3,
        held in 0u32..3,
        guests in btree_set(guests(), 0..3),
        rev in 0u64..4,
        terms in all_terms(),
    ) -> Bucket {
        Bucket { no: 7, free, held, guests, rev, terms }
    }
}

fn all_demands() -> impl Strategy<Value = BucketDemand> {
    prop_oneof![
        (0i64..4).prop_map(|now| BucketDemand::Admits { now }),
        (kinds(), 0u32..3).prop_map(|(kind, seats)| BucketDemand::AtLeast(kind, seats)),
        guests().prop_map(BucketDemand::Listed),
        guests().prop_map(BucketDemand::NotListed),
        (0u64..4).prop_map(BucketDemand::Revision),
        (0u64..4).prop_map(BucketDemand::TermsBelow),
    ]
}

prop_compose! {
    /// Draws at most one change of each number of a bucket, and of its set of guests. The changes take no more seats than
    /// `bucket` has, because a real write demands that the bucket has these seats.
    fn changes(bucket: Bucket)(
        free in -i64::from(bucket.free)..3,
        held in -i64::from(bucket.held)..3,
        guest in guests(),
        list in prop::option::of(any::<bool>()),
        terms in prop::option::of(all_terms()),
    ) -> Vec<BucketChange> {
        let seats = |kind, by: i64| {
            let seats = u32::try_from(by.unsigned_abs()).unwrap();
            if by < 0 { BucketChange::Take(kind, seats) } else { BucketChange::Add(kind, seats) }
        };
        let list = list.map(|list| if list { BucketChange::List(guest) } else { BucketChange::Unlist(guest) });
        [seats(SeatKind::Free, free), seats(SeatKind::Held, held)]
            .into_iter()
            .chain(list)
            .chain(terms.map(BucketChange::SetTerms))
            .collect()
    }
}

/// Draws a write with any demands and changes.
fn any_write(bucket: Bucket) -> impl Strategy<Value = BucketWrite> {
    (prop::collection::vec(all_demands(), 0..3), changes(bucket)).prop_map(|(demands, changes)| {
        BucketWrite {
            no: 7,
            demands,
            changes,
        }
    })
}

/// Draws a write that the guest list really makes.
fn writes_made() -> impl Strategy<Value = BucketWrite> {
    let at = Timestamp::UNIX_EPOCH;
    let entry = |guest: GuestId| Entry {
        id: Uuid::from_u128(9).into(),
        guest,
    };
    Union::new([
        (guests(), 0i64..4)
            .prop_map(|(guest, now)| BucketWrite::claim(7, guest, now))
            .boxed(),
        (guests(), 0i64..4)
            .prop_map(|(guest, now)| BorrowWrite::new(7, 8, guest, now).donor)
            .boxed(),
        (guests(), 0i64..4)
            .prop_map(|(guest, now)| BorrowWrite::new(8, 7, guest, now).home)
            .boxed(),
        guests()
            .prop_map(|guest| BucketWrite::removal(7, guest))
            .boxed(),
        (guests(), 0u64..4)
            .prop_map(move |(guest, rev)| {
                RemovalWrite::new(event(), 7, guest, rev, at, guest.user_id()).home
            })
            .boxed(),
        (guests(), 0u64..4)
            .prop_map(move |(guest, rev)| EnqueueWrite::new(event(), 7, entry(guest), rev, at).home)
            .boxed(),
        (
            guests(),
            0u64..4,
            kinds(),
            select(vec![(7, 8), (8, 7), (7, 7)]),
        )
            .prop_map(move |(guest, rev, seat, (home, source))| {
                let moving = Move {
                    entry: entry(guest),
                    home,
                    rev,
                    source,
                    seat,
                };
                let write = PromotionWrite::new(event(), &moving, at);
                let mut writes = std::iter::once(write.home).chain(write.source);
                writes.find(|write| write.no == 7).unwrap()
            })
            .boxed(),
        (0u32..3)
            .prop_map(|seats| BucketWrite::release(7, seats))
            .boxed(),
        (0u32..3)
            .prop_map(|seats| BucketWrite::raise(7, seats))
            .boxed(),
        (0u32..3, 0u32..3)
            .prop_map(|(free, held)| BucketWrite::lower(&Withdrawal { no: 7, free, held }))
            .boxed(),
        all_terms()
            .prop_map(|terms| BucketWrite::alignment(7, terms))
            .boxed(),
    ])
}

/// Whether the bucket has the seats that the write takes. A promotion that takes a seat of the home bucket demands only that
/// the bucket still has the revision at which the promotion read it, because then the bucket still has the seat.
fn has_seats_taken(bucket: &Bucket, write: &BucketWrite) -> bool {
    write.changes.iter().all(|change| match *change {
        BucketChange::Take(kind, seats) => bucket.seats(kind) >= seats,
        _ => true,
    })
}

/// Converts the bucket write of `domain` into a write of the table.
fn rendered(write: &BucketWrite) -> Write {
    if write.changes.is_empty() {
        bucket_check(event(), write)
    } else {
        bucket_update(event(), write, "r1").into()
    }
}

/// Returns the item with sorted guests, so that items can be compared.
fn sorted(mut item: Item) -> Item {
    if let Some(Value::Bs(guests)) = item.get_mut(GUESTS) {
        guests.sort();
    }
    item
}

/// Checks that the write changes the bucket and the bucket's item in the same way.
fn assert_agree(before: &Bucket, write: &BucketWrite) -> Result<(), TestCaseError> {
    let applied = rendered(write).apply(Some(&item(event(), before)));
    if !write.holds(before) {
        prop_assert_eq!(applied, Err(Refused::Condition));
        return Ok(());
    }
    let mut after = before.clone();
    write.apply(&mut after);
    let expected = if write.changes.is_empty() {
        prop_assert_eq!(&after, before);
        Applied::Unchanged
    } else {
        prop_assert_eq!(after.rev, before.rev + 1);
        let mut item = item(event(), &after);
        item.insert(REQUEST.to_owned(), s("r1"));
        Applied::Item(sorted(item))
    };
    let applied = match applied {
        Ok(Applied::Item(item)) => {
            prop_assert_eq!(bucket(&item).unwrap(), (event(), after));
            Ok(Applied::Item(sorted(item)))
        }
        other => other,
    };
    prop_assert_eq!(applied, Ok(expected));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_024))]

    #[test]
    fn an_item_is_read_as_the_bucket_that_it_is_of(stored in all_buckets()) {
        prop_assert_eq!(bucket(&item(event(), &stored)).unwrap(), (event(), stored));
    }

    #[test]
    fn a_demand_is_the_same_for_a_bucket_and_for_its_item(stored in all_buckets(), demand in all_demands()) {
        prop_assert_eq!(demand.holds(&stored), condition(&demand).holds(&item(event(), &stored)));
    }

    #[test]
    fn any_write_does_the_same_to_a_bucket_and_to_its_item(
        (before, write) in all_buckets().prop_flat_map(|bucket| (Just(bucket.clone()), any_write(bucket))),
    ) {
        assert_agree(&before, &write)?;
    }

    #[test]
    fn the_writes_of_the_guest_list_do_the_same_to_a_bucket_and_to_its_item(before in all_buckets(), write in writes_made()) {
        prop_assume!(has_seats_taken(&before, &write) || write.demands != [BucketDemand::Revision(before.rev)]);
        assert_agree(&before, &write)?;
    }

    #[test]
    fn a_layout_replaces_the_same_buckets_and_items(
        standing in prop::option::of(all_buckets()),
        free in 0u32..3,
        terms in all_terms(),
    ) {
        let write = LayoutWrite::new(7, free, terms);
        let standing_item = standing.as_ref().map(|bucket| item(event(), bucket));
        let applied = Write::from(layout_put(event(), &write)).apply(standing_item.as_ref());
        let expected = if write.holds(standing.as_ref()) {
            Ok(Applied::Item(item(event(), &write.bucket)))
        } else {
            Err(Refused::Condition)
        };
        prop_assert_eq!(applied, expected);
    }
}
