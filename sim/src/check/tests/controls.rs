//! Negative controls: each removes one condition of the protocol, and the property that the condition protects must fail.

use std::sync::Arc;

use super::super::{
    control::Without,
    instance::{Before, Change, Faults, Instance, Intent, PLAIN},
    run::{CheckVerdict, run},
    setting::Setting,
};

use Before::{Seated, Waits};
use Intent::{Claim, Erase, Join, Leave};

/// Asserts that all properties are true in the configuration, and that `property` fails if the rule `without` is removed.
fn control(without: Without, property: &'static str, instance: Instance) {
    // For `LossCounts` and `LossesCount`, this function does not check the whole protocol. The properties tolerate these two
    // limits.
    if !matches!(without, Without::LossCounts | Without::LossesCount) {
        let whole = run(&Setting::new(instance.clone()), 2);
        assert!(matches!(whole, CheckVerdict::Holds { .. }), "{whole}");
    }
    let crippled = Setting {
        without: Some(without),
        only: Some(property),
        ..Setting::clone(&Setting::new(instance))
    };
    match run(&Arc::new(crippled), 1) {
        CheckVerdict::Violated { trace, .. } => assert!(trace.len() > 1),
        CheckVerdict::Holds { .. } => panic!("{property}, even without {without:?}"),
    }
}

const FAULTS: Faults = PLAIN.faults;

/// A configuration with two buckets, of which the first has one seat and the second has none.
const SMALL: Instance = Instance {
    seats: &[1, 0],
    homes: &[0, 0],
    ..PLAIN
};

/// The configuration `SMALL` with its only seat taken and one user on the waitlist.
const WAITING: Instance = Instance {
    before: &[Seated(0), Waits(1)],
    ..SMALL
};

macro_rules! controls {
    ($($name:ident: $without:ident, $property:literal, $instance:expr;)*) => {
        $(#[test]
        fn $name() {
            control(Without::$without, $property, $instance);
        })*
    };
}

