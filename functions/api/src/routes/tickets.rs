//! The operations on tickets for their holders and for an event's staff.

pub(crate) mod get;
pub(crate) mod issued;
pub(crate) mod mail;
pub(crate) mod mine;
pub(crate) mod render;
