//! Tickets, as holders and staff see them.

pub(crate) mod get;
pub(crate) mod issued;
pub(crate) mod mine;
pub(crate) mod render;
