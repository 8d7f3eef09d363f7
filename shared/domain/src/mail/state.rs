//! The states of mails.

/// The state of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MailState {
    /// A process is sending the mail, or stopped before it stored the outcome.
    Sending,
    /// SES accepted the mail.
    Sent,
    /// The recipient's mail server accepted the mail.
    Delivered,
    /// The recipient's mail server refused the mail permanently.
    Bounced,
    /// The recipient reported the mail as spam.
    Complained,
    /// The mail could not be sent, and will not be tried again.
    Failed,
    /// The mail was not sent, because an earlier mail to its recipient bounced or was reported as spam.
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

    /// Returns the name of the state as it is stored and shown.
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

    /// Returns the earlier states from which a mail may change to this state. A late or repeated report of SES would change it from
    /// another state, and is ignored.
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

/// The error that a text is not the name of a mail's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the state of a mail")]
pub struct UnknownMailState;
