//! The operations on events.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod get;
pub(crate) mod hand_over;
mod input;
pub(crate) mod list;
pub(crate) mod mine;
pub(crate) mod picture;
pub(crate) mod preview;
pub(crate) mod staffed;
pub(crate) mod transition;
pub(crate) mod update;
