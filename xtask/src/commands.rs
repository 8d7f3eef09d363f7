//! The commands of `cargo xtask`. Each command has its own module.

pub(crate) mod bench;
pub(crate) mod budgets;
pub(crate) mod deploy;
pub(crate) mod down;
pub(crate) mod hash_password;
pub(crate) mod openapi;
pub(crate) mod package;
pub(crate) mod rotate_secret;
pub(crate) mod test;
pub(crate) mod up;
