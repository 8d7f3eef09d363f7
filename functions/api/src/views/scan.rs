//! Scans of tickets, and the ends of tickets, as clients see them.

use domain::{
    door::{EndCause, Ending, Scan},
    text::timestamp::rfc3339,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::words;

/// When and why a ticket ended.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TicketEnd)]
pub(crate) struct TicketEndView {
    /// The first moment at which the ticket was not good any more; RFC 3339, UTC.
    #[schema(format = DateTime)]
    at: String,
    /// The cause that ended the ticket.
    #[schema(value_type = words::TicketEndCause)]
    cause: EndCause,
}

impl From<Ending> for TicketEndView {
    fn from(ending: Ending) -> Self {
        Self {
            at: rfc3339(ending.at),
            cause: ending.cause,
        }
    }
}

/// A scan that let somebody in with a ticket.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Conflict)]
pub(crate) struct ScanView {
    /// Id of the scan: 1 to 64 characters. The scanner makes the id of an offline scan, and the server makes the id of an
    /// online scan.
    scan_id: String,
    /// When the scan was made, by the scanner's clock. If that time is not plausible, the time of arrival replaces it. RFC
    /// 3339, UTC.
    #[schema(format = DateTime)]
    scanned_at: String,
    /// Name of the entrance: 1 to 50 characters; `null`: not named.
    #[schema(required)]
    gate: Option<String>,
    /// Name of the device: 1 to 100 characters; `null`: not named.
    #[schema(required)]
    device_id: Option<String>,
}

impl From<&Scan> for ScanView {
    fn from(scan: &Scan) -> Self {
        Self {
            scan_id: scan.scan_id.as_str().to_owned(),
            scanned_at: rfc3339(scan.at),
            gate: scan.gate.as_ref().map(|gate| gate.as_str().to_owned()),
            device_id: scan
                .device_id
                .as_ref()
                .map(|device| device.as_str().to_owned()),
        }
    }
}
