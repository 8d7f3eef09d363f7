//! Registrations.

pub(crate) mod cancel;
pub(crate) mod list;
pub(crate) mod mine;
pub(crate) mod place;
pub(crate) mod register;
pub(crate) mod wait;
