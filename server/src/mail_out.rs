//! How mails leave: to a mail server, or into a folder.

mod folder;
mod smtp;

pub use folder::MailFolder;
pub use smtp::Smtp;
