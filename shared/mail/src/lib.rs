//! Every mail that is sent: data in, raw MIME out.
//!
//! Each mail has a folder in `src/mails` with its text: a subject, and a body as text and as HTML, which a test compares. The
//! layout around them, `templates/layout.*`, is readable without pictures, in dark mode and by screen readers.
//!
//! Architecture invariant: nothing here depends on AWS, a clock, a source of randomness or the environment. Times and
//! ids are arguments, so that a mail composed again has the same bytes.
//!
//! Architecture invariant: no text can become a header, a part or markup. Names and titles are cleaned and go
//! into encoded words, bodies are quoted-printable or base64, in neither of which a boundary can occur, and templates escape
//! what they show. No template says `safe`.

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
};

/// Somebody with an e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mailbox<'a> {
    /// Name, as shown; may be empty.
    pub name: &'a str,
    /// Address, without brackets, in ASCII: a domain of another script as its A-labels.
    pub email: &'a str,
}

/// A mail to one recipient.
#[derive(Debug, Clone, Copy)]
pub struct Mail<'a> {
    /// Sender, the same for all mails of a deployment.
    pub from: Mailbox<'a>,
    /// Recipient.
    pub to: Mailbox<'a>,
    /// The `Message-ID` without its brackets, such as `ticket_01h4_01h5_1@mail.example.org`. Each mail has its own, which stays
    /// the same when it is composed again. Letters, digits, `.`, `-` and `_` around one `@`.
    pub message_id: &'a str,
    /// The header `Date`, and the `DTSTAMP` of a calendar entry: the time of the change that the mail is about.
    pub date: Timestamp,
    /// The request that caused the mail, as the header `X-Request-Id`, by which we find the logs of a mail. A request id that
    /// cannot be a header (more than 128 characters, or others than letters, digits, `-`, `_`, `=` and `.`) is left out.
    pub request_id: &'a str,
    /// The content.
    pub content: &'a Content<'a>,
}

/// A mail, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Address of the sender for the envelope, ASCII.
    pub from: String,
    /// Address of the recipient for the envelope, ASCII.
    pub to: String,
    /// The subject, decoded.
    pub subject: String,
    /// The message as it goes over the wire: headers and MIME parts, all of it ASCII, lines ended by CR LF.
    pub bytes: Vec<u8>,
}

#[cfg(test)]
mod tests;
