//! The operations on the sessions of the caller's account.

pub(crate) mod end;
pub(crate) mod end_others;
pub(crate) mod list;
