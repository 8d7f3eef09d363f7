//! Accounts and sessions.

pub(crate) mod jwks;
pub(crate) mod login;
pub(crate) mod logout;
pub(crate) mod refresh;
pub(crate) mod register;
