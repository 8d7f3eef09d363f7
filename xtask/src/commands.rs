//! One file per command.

pub(crate) mod bench;
pub(crate) mod budgets;
pub(crate) mod contract;
pub(crate) mod demo;
pub(crate) mod deploy;
pub(crate) mod destroy;
pub(crate) mod down;
pub(crate) mod env;
pub(crate) mod hash_password;
pub(crate) mod logs;
pub(crate) mod mail;
pub(crate) mod openapi;
pub(crate) mod package;
pub(crate) mod rotate_secret;
pub(crate) mod scan;
pub(crate) mod smoke;
pub(crate) mod status;
pub(crate) mod supply_chain;
pub(crate) mod template;
pub(crate) mod test;
pub(crate) mod up;
pub(crate) mod watch;
