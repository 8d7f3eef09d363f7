//! The verdict on a scan, by the server or by this device.

use domain::tickets::code::TicketCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The admission of a holder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Admission {
    /// The time, if it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) at: Option<Timestamp>,
    /// The gate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) gate: Option<String>,
    /// The device that scanned the ticket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) device_id: Option<String>,
}

/// The verdict on a scan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// The server let the holder in.
    Admitted {
        /// The holder's name; empty if the account was erased.
        name: String,
        /// The ticket.
        code: Option<TicketCode>,
    },
    /// This device let the holder in.
    AdmittedOffline(TicketCode),
    /// Somebody came in with this ticket before.
    AlreadyAdmitted(Option<TicketCode>, Admission),
    /// The registration, or the event, was cancelled.
    Void(Option<TicketCode>),
    /// A ticket of another event.
    WrongEvent,
    /// The text is no ticket, or the ticket is not valid now.
    Invalid(Reason),
    /// A code, which cannot be verified without the server.
    Unverifiable(TicketCode),
    /// The ticket is valid, but the state file could not be written.
    NotRecorded(String),
}

impl Verdict {
    /// Whether the holder may go in.
    pub(crate) fn is_admission(&self) -> bool {
        matches!(self, Self::Admitted { .. } | Self::AdmittedOffline(_))
    }
}

/// Why a ticket is invalid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Nobody knows the ticket.
    Unknown,
    /// The signature is not the issuer's.
    Forged,
    /// Signed with a key that is not in use.
    ExpiredKey,
    /// The doors have not opened yet.
    TooEarly,
    /// The event has ended.
    Over,
    /// The line is longer than any ticket.
    TooLong,
    /// Another reason, in the server's words.
    Other(String),
}

impl Reason {
    /// Returns the reason of this name, as the server spells it.
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

    /// Returns the text to show.
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
