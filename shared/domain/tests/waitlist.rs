//! Tests of the waitlist's state machines. A test gives a machine one answer after the other. The crate `sim` tests the
//! interleavings of several machines.

use std::collections::BTreeSet;

use domain::{
    id::{EventId, GuestId},
    seats::{
        availability::{Availability, BucketCounts},
        bucket::{Bucket, BucketNo, BucketState, SeatKind, Terms},
        claim::SeatRev,
        join::{Join, JoinOutcome, JoinReply, JoinStep},
        leave::{Leave, LeaveOutcome, LeaveReply, LeaveStep},
        promotion::{
            MAX_PROMOTIONS, Move, Promotion, PromotionOutcome, PromotionReply, PromotionStep,
        },
        registration::{Registration, RegistrationStatus},
        waitlist::Entry,
    },
};
use uuid::Uuid;

fn event() -> EventId {
    EventId::from_uuid(Uuid::from_u128(1))
}

fn guest(n: u128) -> GuestId {
    GuestId::from(n.to_be_bytes())
}

fn entry(n: u128) -> Entry {
    Entry {
        id: Uuid::from_u128(n).into(),
        guest: guest(n),
    }
}

fn bucket(no: BucketNo, free: u32, held: u32, rev: u64) -> Bucket {
    Bucket {
        no,
        free,
        held,
        guests: BTreeSet::from([guest(99)]),
        rev,
        terms: Terms {
            state: BucketState::Open,
            opens_at: 10,
            closes_at: 20,
            event_version: 1,
        },
    }
}

fn known(buckets: &[Bucket]) -> Availability {
    let mut known = Availability::default();
    for bucket in buckets {
        known.update(bucket.no, BucketCounts::from(bucket));
    }
    known
}

fn registration(status: RegistrationStatus) -> Registration {
    Registration {
        event_id: event(),
        user_id: guest(1).user_id(),
        status,
        registered_at: jiff::Timestamp::UNIX_EPOCH,
        cancelled_at: None,
        cancelled_by: None,
        removal_reason: None,
        seat_lost_at: None,
        promoted: false,
        muted: false,
        kept: false,
        generation: 1,
        entry_id: (status == RegistrationStatus::Waitlisted).then(|| entry(1).id),
        rev: 3,
    }
}

#[test]
fn who_joins_looks_at_the_home_bucket_and_where_seats_seem_to_be_free() {
    let mut join = Join::new(guest(1), 0, 2, 15, None);
    assert_eq!(join.start(), JoinStep::ReadHome);
    assert_eq!(
        join.advance(JoinReply::Home(bucket(0, 0, 0, 7))),
        JoinStep::ReadAvailability
    );
    // The availability is out of date: it shows a free seat in bucket 1, but that seat is already taken.
    let behind = known(&[bucket(0, 0, 0, 7), bucket(1, 1, 0, 3)]);
    assert_eq!(
        join.advance(JoinReply::Availability(behind)),
        JoinStep::ReadBucket { no: 1 }
    );
    assert_eq!(
        join.advance(JoinReply::Bucket(bucket(1, 0, 0, 4))),
        JoinStep::Enqueue { rev: 7 }
    );
    // The home bucket changed after it was read.
    assert_eq!(
        join.advance(JoinReply::Refused { registration: None }),
        JoinStep::ReadHome
    );
    assert_eq!(
        join.advance(JoinReply::Home(bucket(0, 0, 1, 8))),
        JoinStep::Enqueue { rev: 8 }
    );
    assert_eq!(
        join.advance(JoinReply::Enqueued),
        JoinStep::Done(JoinOutcome::Waitlisted)
    );
}

