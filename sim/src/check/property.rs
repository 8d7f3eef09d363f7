//! The lists of properties. Some must be true in every state, others only at rest: when all processes are done and every record
//! is processed.

mod always;
mod at_rest;

use stateright::Property;

use super::{setting::Checked, world::World};

/// The name of a property, and a function that returns whether the property is true in a state.
pub(crate) type Named = (&'static str, fn(&Checked, &World) -> bool);

/// The properties that must be true in every state.
pub(crate) const ALWAYS: &[Named] = &[
    ("never over capacity", always::never_over_capacity),
    (
        "free + held + guests = capacity",
        always::every_seat_is_somewhere,
    ),
    ("each guest once, at home", always::guests_are_at_home),
    ("revisions only rise", always::revisions_only_rise),
    (
        "registrations know no future",
        always::registrations_know_no_future,
    ),
    (
        "a registration counts each seat once",
        always::generations_count_seats,
    ),
    (
        "nobody comes to wait with a seat",
        always::nobody_waits_with_a_seat,
    ),
    ("who waits has a place", always::who_waits_has_a_place),
    (
        "a user who was confirmed has the seat, and reads so",
        always::confirmed_is_kept,
    ),
    (
        "a user who was put on the waitlist waits or has a seat",
        always::waiting_is_kept,
    ),
    ("a user who was taken off stays off", always::off_is_kept),
    ("no seat is denied to its owner", always::no_seat_is_denied),
    ("sold out is true", always::sold_out_is_true),
    ("the waitlist's order is kept", always::order_is_kept),
    ("no seat after the close", always::closed_is_closed),
];

/// The properties that must be true at rest, when all processes are done.
pub(crate) const AT_REST: &[Named] = &[
    ("at rest: no seat stranded", at_rest::no_seat_is_stranded),
    (
        "at rest: registrations agree with the guest list",
        at_rest::registrations_agree,
    ),
    (
        "at rest: places are those of who waits",
        at_rest::places_agree,
    ),
    (
        "at rest: the availability is that of the buckets",
        at_rest::availability_agrees,
    ),
    (
        "at rest: a newcomer gets a true answer",
        at_rest::newcomers_are_told_the_truth,
    ),
    (
        "at rest: the buckets' terms are the event's",
        at_rest::terms_agree,
    ),
    (
        "at rest: erased accounts hold nothing",
        at_rest::erased_accounts_hold_nothing,
    ),
];

/// Returns all properties in the checker's form, or only the one with the name `only`.
pub(crate) fn all(only: Option<&str>) -> Vec<Property<Checked>> {
    ALWAYS
        .iter()
        .chain(AT_REST)
        .filter(|(name, _)| only.is_none_or(|only| only == *name))
        .map(|(name, holds)| Property::always(name, *holds))
        .collect()
}
