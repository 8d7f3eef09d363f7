//! The answers that scanners get.

use domain::{
    door::Scan,
    text::{DeviceId, Gate, timestamp::rfc3339},
};
use serde::Serialize;
use utoipa::ToSchema;

use crate::views::TicketView;

/// The result of a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ScanResult {
    /// The holder is admitted.
    Admitted,
    /// Somebody came in with this ticket before.
    AlreadyAdmitted,
    /// The registration, or the event, was cancelled.
    Void,
    /// The ticket is for another event.
    WrongEvent,
    /// The code is not a valid ticket, or the holder cannot come in now: `reason` says why.
    Invalid,
    /// An admission was taken back. Only the log has this result.
    Undone,
}

impl ScanResult {
    /// All results.
    pub(super) const ALL: [Self; 6] = [
        Self::Admitted,
        Self::AlreadyAdmitted,
        Self::Void,
        Self::WrongEvent,
        Self::Invalid,
        Self::Undone,
    ];

    /// Returns the name of the result in answers.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Admitted => "admitted",
            Self::AlreadyAdmitted => "already-admitted",
            Self::Void => "void",
            Self::WrongEvent => "wrong-event",
            Self::Invalid => "invalid",
            Self::Undone => "undone",
        }
    }
}

/// The reason for the result of a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Reason {
    /// This deployment has no such ticket.
    Unknown,
    /// This deployment did not make the ticket's signature.
    Forged,
    /// The ticket is signed with a key that is not in use any more.
    ExpiredKey,
    /// The doors have not opened yet.
    TooEarly,
    /// The event has ended.
    Over,
    /// The time of the scan is not plausible, so the time of arrival replaces it.
    ClockOff,
    /// The admission by this scan was taken back.
    Undone,
    /// The ticket was good when the scan was made, and has ended since; `ended` says when.
    Ended,
}

impl Reason {
    /// Returns the name of the reason in answers.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Forged => "forged",
            Self::ExpiredKey => "expired-key",
            Self::TooEarly => "too-early",
            Self::Over => "over",
            Self::ClockOff => "clock-off",
            Self::Undone => "undone",
            Self::Ended => "ended",
        }
    }
}

/// The result of a scan.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CheckIn {
    pub(super) result: ScanResult,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) reason: Option<Reason>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) ticket: Option<TicketView>,
    /// When the holder came in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    pub(super) admitted_at: Option<String>,
    /// Id of the account that let the holder in: `usr_` and 26 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) admitted_by: Option<String>,
    /// Name of the entrance where the holder came in: 1 to 50 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) gate: Option<String>,
    /// Name of the device that scanned the ticket: 1 to 100 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(super) device_id: Option<String>,
}

impl CheckIn {
    /// Returns the answer to a scan for which no ticket was found.
    pub(super) fn refused(result: ScanResult, reason: Option<Reason>) -> Self {
        Self {
            result,
            reason,
            ticket: None,
            admitted_at: None,
            admitted_by: None,
            gate: None,
            device_id: None,
        }
    }

    /// Returns the answer to a scan of this ticket. `admission` is the scan by which the holder came in.
    pub(super) fn of(
        result: ScanResult,
        reason: Option<Reason>,
        ticket: TicketView,
        admission: Option<&Scan>,
    ) -> Self {
        Self {
            result,
            reason,
            ticket: Some(ticket),
            admitted_at: admission.map(|scan| rfc3339(scan.at)),
            admitted_by: admission.map(|scan| scan.by.to_string()),
            gate: admission.and_then(|scan| gate(scan.gate.as_ref())),
            device_id: admission.and_then(|scan| device(scan.device_id.as_ref())),
        }
    }
}

pub(super) fn gate(gate: Option<&Gate>) -> Option<String> {
    gate.map(|gate| gate.as_str().to_owned())
}

pub(super) fn device(device: Option<&DeviceId>) -> Option<String> {
    device.map(|device| device.as_str().to_owned())
}
