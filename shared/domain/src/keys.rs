//! Keys, which are derived from the secrets of a deployment, and codes that give their bearer a right.
//!
//! A [keyring] contains the keys of one secret. The [keyrings] of a deployment contain one keyring for each of its secrets,
//! with the times at which the use of each keyring begins and ends. A [cursor] is a pagination cursor that a key authenticates.
//! A [bearer code](bearer_code) is random, and gives a right to whoever has it.

pub mod bearer_code;
pub mod cursor;
pub mod keyring;
pub mod keyrings;
