//! The rules of em-connect: pure types, state machines and tokens, in one room for each part of the product.
//!
//! Architecture invariant: no code here uses AWS, HTTP, a clock or a source of randomness. Times, ids and seeds are arguments,
//! so that tests and simulations run the very code that the functions run.
//!
//! Architecture invariant: rooms use each other one way. A room uses only rooms that stand above it in this list; a test
//! compares the imports with the list.
//!
//! - [`text`]: texts that people type, how two texts compare, and texts that are exchanged with other programs (JSON, times,
//!   cells of spreadsheets).
//! - [`keys`]: keys that are derived from a deployment's secrets, their rotation, and the pagination cursors made with them.
//! - [`events`]: an event's life, times, doors and announcements, and how events are found.
//! - [`seats`]: who has a seat: registrations, buckets, capacity, availability and the waitlist.
//! - [`tickets`]: the code and the signed token of a ticket.
//! - [`door`]: admission: which of a ticket's scans lets its holder in.
//! - [`mail`]: keys and states of mails, whether mail can be sent, and the link that ends mails of an event.
//! - [`accounts`]: addresses, passwords, roles and sessions of accounts, codes by mail, and erasure.
//! - [`security`]: who may do what, the tokens that identify a caller, limits and waits, and the audit log.
//! - [`live`]: what viewers of an event receive, and when; how far the table's stream is behind.
//! - [`stats`]: the contributions of items to the statistics, and the numbers that readers see.
//!
//! Two modules are in no room, because the input and the items of every room use them: [`id`], the typed ids, and [`invalid`],
//! the reasons why fields were refused.

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
