//! The door of an event. Each ticket is checked, and admits its holder once.

pub(crate) mod check_in;
pub(crate) mod conflicts;
mod judge;
pub(crate) mod log;
pub(crate) mod names;
pub(crate) mod offline;
pub(crate) mod sync;
pub(crate) mod undo;
mod view;
