//! A scan that waits until the server can be reached.

use domain::tickets::code::TicketCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A scan that was made without the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QueuedScan {
    /// Id that this device made, so that the server counts the scan once.
    pub(crate) scan_id: String,
    /// The ticket's text, as scanned.
    pub(crate) ticket: String,
    /// Time of the scan by this device's clock.
    pub(crate) scanned_at: Timestamp,
    /// The gate.
    #[serde(default)]
    pub(crate) gate: Option<String>,
    /// The device.
    pub(crate) device_id: String,
    /// The ticket that was let in; `None`: the scan was refused.
    #[serde(default)]
    pub(crate) admitted: Option<TicketCode>,
}