controls! {
    a_claim_needs_a_free_seat: ClaimFree, "never over capacity", Instance {
        clients: &[(0, &[Claim]), (1, &[Claim])],
        ..SMALL
    };
    a_claim_needs_a_new_guest: ClaimNotThere, "free + held + guests = capacity", Instance {
        seats: &[2, 0],
        clients: &[(0, &[Claim])],
        faults: Faults { repeats: 1, ..FAULTS },
        ..SMALL
    };
    a_claim_needs_an_open_bucket: ClaimTerms, "no seat after the close", Instance {
        clients: &[(0, &[Claim])],
        organizer: &[Change::Close],
        ..SMALL
    };
    a_borrowing_needs_a_free_seat: BorrowFree, "never over capacity", Instance {
        homes: &[1, 1],
        clients: &[(0, &[Claim]), (1, &[Claim])],
        ..SMALL
    };
    a_borrowing_needs_a_new_guest: BorrowNotThere, "free + held + guests = capacity", Instance {
        seats: &[0, 2],
        homes: &[0],
        clients: &[(0, &[Claim]), (0, &[Claim])],
        ..SMALL
    };
    a_borrower_is_seated_at_home: BorrowHome, "each guest once, at home", Instance {
        homes: &[1],
        clients: &[(0, &[Claim])],
        ..SMALL
    };
    only_a_guest_is_removed: RemoveThere, "free + held + guests = capacity", Instance {
        before: &[Seated(0)],
        clients: &[(0, &[Leave])],
        faults: Faults { repeats: 1, ..FAULTS },
        ..SMALL
    };
    only_held_seats_are_released: ReleaseHeld, "free + held + guests = capacity", Instance {
        before: &[Seated(0)],
        clients: &[(0, &[Leave])],
        faults: Faults { repeats: 1, ..FAULTS },
        ..SMALL
    };
    registrations_follow_by_revision: RegistrationRev, "revisions only rise", Instance {
        clients: &[(0, &[Claim, Leave])],
        faults: Faults { deaths: 1, ..FAULTS },
        ..SMALL
    };
    a_seat_that_was_seen_is_no_news: SeenConfirmed, "a registration counts each seat once", Instance {
        seats: &[1, 1],
        homes: &[1, 1],
        before: &[Seated(1)],
        clients: &[(0, &[Claim]), (1, &[Leave])],
        ..SMALL
    };
    the_relay_finishes_a_close: Align, "at rest: the buckets' terms are the event's", Instance {
        organizer: &[Change::Close],
        faults: Faults { deaths: 1, ..FAULTS },
        ..SMALL
    };
    older_terms_do_not_come_back: AlignNewer, "no seat after the close", Instance {
        seats: &[1],
        homes: &[0],
        clients: &[(0, &[Claim])],
        organizer: &[Change::Close, Change::Reopen, Change::Close],
        ..SMALL
    };
    who_waits_has_no_seat: EnqueueHome, "nobody comes to wait with a seat", Instance {
        before: &[Seated(1)],
        clients: &[(0, &[Join]), (0, &[Claim]), (1, &[Leave])],
        ..SMALL
    };
    nobody_waits_twice: EnqueueWaiting, "at rest: places are those of who waits", Instance {
        before: &[Seated(1)],
        clients: &[(0, &[Join]), (0, &[Join])],
        ..SMALL
    };
    a_promotion_needs_home_as_it_was: PromoteHome, "free + held + guests = capacity", Instance {
        seats: &[2, 0],
        clients: &[(1, &[Claim]), (0, &[Leave])],
        ..WAITING
    };
    a_promotion_needs_the_place: PromotePlace, "a user who was taken off stays off", Instance {
        clients: &[(0, &[Leave]), (1, &[Leave])],
        ..WAITING
    };
    a_promotion_needs_the_seat: PromoteSeat, "never over capacity", Instance {
        homes: &[0, 1, 1],
        clients: &[(0, &[Leave]), (2, &[Join])],
        ..WAITING
    };
    the_head_comes_first: Head, "the waitlist's order is kept", Instance {
        homes: &[0, 0, 0],
        before: &[Seated(0), Waits(1), Waits(2)],
        clients: &[(0, &[Leave])],
        ..SMALL
    };
    the_relay_learns_first: LearnFirst, "at rest: no seat stranded", Instance {
        before: &[Seated(0)],
        clients: &[(0, &[Leave])],
        ..SMALL
    };
    a_join_is_an_occasion: JoinOccasion, "at rest: no seat stranded", Instance {
        before: &[Seated(0)],
        clients: &[(0, &[Leave]), (1, &[Join])],
        ..SMALL
    };
    the_relay_repairs: Repair, "at rest: registrations agree with the guest list", Instance {
        clients: &[(0, &[Claim])],
        faults: Faults { deaths: 1, ..FAULTS },
        ..SMALL
    };
    a_place_ends_with_a_seat: Strike, "at rest: places are those of who waits", Instance {
        seats: &[2, 0],
        before: &[Seated(0), Waits(1)],
        clients: &[(1, &[Claim])],
        ..SMALL
    };
    capacity_is_lowered_by_what_is_there: LowerSeats, "free + held + guests = capacity", Instance {
        clients: &[(0, &[Claim])],
        organizer: &[Change::Lower(1)],
        ..SMALL
    };
    seats_of_the_erased_are_given_back: SeatedAccount, "at rest: erased accounts hold nothing", Instance {
        clients: &[(0, &[Erase]), (0, &[Claim])],
        ..SMALL
    };
    places_of_the_erased_are_given_back: JoinedAccount, "at rest: erased accounts hold nothing", Instance {
        before: &[Seated(1)],
        clients: &[(0, &[Erase]), (0, &[Join])],
        ..SMALL
    };
    an_erasure_is_looked_after: ErasedAccount, "at rest: erased accounts hold nothing", Instance {
        clients: &[(0, &[Erase]), (0, &[Claim])],
        ..SMALL
    };
    accounts_are_read_after_the_repair: AccountAfterRepair, "at rest: erased accounts hold nothing", Instance {
        clients: &[(0, &[Erase]), (0, &[Claim])],
        faults: Faults { deaths: 1, ..FAULTS },
        ..SMALL
    };
    sold_out_is_not_guessed: SoldOutKnown, "sold out is true", Instance {
        homes: &[1],
        clients: &[(0, &[Claim])],
        ..SMALL
    };
    own_reads_may_go_back_after_a_lost_call: LossCounts, "a user who was confirmed has the seat, and reads so", Instance {
        seats: &[1, 1],
        homes: &[0],
        clients: &[(0, &[Claim, Leave, Claim])],
        faults: Faults { deaths: 1, ..FAULTS },
        ..SMALL
    };
    own_reads_may_go_back_after_two_lost_calls: LossesCount, "a user who was taken off stays off", Instance {
        clients: &[(0, &[Claim, Leave])],
        faults: Faults { deaths: 2, restarts: 2, ..FAULTS },
        ..SMALL
    };
    a_place_stands_after_two_lost_calls: Affirm, "a user who was put on the waitlist waits or has a seat", Instance {
        seats: &[1, 1],
        homes: &[0, 1],
        before: &[Seated(0), Waits(1)],
        clients: &[(1, &[Claim, Leave, Join])],
        faults: Faults { deaths: 2, ..FAULTS },
        ..SMALL
    };
}
