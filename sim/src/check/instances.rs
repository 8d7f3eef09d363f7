//! The instances.

mod changes;
mod claims;
mod erasing;
mod waiting;

use super::instance::Instance;

/// The instances that take seconds even in a debug build.
const SHORT: &[&str] = &[
    "claim",
    "waits-and-claims",
    "two-devices",
    "close",
    "erase-and-claim",
    "erase-and-join",
    "erase-a-guest",
    "erase-who-waits-and-claims",
];

/// Returns all instances.
pub(crate) fn all() -> Vec<Instance> {
    [claims::ALL, waiting::ALL, changes::ALL, erasing::ALL].concat()
}

/// Returns the short instances.
pub(crate) fn short() -> Vec<Instance> {
    let mut short = all();
    short.retain(|instance| SHORT.contains(&instance.name));
    short
}
