//! The verdict on a scan, given by the server or by this device.

use domain::tickets::code::TicketCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The time, the gate and the device of a holder's admission.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Admission {
    /// The time of the admission, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) at: Option<Timestamp>,
    /// The gate at which the holder was admitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) gate: Option<String>,
    /// The device that scanned the ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) device_id: Option<String>,
}

/// The verdict on a scanned ticket or text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The server let the holder in.
    Admitted {
        /// Name of the holder; empty if the account was erased.
        name: String,
        /// The code of the ticket.
        code: Option<TicketCode>,
    },
    /// This device let the holder in.
    AdmittedOffline(TicketCode),
    /// Somebody was already admitted with this ticket.
    AlreadyAdmitted(Option<TicketCode>, Admission),
    /// The registration, or the event, was cancelled.
    Void(Option<TicketCode>),
    /// The ticket is for another event.
    WrongEvent,
    /// The text is not a ticket, or the ticket is not valid now.
    Invalid(Reason),
    /// The text is a ticket code, which cannot be verified without the server.
    Unverifiable(TicketCode),
    /// The ticket is valid, but nobody is let in because the state file could not be written.
    NotRecorded(String),
}

impl Verdict {
    /// Returns whether the holder may go in.
    pub(crate) fn is_admission(&self) -> bool {
        matches!(self, Self::Admitted { .. } | Self::AdmittedOffline(_))
    }
}

/// The reason why a scanned ticket or text is invalid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reason {
    /// The ticket does not exist, or its text is malformed.
    Unknown,
    /// The ticket's signature was not made by the issuer.
    Forged,
    /// The ticket is signed with a key that is not in use.
    ExpiredKey,
    /// The doors have not opened yet.
    TooEarly,
    /// The event has ended.
    Over,
    /// The scanned line is longer than any ticket.
    TooLong,
    /// Another reason, as the server describes it.
    Other(String),
}

impl Reason {
    /// Returns the reason that is called `name` in the server's answers.
    pub(crate) fn named(name: &str) -> Self {
        match name {
            "unknown" => Self::Unknown,
            "forged" => Self::Forged,
            "expired-key" => Self::ExpiredKey,
            "too-early" => Self::TooEarly,
            "over" => Self::Over,
            other => Self::Other(other.to_owned()),
        }
    }

    /// Returns the text that the screen shows for this reason.
    pub(crate) fn words(&self) -> &str {
        match self {
            Self::Unknown => "unknown ticket",
            Self::Forged => "forged",
            Self::ExpiredKey => "signed with a key that is not in use",
            Self::TooEarly => "too early, the doors are not open yet",
            Self::Over => "the event is over",
            Self::TooLong => "longer than any ticket",
            Self::Other(words) => words,
        }
    }
}
