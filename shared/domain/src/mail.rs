//! Mails: what identifies a mail ([`key`]), where it stands ([`state`]), whether SES takes mail of this deployment
//! ([`sender`]), and the link that ends mails of an event ([`unsubscribe`]).
//!
//! The words of a mail are not here: the crate `mail` has them.

pub mod key;
pub mod kind;
pub mod sender;
pub mod state;
pub mod unsubscribe;