#[test]
fn who_joins_is_told_of_seats_of_an_earlier_place_and_of_a_closed_event() {
    let begin = || Join::new(guest(1), 0, 2, 15, Some(known(&[bucket(0, 0, 0, 1)])));
    let after = |answer| begin().advance(answer);
    let done = JoinStep::Done;
    assert_eq!(
        after(JoinReply::Home(bucket(0, 1, 0, 1))),
        done(JoinOutcome::SeatsAvailable)
    );
    let mut seated = bucket(0, 0, 0, 5);
    seated.guests.insert(guest(1));
    assert_eq!(
        after(JoinReply::Home(seated)),
        done(JoinOutcome::AlreadyConfirmed(SeatRev::Seen(5)))
    );
    assert_eq!(
        after(JoinReply::Refused {
            registration: Some(registration(RegistrationStatus::Waitlisted))
        }),
        done(JoinOutcome::AlreadyWaitlisted(entry(1).id))
    );
    // The registration has an earlier revision than the home bucket, so the machine first updates the registration.
    let mut join = begin();
    join.advance(JoinReply::Home(bucket(0, 0, 0, 4)));
    let refused = JoinReply::Refused {
        registration: Some(registration(RegistrationStatus::Waitlisted)),
    };
    let entry = entry(1).id;
    assert_eq!(join.advance(refused), JoinStep::Affirm { entry, rev: 4 });
    assert_eq!(
        join.advance(JoinReply::Affirmed(entry)),
        done(JoinOutcome::AlreadyWaitlisted(entry))
    );
    for now in [9, 20] {
        let mut join = Join::new(guest(1), 0, 2, now, None);
        assert_eq!(
            join.advance(JoinReply::Home(bucket(0, 0, 0, 1))),
            done(JoinOutcome::Closed)
        );
    }
}

#[test]
fn a_home_bucket_that_never_rests_ends_the_join() {
    let mut join = Join::new(guest(1), 0, 1, 15, Some(known(&[bucket(0, 0, 0, 1)])));
    for _ in 0..100 {
        match join.advance(JoinReply::Conflict) {
            JoinStep::Done(outcome) => return assert_eq!(outcome, JoinOutcome::Contended),
            step => assert!(matches!(step, JoinStep::Pause { .. })),
        }
    }
    panic!("the join goes on for ever");
}

#[test]
fn who_leaves_gives_up_whatever_there_is() {
    let mut leave = Leave::default();
    assert_eq!(leave.start(), LeaveStep::RemoveGuest);
    leave.advance(LeaveReply::NotOnList(SeatRev::Seen(4)));
    assert_eq!(
        leave.advance(LeaveReply::Registration(Some(registration(
            RegistrationStatus::Waitlisted
        )))),
        LeaveStep::GiveUpPlace { entry: entry(1).id }
    );
    // The caller was promoted after the machine read the registration, and before it could give up the place.
    assert_eq!(leave.advance(LeaveReply::Refused), LeaveStep::RemoveGuest);
    let rev = SeatRev::Written(6);
    assert_eq!(
        leave.advance(LeaveReply::Removed(rev)),
        LeaveStep::Done(LeaveOutcome::Removed(rev))
    );
}

/// Returns the answer to [`PromotionStep::ReadHome`]: the home bucket `home`, and that the account of the waitlist's head
/// exists.
fn standing(home: Bucket) -> PromotionReply {
    PromotionReply::Home {
        home,
        has_account: true,
    }
}

#[test]
fn held_seats_become_free_when_nobody_waits() {
    let seats = known(&[bucket(0, 1, 0, 1), bucket(1, 0, 2, 1), bucket(2, 0, 1, 1)]);
    assert!(Promotion::is_due(&seats));
    let mut run = Promotion::new(event(), 3, 15, seats);
    assert_eq!(run.start(), PromotionStep::ReadHead);
    assert_eq!(
        run.advance(PromotionReply::Head(None)),
        PromotionStep::Release(vec![(1, 2), (2, 1)])
    );
    assert_eq!(
        run.advance(PromotionReply::Released),
        PromotionStep::Done(PromotionOutcome::Settled)
    );
}

#[test]
fn seats_go_to_one_head_after_the_other_held_ones_first() {
    let seats = known(&[bucket(0, 1, 1, 1)]);
    let mut run = Promotion::new(event(), 1, 15, seats);
    let mut given = Vec::new();
    for n in 1.. {
        let step = run.advance(PromotionReply::Head(Some(entry(n))));
        let guest = guest(n);
        assert_eq!(step, PromotionStep::ReadHome { no: 0, guest });
        let rev = u64::try_from(n).expect("small");
        let home = match n {
            1 => bucket(0, 1, 1, rev),
            2 => bucket(0, 1, 0, rev),
            _ => bucket(0, 0, 0, rev),
        };
        match run.advance(standing(home)) {
            PromotionStep::Promote(Move {
                entry, seat, rev, ..
            }) => {
                given.push((entry, seat, rev));
            }
            PromotionStep::Done(outcome) => {
                assert_eq!(outcome, PromotionOutcome::Settled);
                break;
            }
            step => panic!("{step:?}"),
        }
        assert_eq!(
            run.advance(PromotionReply::Promoted),
            PromotionStep::ReadHead
        );
    }
    assert_eq!(
        given,
        [(entry(1), SeatKind::Held, 1), (entry(2), SeatKind::Free, 2)]
    );
    assert_eq!(run.promoted(), [guest(1), guest(2)]);
}

