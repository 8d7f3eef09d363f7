//! Seats: buckets, registrations, waitlists and availability. The functions of this module run the state machines of `domain`
//! on these items.

pub(crate) mod availability;
pub(crate) mod buckets;
mod capacity;
mod claims;
mod joins;
mod kept;
mod leaves;
mod promotions;
mod refused;
pub(crate) mod registrations;
mod snapshot;
pub(crate) mod waitlist;

pub use leaves::{Leaving, Withdrawal};
pub use registrations::Upsert;
pub use snapshot::GuestListSnapshot;
pub use waitlist::waitlist_place;
