//! Tests that a write changes a registration of `domain` in the same way as it changes the registration's item in the table.

use domain::{
    id::{EventId, GuestId},
    seats::{
        claim::SeatRev,
        promotion::Move,
        registration::Registration,
        waitlist::{Entry, EntryId},
        writes::{AffirmWrite, EnqueueWrite, GiveUpWrite, PromotionWrite},
    },
    text::RemovalReason,
};
use proptest::{prelude::*, sample::select, strategy::Union};
use table::{Applied, Item, Refused, Write};
use uuid::Uuid;

use super::*;

fn event() -> EventId {
    EventId::from_uuid(Uuid::from_u128(1))
}

fn user() -> UserId {
    UserId::from_uuid(Uuid::from_u128(2))
}

fn places() -> impl Strategy<Value = EntryId> {
    (1u128..3).prop_map(|n| Uuid::from_u128(n).into())
}

fn times() -> impl Strategy<Value = Timestamp> {
    (1i64..4).prop_map(|second| Timestamp::from_second(second).unwrap())
}

fn accounts() -> impl Strategy<Value = UserId> {
    (2u128..4).prop_map(|n| UserId::from_uuid(Uuid::from_u128(n)))
}

fn statuses() -> impl Strategy<Value = RegistrationStatus> {
    use RegistrationStatus::{Cancelled, Confirmed, Waitlisted};
    select(vec![Confirmed, Waitlisted, Cancelled])
}

fn revisions() -> impl Strategy<Value = SeatRev> {
    prop_oneof![
        (0u64..4).prop_map(SeatRev::Written),
        (0u64..4).prop_map(SeatRev::Seen),
    ]
}

prop_compose! {
    /// Draws a registration. Its numbers are small, so that the demands of a write are true for some registrations and false
    /// for others.
    fn all_registrations()(
        status in statuses(),
        registered_at in times(),
        (cancelled_at, cancelled_by) in (prop::option::of(times()), prop::option::of(accounts())),
        is_explained in any::<bool>(),
        seat_lost_at in prop::option::of(times()),
        (promoted, muted, kept) in any::<(bool, bool, bool)>(),
        generation in 0u32..3,
        entry_id in prop::option::of(places()),
        rev in 0u64..4,
    ) -> Registration {
        Registration {
            event_id: event(),
            user_id: user(),
            status,
            registered_at,
            cancelled_at,
            cancelled_by,
            removal_reason: is_explained.then(|| RemovalReason::parse("Late").unwrap()),
            seat_lost_at,
            promoted,
            muted,
            kept,
            generation,
            entry_id,
            rev,
        }
    }
}

fn all_demands() -> impl Strategy<Value = RegistrationDemand> {
    prop_oneof![
        (0u64..4).prop_map(RegistrationDemand::RevisionBelow),
        (0u64..4).prop_map(RegistrationDemand::RevisionAtMost),
        statuses().prop_map(RegistrationDemand::Is),
        statuses().prop_map(RegistrationDemand::IsNot),
        places().prop_map(RegistrationDemand::WaitsAt),
    ]
}

/// Draws a write that the guest list really makes.
fn writes_made() -> impl Strategy<Value = RegistrationWrite> {
    let guest = GuestId::from(user());
    Union::new([
        (revisions(), times())
            .prop_map(|(rev, at)| RegistrationWrite::seat(event(), user(), rev, at))
            .boxed(),
        (revisions(), times(), accounts())
            .prop_map(|(rev, at, by)| RegistrationWrite::removal(event(), user(), rev, at, by))
            .boxed(),
        (places(), 0u64..4, times())
            .prop_map(move |(id, rev, at)| {
                EnqueueWrite::new(event(), 0, Entry { id, guest }, rev, at).registration
            })
            .boxed(),
        (places(), 0u64..4)
            .prop_map(|(entry, rev)| AffirmWrite::new(event(), 0, user(), entry, rev).registration)
            .boxed(),
        (places(), times(), accounts())
            .prop_map(|(entry, at, by)| {
                GiveUpWrite::new(event(), user(), entry, at, by).registration
            })
            .boxed(),
        (places(), 0u64..4, times())
            .prop_map(move |(id, rev, at)| {
                let moving = Move {
                    entry: Entry { id, guest },
                    home: 0,
                    rev,
                    source: 1,
                    seat: domain::seats::bucket::SeatKind::Held,
                };
                PromotionWrite::new(event(), &moving, at).registration
            })
            .boxed(),
    ])
}

/// Returns the item of a registration. The item of a cancelled registration also has an index key.
fn item(registration: &Registration, request: &str) -> Item {
    let mut item: Item = serde_dynamo::to_item(registration).unwrap();
    item.extend(key::registration(
        registration.user_id,
        registration.event_id,
    ));
    item.insert(REQUEST.to_owned(), s(request));
    if registration.status == RegistrationStatus::Cancelled {
        let event = key::cancelled_pk(registration.event_id);
        item.insert(GSI1PK.to_owned(), s(event));
        item.insert(GSI1SK.to_owned(), s(registration.user_id.to_string()));
    }
    item
}

/// Draws a write with any demands, and with a change that the guest list really makes. Some of these writes also accept that
/// the registration does not exist yet.
fn any_write() -> impl Strategy<Value = RegistrationWrite> {
    let demands = prop::collection::vec(all_demands(), 0..3);
    (writes_made(), any::<bool>(), demands).prop_map(|(write, or_absent, demands)| {
        RegistrationWrite {
            or_absent,
            demands,
            ..write
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_024))]

    #[test]
    fn a_demand_is_the_same_for_a_registration_and_for_its_item(
        registration in all_registrations(),
        demand in all_demands(),
    ) {
        let stored = item(&registration, "r0");
        prop_assert_eq!(demand.holds(&registration), condition(&demand).holds(&stored));
    }

    #[test]
    fn a_write_does_the_same_to_a_registration_and_to_its_item(
        standing in prop::option::of(all_registrations()),
        write in writes_made(),
    ) {
        let stored = standing.as_ref().map(|registration| item(registration, "r0"));
        let applied = Write::from(registration_update(&write, "r1")).apply(stored.as_ref());
        if write.holds(standing.as_ref()) {
            let is_silent = matches!(write.change, RegistrationChange::Revision(_));
            let after = write.applied(standing);
            let after = item(&after, if is_silent { "r0" } else { "r1" });
            prop_assert_eq!(applied, Ok(Applied::Item(after)));
        } else {
            prop_assert_eq!(applied, Err(Refused::Condition));
        }
    }

    #[test]
    fn a_write_is_refused_for_a_registration_if_it_is_refused_for_its_item(
        standing in prop::option::of(all_registrations()),
        write in any_write(),
    ) {
        let stored = standing.as_ref().map(|registration| item(registration, "r0"));
        let applied = Write::from(registration_update(&write, "r1")).apply(stored.as_ref());
        let is_refused = applied == Err(Refused::Condition);
        prop_assert_eq!(is_refused, !write.holds(standing.as_ref()));
    }
}
