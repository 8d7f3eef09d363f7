//! The reasons why a WebSocket client's action is refused, and the frames that report them to the client.

use bootstrap::error_chain::ErrorChain;
use domain::{
    id::EventId,
    live::{MAX_ACTIONS_PER_SECOND, MAX_FRAME_BYTES, MAX_SUBSCRIPTIONS},
};
use messages::{ActionError, Frame};
use queues::SendError;
use store::StoreError;

/// Why a WebSocket client's action is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    Malformed(String),
    NotFound(Option<EventId>),
    Unauthorized(EventId),
    Forbidden(EventId),
    TooManySubscriptions(EventId),
    FrameTooLarge,
    TooManyActions,
    /// The table has no item of this connection, so its client must connect again.
    Unknown,
    /// A service that the action needs is unavailable or broken. The error is in the logs.
    Unavailable,
}

impl Refusal {
    /// Returns whether this refusal also closes the client's connection.
    pub(crate) fn closes(&self) -> bool {
        matches!(
            self,
            Self::FrameTooLarge | Self::TooManyActions | Self::Unknown
        )
    }

    /// Returns the frame that reports the refusal to the client.
    pub(crate) fn frame(&self) -> Frame {
        let (code, detail, event_id) = match self {
            Self::Malformed(reason) => ("malformed", format!("This is no action: {reason}."), None),
            Self::NotFound(event) => ("not-found", "There is no such event.".to_owned(), *event),
            Self::Unauthorized(event) => (
                "unauthorized",
                "Sign in first: connect with a ticket of POST /v1/live/tickets.".to_owned(),
                Some(*event),
            ),
            Self::Forbidden(event) => (
                "forbidden",
                "This is for those who work at the event's doors.".to_owned(),
                Some(*event),
            ),
            Self::TooManySubscriptions(event) => (
                "too-many-subscriptions",
                format!("A connection has at most {MAX_SUBSCRIPTIONS} subscriptions."),
                Some(*event),
            ),
            Self::FrameTooLarge => (
                "frame-too-large",
                format!("A frame has at most {MAX_FRAME_BYTES} bytes."),
                None,
            ),
            Self::TooManyActions => (
                "too-many-actions",
                format!("A connection may ask for {MAX_ACTIONS_PER_SECOND} actions a second."),
                None,
            ),
            Self::Unknown => ("unknown-connection", "Connect again.".to_owned(), None),
            Self::Unavailable => (
                "unavailable",
                "This is not possible at the moment; try again.".to_owned(),
                None,
            ),
        };
        Frame::Error {
            code: code.to_owned(),
            detail,
            event_id,
        }
    }
}

impl From<ActionError> for Refusal {
    fn from(error: ActionError) -> Self {
        match error {
            ActionError::Malformed(reason) => Self::Malformed(reason),
            ActionError::NoEvent => Self::NotFound(None),
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        tracing::error!(error = %ErrorChain(&error), "action_failed");
        Self::Unavailable
    }
}

impl From<SendError> for Refusal {
    fn from(error: SendError) -> Self {
        tracing::error!(error = %ErrorChain(&error), "action_failed");
        Self::Unavailable
    }
}
