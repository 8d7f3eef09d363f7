//! The transports that send mails: a mail server, or a folder of files.

mod folder;
mod smtp;

pub use folder::MailFolder;
pub use smtp::Smtp;
