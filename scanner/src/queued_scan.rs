//! A scan that waits until the server can be reached.

use domain::tickets::code::TicketCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A scan that was made while the server could not be reached.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QueuedScan {
    /// The id that this device gave the scan, so that the server counts the scan only once.
    pub(crate) scan_id: String,
    /// The text of the ticket, as it was scanned.
    pub(crate) ticket: String,
    /// The time of the scan, according to this device's clock.
    pub(crate) scanned_at: Timestamp,
    /// The gate at which the ticket was scanned.
    #[serde(default)]
    pub(crate) gate: Option<String>,
    /// The device that scanned the ticket.
    pub(crate) device_id: String,
    /// The ticket whose holder was admitted; `None` if the scan was refused.
    #[serde(default)]
    pub(crate) admitted: Option<TicketCode>,
}
