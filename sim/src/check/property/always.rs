//! The properties of every state.

use std::collections::BTreeSet;

use domain::seats::registration::RegistrationStatus;

use super::super::{
    client::Client,
    control::Without,
    setting::Checked,
    task::Told,
    world::{Broken, World},
};

/// Σ guests ≤ capacity.
pub(super) fn never_over_capacity(_: &Checked, world: &World) -> bool {
    let guests: usize = world.buckets.iter().map(|b| b.guests.len()).sum();
    guests <= world.capacity as usize
}

/// Σ free + Σ held + Σ guests = capacity.
pub(super) fn every_seat_is_somewhere(_: &Checked, world: &World) -> bool {
    let seats = |b: &domain::seats::bucket::Bucket| (b.free + b.held) as usize + b.guests.len();
    world.buckets.iter().map(seats).sum::<usize>() == world.capacity as usize
}

/// Each guest is on the list once, in the home bucket.
pub(super) fn guests_are_at_home(checked: &Checked, world: &World) -> bool {
    let mut seen = BTreeSet::new();
    world.buckets.iter().all(|bucket| {
        bucket.guests.iter().all(|guest| {
            let at_home = checked.0.user(*guest).map(|user| checked.0.home(user));
            at_home == Some(bucket.no) && seen.insert(*guest)
        })
    })
}

/// No registration has ever been replaced by an older one.
pub(super) fn revisions_only_rise(_: &Checked, world: &World) -> bool {
    world.broken != Some(Broken::RevFell)
}

/// A user's seats have different generations, and so different tickets.
pub(super) fn generations_count_seats(_: &Checked, world: &World) -> bool {
    let mut users = world.registrations.iter().zip(&world.seatings);
    users.all(|(item, seatings)| {
        item.as_ref()
            .is_none_or(|item| item.generation <= u32::from(*seatings))
    })
}

/// No user with a seat has got a place.
pub(super) fn nobody_waits_with_a_seat(_: &Checked, world: &World) -> bool {
    world.broken != Some(Broken::WaitsWithSeat)
}

/// A registration's revision is one that its home bucket has had.
pub(super) fn registrations_know_no_future(checked: &Checked, world: &World) -> bool {
    (0..).zip(&world.registrations).all(|(user, item)| {
        let home = &world.buckets[usize::from(checked.0.home(user))];
        item.as_ref().is_none_or(|item| item.rev <= home.rev)
    })
}

/// The place that a waiting registration names is on the waitlist.
pub(super) fn who_waits_has_a_place(_: &Checked, world: &World) -> bool {
    world.registrations.iter().flatten().all(|item| {
        item.status != RegistrationStatus::Waitlisted
            || world
                .entries
                .iter()
                .any(|entry| Some(entry.id) == item.entry_id)
    })
}

/// A user who got the answer of a seat, and has not lost it since, has it. The registration shows it, if no call of the user
/// was lost.
pub(super) fn confirmed_is_kept(checked: &Checked, world: &World) -> bool {
    let most = u8::from(checked.0.is_without(Without::LossCounts));
    told(checked, world, Told::Confirmed).all(|client| {
        world.is_guest(&checked.0, client.user)
            && (client.slips > most || status(world, client) == Some(RegistrationStatus::Confirmed))
    })
}

/// A user who got the answer to wait, and has had no other wish since, waits or has a seat.
pub(super) fn waiting_is_kept(_: &Checked, world: &World) -> bool {
    let waits =
        |client: &&Client| client.told == Some(Told::Waitlisted) && !world.erased[client.user];
    world.clients.iter().filter(waits).all(|client| {
        !is_alone(world, client)
            || matches!(
                status(world, client),
                Some(RegistrationStatus::Waitlisted | RegistrationStatus::Confirmed)
            )
    })
}

/// A user who got the answer of neither seat nor place, and has had no other wish since, has no seat, and the registration
/// shows none.
pub(super) fn off_is_kept(checked: &Checked, world: &World) -> bool {
    told(checked, world, Told::Off).all(|client| {
        !is_alone(world, client)
            || (!world.is_guest(&checked.0, client.user)
                && matches!(
                    status(world, client),
                    None | Some(RegistrationStatus::Cancelled)
                ))
    })
}

/// Returns the clients that got this answer and lost at most one call. After more lost calls, the registration may show an
/// intermediate state for a moment, when the relay processes it.
fn told<'a>(
    checked: &Checked,
    world: &'a World,
    told: Told,
) -> impl Iterator<Item = &'a Client> + use<'a> {
    let most = if checked.0.is_without(Without::LossesCount) {
        2
    } else {
        1
    };
    // Nothing is promised to a user of an erased account, even if the token is still valid.
    let is_told = move |client: &&Client| {
        client.told == Some(told) && client.slips <= most && !world.erased[client.user]
    };
    world.clients.iter().filter(is_told)
}

/// No user who had a seat when a process began, and has had it since, got the answer that there is none.
pub(super) fn no_seat_is_denied(_: &Checked, world: &World) -> bool {
    world.broken != Some(Broken::Denied)
}

/// As long as no seat was ever given back, nobody gets the answer that all seats are taken while one is free.
pub(super) fn sold_out_is_true(_: &Checked, world: &World) -> bool {
    world.broken != Some(Broken::FalseSoldOut)
}

/// Nobody was promoted while a user waited who had come earlier.
pub(super) fn order_is_kept(_: &Checked, world: &World) -> bool {
    world.broken != Some(Broken::OutOfOrder)
}

/// After a closing call has returned, nobody got a seat.
pub(super) fn closed_is_closed(_: &Checked, world: &World) -> bool {
    world.broken != Some(Broken::SeatAfterClose)
}

fn status(world: &World, client: &Client) -> Option<RegistrationStatus> {
    let registration = world.registrations[client.user].as_ref();
    registration.map(|item| item.status)
}

/// Whether nobody else acts for the client's user.
fn is_alone(world: &World, client: &Client) -> bool {
    let same = |other: &&Client| other.user == client.user;
    world.clients.iter().filter(same).count() == 1
}
