//! The port through which mail is sent.

use std::fmt::Debug;

use domain::mail::{key::MailKey, sender::Fault};
use futures::future::BoxFuture;
use mail::Message;

use crate::error::BoxError;

/// Sends mails: SES on AWS, something else elsewhere.
///
/// A call is one attempt. A transport does not retry by itself, because a mail whose answer was lost would be sent twice; the
/// queue retries a mail that failed.
pub trait Transport: Debug + Send + Sync {
    /// Hands a mail over.
    ///
    /// # Errors
    /// The mail was not accepted, or it is not known whether it was.
    fn send<'a>(&'a self, mail: RawMail<'a>) -> BoxFuture<'a, Result<Accepted, Refusal>>;
}

/// A mail for the transport.
#[derive(Debug)]
pub struct RawMail<'a> {
    /// The key of the mail. Delivery reports must name it.
    pub key: &'a MailKey,
    /// Sender, recipient, and the whole mail as MIME.
    pub message: Message,
}

/// The transport accepted a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The name that the transport gave the mail, for logs; empty if it gave none.
    pub id: String,
}

/// Why a transport did not accept a mail.
#[derive(Debug)]
pub enum Refusal {
    /// The transport never accepts this mail: the message goes to the dead-letter queue.
    Mail(BoxError),
    /// The transport never accepts mail to this address: the mail counts as bounced, and the address gets no more mail.
    Address(BoxError),
    /// The transport accepts no mail of this deployment until somebody mends that; the mail is retried.
    Sender(Fault, BoxError),
    /// The transport got too many mails, or is busy: the mail was not sent and is retried.
    Throttled(BoxError),
    /// The mail was certainly not sent, and is retried.
    NotSent(BoxError),
    /// It is not known whether the mail was sent. It is retried after its claim has expired, and may then arrive twice.
    Unknown(BoxError),
}
