//! The reasons why a mail cannot be composed.

use rendering::{pdf::PdfError, qr::QrError};

/// The person or organization whose address cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party {
    /// The sender of the mail.
    Sender,
    /// The recipient of the mail.
    Recipient,
}

impl Party {
    fn as_str(self) -> &'static str {
        match self {
            Self::Sender => "sender",
            Self::Recipient => "recipient",
        }
    }
}

/// The reason why a mail cannot be composed. Another attempt would fail for the same reason.
///
/// No variant contains or shows an address or a text of the mail.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// The address of the sender or the recipient is not an e-mail address, or needs SMTPUTF8 (RFC 6531), which SES does not
    /// support.
    #[error("the {}'s address cannot be written to", .0.as_str())]
    Address(Party),
    /// The message id does not have the form that [`Mail::message_id`](crate::Mail::message_id) requires.
    #[error("the message id is none")]
    MessageId,
    /// A link in the mail is not an `https` or `http` URI, or is too long for a header.
    #[error("a link is no web address")]
    Link,
    /// The mail should report how an event has changed, but none of the values that the mail shows has changed.
    #[error("nothing of the event has changed")]
    NothingChanged,
    /// The ticket's QR code cannot be made.
    #[error("the ticket's QR code could not be made")]
    Qr(#[from] QrError),
    /// The PDF page of the ticket cannot be made.
    #[error("the ticket's page could not be made")]
    Pdf(#[from] PdfError),
    /// A template of a mail cannot be filled, which is a fault of this crate.
    #[error("the mail's template could not be filled")]
    Template(#[from] askama::Error),
}
