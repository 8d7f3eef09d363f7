//! The operations on registrations and waitlists.

pub(crate) mod attendees;
pub(crate) mod cancel;
pub(crate) mod csv;
pub(crate) mod history;
pub(crate) mod list;
pub(crate) mod mine;
pub(crate) mod place;
pub(crate) mod register;
pub(crate) mod wait;
