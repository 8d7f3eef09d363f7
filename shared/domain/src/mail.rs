//! Mails: the key of a mail ([`key`]), its state ([`state`]), whether SES accepts this deployment's mail ([`sender`]), and the
//! link with which a registrant stops mails about an event ([`unsubscribe`]).
//!
//! The texts of mails are in the crate `mail`.

pub mod history;
pub mod key;
pub mod kind;
pub mod sender;
pub mod state;
pub mod unsubscribe;
