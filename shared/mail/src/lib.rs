//! Composes every mail that is sent. The input is data, and the output is a raw MIME message.
//!
//! Each mail has a folder in `src/mails` with its texts: a subject, and a body as plain text and as HTML. A test checks that
//! the words of both bodies are the same. The layout around the body, `templates/layout.*`, can be read without pictures, in
//! dark mode and by screen readers.
//!
//! Architecture invariant: nothing here depends on AWS, a clock, a source of randomness or the environment. Times and ids are
//! arguments, so a mail that is composed again has the same bytes.
//!
//! Architecture invariant: no user's text can become a header, a part or markup. Names and titles are cleaned, and written as
//! encoded words. Bodies are quoted-printable or base64, and text in these encodings cannot contain a boundary. Templates
//! escape the texts that they show, and no template uses the filter `safe`.

mod address;
mod blocks;
mod calendar;
mod clean;
mod compose;
mod error;
mod facts;
mod layout;
mod letter;
mod link;
mod mails;
mod message_id;
mod mime;
mod pages;
mod subject;
mod words;

use jiff::Timestamp;

pub use crate::{
    compose::compose,
    error::{ComposeError, Party},
    facts::{
        AccountFacts, AttendeeFacts, CalendarEntry, CancelledBy, EventFacts, RegistrantFacts, Seat,
        Ticket,
    },
    mails::Content,
    pages::{NotPages, Pages},
};

/// A person's name and e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mailbox<'a> {
    /// The name as it is shown; may be empty.
    pub name: &'a str,
    /// The address without brackets, in ASCII. A domain that is not ASCII is written with its A-labels.
    pub email: &'a str,
}

/// A mail to one recipient.
#[derive(Debug, Clone, Copy)]
pub struct Mail<'a> {
    /// The sender, the same for all mails of a deployment.
    pub from: Mailbox<'a>,
    /// The recipient.
    pub to: Mailbox<'a>,
    /// The `Message-ID` without its brackets, such as `ticket_01h4_01h5_1@mail.example.org`. Each mail has its own id, which
    /// stays the same when the mail is composed again. It consists of letters, digits, `.`, `-` and `_` before and after one
    /// `@`.
    pub message_id: &'a str,
    /// The time of the change that the mail is about, for the header `Date` and the `DTSTAMP` of a calendar entry.
    pub date: Timestamp,
    /// The id of the request that caused the mail, for the header `X-Request-Id`. With this id, operators find the logs of a
    /// mail. The header is left out if the id has more than 128 characters, or has characters that are not letters, digits,
    /// `-`, `_`, `=` or `.`.
    pub request_id: &'a str,
    /// The content of the mail.
    pub content: &'a Content<'a>,
}

/// A message that is ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The sender's address for the envelope, in ASCII.
    pub from: String,
    /// The recipient's address for the envelope, in ASCII.
    pub to: String,
    /// The subject as text, without the encoding of a header.
    pub subject: String,
    /// The bytes of the message: headers and MIME parts, all in ASCII, with lines that end with CR LF.
    pub bytes: Vec<u8>,
}

#[cfg(test)]
mod tests;
