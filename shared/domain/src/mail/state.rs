//! The states of mails.

/// The state of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MailState {
    /// A process is sending it, or ended before it noted the outcome.
    Sending,
    /// SES accepted it.
    Sent,
    /// The recipient's server accepted it.
    Delivered,
    /// The recipient's server refused it permanently.
    Bounced,
    /// The recipient reported it as spam.
    Complained,
    /// The mail could not be sent, and is not tried again.
    Failed,
    /// The mail was not sent, because the recipient gets no mail: an earlier one bounced or was reported as spam.
    Suppressed,
}

impl MailState {
    const ALL: [Self; 7] = [
        Self::Sending,
        Self::Sent,
        Self::Delivered,
        Self::Bounced,
        Self::Complained,
        Self::Failed,
        Self::Suppressed,
    ];

    /// Returns the name as stored and shown.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Bounced => "bounced",
            Self::Complained => "complained",
            Self::Failed => "failed",
            Self::Suppressed => "suppressed",
        }
    }

    /// Returns the states that this one may follow. Feedback may come twice and out of order.
    #[must_use]
    pub fn may_follow(self) -> &'static [Self] {
        match self {
            Self::Sending => &[],
            Self::Sent | Self::Suppressed => &[Self::Sending],
            Self::Delivered | Self::Failed => &[Self::Sending, Self::Sent],
            Self::Bounced => &[Self::Sending, Self::Sent, Self::Delivered],
            Self::Complained => &[Self::Sending, Self::Sent, Self::Delivered, Self::Bounced],
        }
    }
}

impl std::str::FromStr for MailState {
    type Err = UnknownMailState;

    fn from_str(text: &str) -> Result<Self, UnknownMailState> {
        Self::ALL
            .into_iter()
            .find(|state| state.as_str() == text)
            .ok_or(UnknownMailState)
    }
}

/// The error that a text names no state of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the state of a mail")]
pub struct UnknownMailState;
