//! A scan that waits until the server is back.

use domain::tickets::code::TicketCode;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A scan that was made without the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct QueuedScan {
    /// Made here, so that the server takes the scan once.
    pub(crate) scan_id: String,
    /// As scanned.
    pub(crate) ticket: String,
    /// By this device's clock.
    pub(crate) scanned_at: Timestamp,
    /// Where.
    #[serde(default)]
    pub(crate) gate: Option<String>,
    /// With what.
    pub(crate) device_id: String,
    /// The ticket that was let in; `None`: the scan was refused.
    #[serde(default)]
    pub(crate) admitted: Option<TicketCode>,
}