#[test]
fn after_registration_has_closed_seats_stay_held_but_an_early_opening_does_not_matter() {
    for (now, promotes) in [(5, true), (15, true), (20, false)] {
        let home = bucket(0, 0, 1, 1);
        let mut run = Promotion::new(event(), 1, now, known(std::slice::from_ref(&home)));
        run.advance(PromotionReply::Head(Some(entry(1))));
        let step = run.advance(standing(home));
        let closed = PromotionStep::Done(PromotionOutcome::Closed);
        assert_eq!(step != closed, promotes, "at {now}: {step:?}");
    }
}

#[test]
fn a_place_that_nobody_waits_at_is_struck() {
    let mut home = bucket(0, 0, 1, 4);
    let mut run = Promotion::new(event(), 1, 15, known(std::slice::from_ref(&home)));
    run.advance(PromotionReply::Head(Some(entry(1))));
    run.advance(standing(home.clone()));
    let refused = PromotionReply::Refused {
        source: None,
        obsolete: true,
        stale: false,
    };
    let strike = |entry, seat| PromotionStep::Strike { entry, seat };
    assert_eq!(run.advance(refused), strike(entry(1), None));
    run.advance(PromotionReply::Struck);
    run.advance(PromotionReply::Head(Some(entry(2))));
    home.guests.insert(guest(2));
    assert_eq!(
        run.advance(standing(home)),
        strike(entry(2), Some(SeatRev::Seen(4)))
    );
}

#[test]
fn a_place_whose_account_is_erased_is_given_up_and_the_next_one_is_promoted() {
    for now in [15, 20] {
        let home = bucket(0, 0, 1, 4);
        let mut run = Promotion::new(event(), 1, now, known(std::slice::from_ref(&home)));
        run.advance(PromotionReply::Head(Some(entry(1))));
        let erased = PromotionReply::Home {
            home: home.clone(),
            has_account: false,
        };
        let give_up = PromotionStep::GiveUp { entry: entry(1) };
        assert_eq!(run.advance(erased.clone()), give_up, "at {now}");
        // The machine deletes a place that is not named by the registration.
        let refused = PromotionReply::Refused {
            source: None,
            obsolete: true,
            stale: false,
        };
        let mut other = run.clone();
        let strike = PromotionStep::Strike {
            entry: entry(1),
            seat: None,
        };
        assert_eq!(other.advance(refused), strike);
        assert_eq!(
            run.advance(PromotionReply::GivenUp),
            PromotionStep::ReadHead
        );
        run.advance(PromotionReply::Head(Some(entry(2))));
        let step = run.advance(standing(home));
        assert_eq!(
            matches!(step, PromotionStep::Promote(moving) if moving.entry == entry(2)),
            now == 15,
            "{step:?}"
        );
    }
}

#[test]
fn a_run_ends() {
    let seats = known(&[bucket(0, 0, 1_000, 1)]);
    let mut run = Promotion::new(event(), 1, 15, seats.clone());
    for n in 1..=MAX_PROMOTIONS {
        run.advance(PromotionReply::Head(Some(entry(n as u128))));
        let home = bucket(0, 0, 1_000, n as u64);
        run.advance(standing(home));
        let step = run.advance(PromotionReply::Promoted);
        let last = PromotionStep::Done(PromotionOutcome::Unfinished);
        assert_eq!(step == last, n == MAX_PROMOTIONS, "{n}: {step:?}");
    }
    let mut run = Promotion::new(event(), 1, 15, seats);
    for _ in 0..100 {
        let stale = PromotionReply::Refused {
            source: None,
            obsolete: false,
            stale: true,
        };
        if run.advance(stale) == PromotionStep::Done(PromotionOutcome::Contended) {
            return;
        }
    }
    panic!("the run goes on for ever");
}
