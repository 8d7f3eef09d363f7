//! Keys, which are derived from the secrets of a deployment.
//!
//! A [keyring] contains the keys of one secret. The [keyrings] of a deployment contain one keyring for each of its secrets,
//! with the times at which the use of each keyring begins and ends. A [cursor] is a pagination cursor that a key authenticates.

pub mod cursor;
pub mod keyring;
pub mod keyrings;
