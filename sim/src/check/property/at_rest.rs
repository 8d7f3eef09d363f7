//! The properties that must be true at rest, when all processes are done and every record is processed.

use domain::seats::{
    availability::{Availability, BucketCounts},
    claim::{Claim, ClaimOutcome, ClaimReply, ClaimStep},
    registration::RegistrationStatus,
};

use super::super::{
    instance::NOW,
    setting::{Checked, Setting},
    world::World,
};

/// While registration is open, no seat is held, and no seat is free as long as a user waits.
pub(super) fn no_seat_is_stranded(checked: &Checked, world: &World) -> bool {
    if !world.is_at_rest(&checked.0) || !world.is_open() {
        return true;
    }
    let held: u32 = world.buckets.iter().map(|bucket| bucket.held).sum();
    held == 0 && (world.entries.is_empty() || world.total_free() == 0)
}

/// Each user on the guest list has a confirmed registration, and no other user has a confirmed registration.
pub(super) fn registrations_agree(checked: &Checked, world: &World) -> bool {
    if !world.is_at_rest(&checked.0) {
        return true;
    }
    (0..).zip(&world.registrations).all(|(user, item)| {
        let status = item.as_ref().map(|item| item.status);
        (status == Some(RegistrationStatus::Confirmed)) == world.is_guest(&checked.0, user)
    })
}

/// Every user who waits has exactly one place. While registration is open, no other places exist.
pub(super) fn places_agree(checked: &Checked, world: &World) -> bool {
    if !world.is_at_rest(&checked.0) {
        return true;
    }
    let waiting = |item: &&domain::seats::registration::Registration| {
        item.status == RegistrationStatus::Waitlisted
    };
    let waiting = world.registrations.iter().flatten().filter(waiting).count();
    let places = world.entries.iter().filter(|entry| {
        let user = checked.0.user(entry.guest);
        user.is_some_and(|user| world.waits_at(user, entry.id))
    });
    places.count() == waiting && (!world.is_open() || world.entries.len() == waiting)
}

/// An erased account has neither seat nor place, and its registration, if there is one, is cancelled.
pub(super) fn erased_accounts_hold_nothing(checked: &Checked, world: &World) -> bool {
    if !world.is_at_rest(&checked.0) {
        return true;
    }
    (0..).zip(&world.erased).all(|(user, erased)| {
        let guest = checked.0.guests[user];
        let says_so = world.registrations[user]
            .as_ref()
            .is_some_and(|item| item.status != RegistrationStatus::Cancelled);
        let has_place = world.entries.iter().any(|entry| entry.guest == guest);
        !erased || !(says_so || has_place || world.is_guest(&checked.0, user))
    })
}

/// The availability shows the current counts of all buckets and the current number of places.
pub(super) fn availability_agrees(checked: &Checked, world: &World) -> bool {
    !world.is_at_rest(&checked.0)
        || (world
            .buckets
            .iter()
            .all(|bucket| world.availability.counts(bucket.no) == BucketCounts::from(bucket))
            && world.availability.waitlisted as usize == world.entries.len())
}

/// The terms of every bucket agree with the terms of the event.
pub(super) fn terms_agree(checked: &Checked, world: &World) -> bool {
    !world.is_at_rest(&checked.0)
        || (world.buckets.iter()).all(|bucket| !bucket.terms.differ_from(&world.event))
}

/// A newcomer gets a seat if one is free. Otherwise, the newcomer gets the answer that all seats are taken or that registration
/// is closed. This is true for every home bucket, with and without a cached availability.
pub(super) fn newcomers_are_told_the_truth(checked: &Checked, world: &World) -> bool {
    if !world.is_at_rest(&checked.0) {
        return true;
    }
    let setting = &checked.0;
    let users = setting.instance.homes.len();
    (users..setting.guests.len()).all(|stranger| {
        [None, Some(world.availability.clone())]
            .into_iter()
            .all(|known| {
                let answered = tell(setting, world.clone(), stranger, known);
                let admits = |no: usize| world.buckets[no].terms.admit(NOW);
                match answered {
                    ClaimOutcome::Closed => !admits(setting.home(stranger).into()),
                    ClaimOutcome::Confirmed(_) => world.total_free() > 0,
                    ClaimOutcome::SoldOut => world.total_free() == 0,
                    ClaimOutcome::AlreadyConfirmed(_) | ClaimOutcome::Contended => false,
                }
            })
    })
}

fn tell(
    setting: &Setting,
    mut world: World,
    stranger: usize,
    known: Option<Availability>,
) -> ClaimOutcome {
    let home = setting.home(stranger);
    let guest = setting.guests[stranger];
    let mut claim = Claim::new(guest, home, setting.instance.count(), NOW, known, 7);
    let mut step = claim.start();
    loop {
        let answer = match step {
            ClaimStep::Claim => world.claim(setting, stranger),
            ClaimStep::Borrow { donor } => world.borrow(setting, stranger, donor),
            ClaimStep::ReadAvailability => ClaimReply::Availability(world.availability.clone()),
            ClaimStep::ReadHome => ClaimReply::Home(world.buckets[usize::from(home)].clone()),
            ClaimStep::Pause { .. } => ClaimReply::Paused,
            ClaimStep::Done(outcome) => return outcome,
        };
        step = claim.advance(answer);
    }
}
