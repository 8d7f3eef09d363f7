//! The port through which mail is sent.

use std::fmt::Debug;

use domain::mail::{key::MailKey, sender::Fault};
use futures::future::BoxFuture;
use mail::Message;

use crate::error::BoxError;

/// Sends mails. On AWS the transport is SES. Other hosts have their own transports.
///
/// Each call is one attempt. A transport does not retry, because a mail would be sent twice if the reply to the first attempt
/// was lost. The queue retries a mail that failed.
pub trait Transport: Debug + Send + Sync {
    /// Passes a mail to the transport's service.
    ///
    /// # Errors
    /// The mail was not accepted, or it is not known whether the mail was accepted.
    fn send<'a>(&'a self, mail: RawMail<'a>) -> BoxFuture<'a, Result<Accepted, Refusal>>;
}

/// A mail that a transport must send.
#[derive(Debug)]
pub struct RawMail<'a> {
    /// The key of the mail. A delivery report must contain it.
    pub key: &'a MailKey,
    /// The sender, the recipient, and the whole mail as MIME.
    pub message: Message,
}

/// The reply of a transport that accepted a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The id that the transport gave the mail. It is used only in logs. It is empty if the transport gave no id.
    pub id: String,
}

/// The reason why a transport did not accept a mail.
#[derive(Debug)]
pub enum Refusal {
    /// The transport will never accept this mail, so the message goes to the dead-letter queue.
    Mail(BoxError),
    /// The transport will never accept mail to this address. The mail counts as bounced, and no more mail is sent to the
    /// address.
    Address(BoxError),
    /// The transport accepts no mail from this deployment until an operator corrects a fault. The mail is retried.
    Sender(Fault, BoxError),
    /// The transport received too many mails or is busy. The mail was not sent, and it is retried.
    Throttled(BoxError),
    /// The mail was certainly not sent, so it is retried.
    NotSent(BoxError),
    /// It is not known whether the mail was sent. It is retried after its claim has expired, so it may arrive twice.
    Unknown(BoxError),
}
