//! Transports of mails: a mail server, or a folder.

mod folder;
mod smtp;

pub use folder::MailFolder;
pub use smtp::Smtp;
