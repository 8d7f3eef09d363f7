//! The rules of em-connect: pure types, state machines and tokens. Each part of the product has a module of its own.
//!
//! Architecture invariant: no code here uses AWS, HTTP, a clock or a source of randomness. Times, ids and seeds are arguments,
//! so that tests and simulations run the same code as the functions.
//!
//! Architecture invariant: the modules depend on each other in one direction. A module uses only modules that stand above it in
//! this list. A test compares the imports with the list.
//!
//! - [`text`]: texts that people type, the comparison of two texts, and texts that are exchanged with other programs (JSON,
//!   times, cells of spreadsheets).
//! - [`keys`]: keys that are derived from a deployment's secrets, the rotation of these keys, pagination cursors, and codes that
//!   give their bearer a right.
//! - [`events`]: the states, times, doors and announcements of an event, and the search for events.
//! - [`seats`]: who has a seat: registrations, buckets, capacity, availability and the waitlist.
//! - [`tickets`]: the code and the signed token of a ticket.
//! - [`door`]: admission: which of a ticket's scans lets its holder in.
//! - [`mail`]: keys and states of mails, whether mail can be sent, and the link that unsubscribes a user from mails about an
//!   event.
//! - [`accounts`]: addresses, passwords, roles and sessions of accounts, codes that are sent by mail, and erasure.
//! - [`security`]: who may do what, the tokens that identify a caller, rate limits, waits after failed logins, and the audit
//!   log.
//! - [`live`]: what viewers of an event receive, and when; the delay of the table's stream.
//! - [`stats`]: the contributions of items to the statistics, and the numbers that readers see.
//!
//! Two modules are not in the list, because all the others use them: [`id`] has the typed ids, and [`invalid`] has the reasons
//! why fields of an input were refused.

pub mod accounts;
pub mod door;
pub mod events;
pub mod id;
pub mod invalid;
pub mod keys;
pub mod live;
pub mod mail;
pub mod seats;
pub mod security;
pub mod stats;
pub mod text;
pub mod tickets;
