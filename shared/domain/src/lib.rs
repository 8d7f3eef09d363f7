//! The rules of em-connect: pure types, state machines and tokens.
//!
//! Architecture invariant: nothing here knows AWS, HTTP, a clock or a source of randomness. Times, ids and
//! seeds are arguments, so that tests and simulations run the very code that the functions run.

pub mod access_token;
pub mod admission;
pub mod announcement;
pub mod audit;
pub mod client_kind;
mod crockford;
pub mod cursor;
pub mod email;
pub mod email_change;
pub mod erasure;
pub mod event;
pub mod fold;
pub mod guest_list;
pub mod id;
pub mod invalid;
pub mod json;
pub mod keyring;
pub mod keyrings;
pub mod live;
pub mod mail_code;
pub mod mail_key;
pub mod mail_state;
pub mod password;
pub mod ping;
pub mod policy;
pub mod rate_limit;
pub mod refresh_token;
pub mod registration;
pub mod role;
pub mod schedule;
pub mod search;
pub mod sender;
pub mod session;
pub mod spreadsheet;
pub mod stats;
pub mod text;
pub mod throttle;
pub mod ticket;
pub mod timestamp;
pub mod unsubscribe;
pub mod user;
