//! Statistics of one event, and of the whole deployment.

pub(super) mod all;
pub(super) mod event;
pub(super) mod rebuild;
mod recount;
