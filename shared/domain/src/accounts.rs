//! Accounts: how a user is identified, and how an account is erased.
//!
//! An account has an [address](email), a [password] and a [role]. A client acts for the account in a [session]. A user who
//! enters a [code](mail_code) proves that they read the mail of an address; a [change of address](email_change) needs such a
//! code. [`search`] finds people by name or address. [`erasure`] has the rules for the drafts, events, seats and waitlist places of an erased account.

pub mod client_kind;
pub mod email;
pub mod email_change;
pub mod erasure;
pub mod mail_code;
pub mod password;
pub mod role;
pub mod search;
pub mod session;
pub mod user;
