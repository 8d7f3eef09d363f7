//! Accounts, as administrators see them.

pub(crate) mod list;
pub(crate) mod set_role;
