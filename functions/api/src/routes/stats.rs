//! Statistics: of an event, and of all.

pub(super) mod all;
pub(super) mod event;
pub(super) mod rebuild;
mod recount;
