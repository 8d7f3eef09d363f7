//! The list of all configurations of the model.

mod changes;
mod claims;
mod erasing;
mod waiting;

use super::instance::Instance;

/// The names of the configurations whose check takes only seconds, even in a debug build.
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

/// Returns all configurations of the model.
pub(crate) fn all() -> Vec<Instance> {
    [claims::ALL, waiting::ALL, changes::ALL, erasing::ALL].concat()
}

/// Returns the configurations whose check takes only seconds.
pub(crate) fn short() -> Vec<Instance> {
    let mut short = all();
    short.retain(|instance| SHORT.contains(&instance.name));
    short
}
