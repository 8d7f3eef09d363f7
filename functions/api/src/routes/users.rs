//! The operations of administrators on accounts.

pub(crate) mod list;
pub(crate) mod set_role;
