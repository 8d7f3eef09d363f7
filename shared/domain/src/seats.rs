//! Seats: the guest list of an event decides who has a seat, and the registrations show users what the guest list decided.
//!
//! The seats of an event are divided among *buckets*. Each bucket is one item with a partition key of its own, so that many
//! simultaneous registrations are spread over partitions. A user has one *home* bucket and appears in no other bucket, so
//! nobody can be on the guest list twice. The state machine [`claim::Claim`] chooses the steps of a registration. Every step is
//! one conditional write or one transaction. Each write is a value that contains its conditions and its changes (see
//! [`writes`]).
//!
//! A seat that a guest gave back is *held* for the waitlist. [`join::Join`] adds a user to the waitlist.
//! [`promotion::Promotion`] gives a held seat to the head of the waitlist, or makes the seat free if nobody waits.
//! [`leave::Leave`] gives up a user's seat or place.
//!
//! Invariant, which is true at every moment: `Σ free + Σ held + Σ guests = capacity`.

pub mod availability;
pub mod bucket;
pub mod capacity_change;
pub mod claim;
pub mod join;
pub mod leave;
pub mod promotion;
pub mod registration;
pub mod visitor_action;
pub mod waitlist;
pub mod writes;
