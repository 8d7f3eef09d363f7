//! Mails: the key of a mail ([`key`]), its state ([`state`]), whether SES accepts mail of this deployment ([`sender`]), and the
//! link that ends mails of an event ([`unsubscribe`]).
//!
//! The words of a mail are in the crate `mail`.

pub mod key;
pub mod kind;
pub mod sender;
pub mod state;
pub mod unsubscribe;
