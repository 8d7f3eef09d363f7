//! Seats: the guest list of an event, which decides who has a seat, and the registrations that its users read.
//!
//! The seats of an event are split over *buckets*, each stored as one item under a partition key of its own, so that a rush
//! spreads over partitions. A user has one *home* bucket and appears in no other, so nobody can be on the list twice. Every
//! step is one conditional write or one transaction. The state machine [`claim::Claim`] chooses the steps. Each write is a
//! value with its demands and changes: [`writes`].
//!
//! Seats that were given back are *held* for the waitlist. [`join::Join`] puts a user on it. [`promotion::Promotion`] gives
//! its head a held seat, or frees the seat if nobody waits. [`leave::Leave`] gives a seat or a place up.
//!
//! Invariant at every instant: `Σ free + Σ held + Σ guests = capacity`.

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
