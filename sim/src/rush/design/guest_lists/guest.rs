//! Converts people of the simulation to guest ids, and guest ids to people.

use domain::id::GuestId;

/// Returns the guest id of a person.
pub(super) fn guest(person: u32) -> GuestId {
    GuestId::from(u128::from(person).to_be_bytes())
}

/// Returns the person to whom a guest id belongs.
pub(super) fn person(guest: GuestId) -> u32 {
    let [.., a, b, c, d] = *guest.as_bytes();
    u32::from_be_bytes([a, b, c, d])
}
