//! Accounts: how a person is known, and how an account is erased.
//!
//! An account has an [address](email), a [password] and a [role]. It is used in [sessions](session).
//! A [code by mail](mail_code) proves that its sender reads the mail of an address. It is needed for a
//! [change of address](email_change). [`erasure`] has the rules for the things that an erased account leaves behind.

pub mod client_kind;
pub mod email;
pub mod email_change;
pub mod erasure;
pub mod mail_code;
pub mod password;
pub mod role;
pub mod session;
pub mod user;
