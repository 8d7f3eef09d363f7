//! The properties that must be true in every state.

use std::collections::BTreeSet;

use domain::seats::registration::RegistrationStatus;

use super::super::{
    client::Client,
    control::Without,
    setting::Checked,
    task::Answered,
    world::{Broken, World},
};

/// The buckets never contain more guests than the capacity allows (Σ guests ≤ capacity).
pub(super) fn never_over_capacity(_: &Checked, world: &World) -> bool {
    let guests: usize = world.buckets.iter().map(|b| b.guests.len()).sum();
    guests <= world.capacity as usize
}

/// The free seats, the held seats and the guests of all buckets always add up to the capacity (Σ free + Σ held + Σ guests =
/// capacity).
pub(super) fn every_seat_is_somewhere(_: &Checked, world: &World) -> bool {
    let seats = |b: &domain::seats::bucket::Bucket| (b.free + b.held) as usize + b.guests.len();
    world.buckets.iter().map(seats).sum::<usize>() == world.capacity as usize
}

/// Each guest is on the guest list once, in the home bucket.
pub(super) fn guests_are_at_home(checked: &Checked, world: &World) -> bool {
    let mut seen = BTreeSet::new();
    world.buckets.iter().all(|bucket| {
        bucket.guests.iter().all(|guest| {
            let at_home = checked.0.user(*guest).map(|user| checked.0.home(user));
            at_home == Some(bucket.no) && seen.insert(*guest)
        })
    })
}

/// No registration has ever been replaced by a registration with an older revision.
pub(super) fn revisions_only_rise(_: &Checked, world: &World) -> bool {
    world.broken != Some(Broken::RevFell)
}

/// A registration's generation is at most the number of times that its user got a seat.
pub(super) fn generations_count_seats(_: &Checked, world: &World) -> bool {
    let mut users = world.registrations.iter().zip(&world.seatings);
    users.all(|(item, seatings)| {
        item.as_ref()
            .is_none_or(|item| item.generation <= u32::from(*seatings))
    })
}

/// No user who had a seat ever got a place on the waitlist.
pub(super) fn nobody_waits_with_a_seat(_: &Checked, world: &World) -> bool {
    world.broken != Some(Broken::WaitsWithSeat)
}

/// No registration has a greater revision than the home bucket of its user.
pub(super) fn registrations_know_no_future(checked: &Checked, world: &World) -> bool {
    (0..).zip(&world.registrations).all(|(user, item)| {
        let home = &world.buckets[usize::from(checked.0.home(user))];
        item.as_ref().is_none_or(|item| item.rev <= home.rev)
    })
}

/// If a registration is waitlisted, the place that it names is on the waitlist.
pub(super) fn who_waits_has_a_place(_: &Checked, world: &World) -> bool {
    world.registrations.iter().flatten().all(|item| {
        item.status != RegistrationStatus::Waitlisted
            || world
                .entries
                .iter()
                .any(|entry| Some(entry.id) == item.entry_id)
    })
}

/// If the last answer confirmed a seat, and the user has not lost the seat since, the user is on the guest list. The
/// registration is confirmed too, unless the answer to one of the user's calls was lost.
pub(super) fn confirmed_is_kept(checked: &Checked, world: &World) -> bool {
    let most = u8::from(checked.0.is_without(Without::LossCounts));
    answered(checked, world, Answered::Confirmed).all(|client| {
        world.is_guest(&checked.0, client.user)
            && (client.slips > most || status(world, client) == Some(RegistrationStatus::Confirmed))
    })
}

/// If the last answer gave the user a place on the waitlist, the user still waits or has a seat. A user with several clients is
/// not checked.
pub(super) fn waiting_is_kept(_: &Checked, world: &World) -> bool {
    let waits = |client: &&Client| {
        client.answered == Some(Answered::Waitlisted) && !world.erased[client.user]
    };
    world.clients.iter().filter(waits).all(|client| {
        !is_alone(world, client)
            || matches!(
                status(world, client),
                Some(RegistrationStatus::Waitlisted | RegistrationStatus::Confirmed)
            )
    })
}

/// If the last answer was that the user has neither a seat nor a place, the user has no seat, and the registration shows
/// neither. A user with several clients is not checked.
pub(super) fn off_is_kept(checked: &Checked, world: &World) -> bool {
    answered(checked, world, Answered::Off).all(|client| {
        !is_alone(world, client)
            || (!world.is_guest(&checked.0, client.user)
                && matches!(
                    status(world, client),
                    None | Some(RegistrationStatus::Cancelled)
                ))
    })
}

/// Returns the clients whose last answer is `answered`, except those for whom the answers to two calls were lost. For such
/// clients, the registration may show an intermediate state for a moment, until the relay has processed the calls.
fn answered<'a>(
    checked: &Checked,
    world: &'a World,
    answered: Answered,
) -> impl Iterator<Item = &'a Client> + use<'a> {
    let most = if checked.0.is_without(Without::LossesCount) {
        2
    } else {
        1
    };
    // A user of an erased account is excluded, because the protocol promises nothing to this user, even if the token is still
    // valid.
    let is_told = move |client: &&Client| {
        client.answered == Some(answered) && client.slips <= most && !world.erased[client.user]
    };
    world.clients.iter().filter(is_told)
}

/// If a user had a seat during the whole time of a process, the process never answered that the user has no seat.
pub(super) fn no_seat_is_denied(_: &Checked, world: &World) -> bool {
    world.broken != Some(Broken::Denied)
}

/// Until a held seat becomes free for the first time in a run, nobody gets the answer that all seats are taken while a seat is
/// free.
pub(super) fn sold_out_is_true(_: &Checked, world: &World) -> bool {
    world.broken != Some(Broken::FalseSoldOut)
}

/// Nobody was promoted before another user who had joined the waitlist earlier and still waited.
pub(super) fn order_is_kept(_: &Checked, world: &World) -> bool {
    world.broken != Some(Broken::OutOfOrder)
}

/// Nobody got a seat between the end of a call that closed registration and the next call that opens registration.
pub(super) fn closed_is_closed(_: &Checked, world: &World) -> bool {
    world.broken != Some(Broken::SeatAfterClose)
}

fn status(world: &World, client: &Client) -> Option<RegistrationStatus> {
    let registration = world.registrations[client.user].as_ref();
    registration.map(|item| item.status)
}

/// Whether no other client acts for this client's user.
fn is_alone(world: &World, client: &Client) -> bool {
    let same = |other: &&Client| other.user == client.user;
    world.clients.iter().filter(same).count() == 1
}
