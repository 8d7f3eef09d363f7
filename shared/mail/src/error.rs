//! Why a mail cannot be composed.

use rendering::{pdf::PdfError, qr::QrError};

/// The party whose address it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party {
    /// The sender.
    Sender,
    /// The recipient.
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

/// Why a mail cannot be composed. Another attempt fails in the same way.
///
/// No variant holds or shows an address or a text of the mail.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// Not an address, or one that mail cannot be sent to without SMTPUTF8 (RFC 6531), which SES does not speak.
    #[error("the {}'s address cannot be written to", .0.as_str())]
    Address(Party),
    /// Not of the form that [`Mail::message_id`](crate::Mail::message_id) asks for.
    #[error("the message id is none")]
    MessageId,
    /// A link is no `https` or `http` URI, or too long for a header.
    #[error("a link is no web address")]
    Link,
    /// An event is said to have changed, but is as it was before.
    #[error("nothing of the event has changed")]
    NothingChanged,
    /// The ticket's QR code cannot be made.
    #[error("the ticket's QR code could not be made")]
    Qr(#[from] QrError),
    /// The ticket's page cannot be made.
    #[error("the ticket's page could not be made")]
    Pdf(#[from] PdfError),
    /// A template cannot be filled: a fault of this crate.
    #[error("the mail's template could not be filled")]
    Template(#[from] askama::Error),
}
