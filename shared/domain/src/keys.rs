//! Keys, which are derived from a deployment's secrets.
//!
//! A [keyring] has the keys of one secret. The [keyrings] of a deployment are the keyrings of all its secrets, with the times
//! at which they begin and end. A [cursor] is a text that a key authenticates.

pub mod cursor;
pub mod keyring;
pub mod keyrings;
