//! Accounts: how a person is known, and what becomes of them.
//!
//! An account has an [address](email), a [password] and a [role]. It is used in [sessions](session). A
//! [code by mail](mail_code) proves who reads the mail of an address, and is needed for a [change of address](email_change).
//! [`erasure`] says what becomes of the things that an erased account leaves behind.

pub mod client_kind;
pub mod email;
pub mod email_change;
pub mod erasure;
pub mod mail_code;
pub mod password;
pub mod role;
pub mod session;
pub mod user;
