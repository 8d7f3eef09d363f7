//! The port through which mail is sent.

use std::fmt::Debug;

use domain::mail::{key::MailKey, sender::Fault};
use futures::future::BoxFuture;
use mail::Message;

use crate::error::BoxError;

/// Takes mails on their way: SES on AWS, something else elsewhere.
///
/// A call is one attempt. A transport does not try again by itself, for a mail whose answer was lost would be sent twice; a mail
/// that failed comes again by the queue.
pub trait Transport: Debug + Send + Sync {
    /// Hands a mail over.
    ///
    /// # Errors
    /// The mail was not taken, or nobody knows whether it was.
    fn send<'a>(&'a self, mail: RawMail<'a>) -> BoxFuture<'a, Result<Accepted, Refusal>>;
}

/// A mail as it is handed over.
#[derive(Debug)]
pub struct RawMail<'a> {
    /// The key of the mail, which what becomes of it must be reported with.
    pub key: &'a MailKey,
    /// Sender, recipient, and the whole mail as MIME.
    pub message: Message,
}

/// The transport took a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The name that the transport gave the mail, for logs; empty if it gave none.
    pub id: String,
}

/// Why a transport did not take a mail.
#[derive(Debug)]
pub enum Refusal {
    /// It never takes this mail: the message goes to the dead-letter queue.
    Mail(BoxError),
    /// It never takes mail to this address: the mail counts as bounced, and the address gets no more mail.
    Address(BoxError),
    /// It takes no mail of this deployment until somebody mends that; the mail is tried again.
    Sender(Fault, BoxError),
    /// It got too many mails, or is busy: the mail was not sent and is tried again.
    Throttled(BoxError),
    /// The mail was surely not sent, and is tried again.
    NotSent(BoxError),
    /// Nobody knows whether the mail was sent. It is tried again when the claim on it has ended, and may then come twice.
    Unknown(BoxError),
}
