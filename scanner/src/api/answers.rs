//! The parts of the server's answers that a scanner reads.

use domain::tickets::code::TicketCode;
use jiff::Timestamp;
use serde::Deserialize;

use crate::verdict::{Admission, Reason, Verdict};

/// An event.
#[derive(Debug, Deserialize)]
pub(crate) struct EventAnswer {
    /// Title.
    pub(crate) title: String,
    /// Time zone in which people read the times.
    pub(crate) timezone: String,
}

/// The data that a scanner needs offline.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DoorAnswer {
    /// The keys that sign tickets.
    pub(crate) keys: Vec<DoorKey>,
    /// The status of the event.
    pub(crate) status: Option<String>,
    /// The time at which the doors open.
    pub(crate) doors_open_at: Option<Timestamp>,
    /// The time at which the event ends.
    pub(crate) ends_at: Option<Timestamp>,
    /// Tickets that became void since the cursor.
    pub(crate) revoked: Vec<TicketCode>,
    /// The time for which this state is true.
    pub(crate) as_of: Timestamp,
    /// Cursor for the rest, or for tickets that are revoked from now on.
    pub(crate) next_cursor: Option<String>,
}

/// A key that signs tickets. Its id is derived from it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DoorKey {
    /// 32 bytes in base64url.
    pub(crate) public_key: String,
}

/// A ticket.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Ticket {
    /// Code.
    pub(crate) code: TicketCode,
    /// Name of the holder.
    #[serde(default)]
    pub(crate) holder_name: String,
}

/// The result of a scan.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CheckIn {
    /// `admitted`, `already-admitted`, `void`, `wrong-event`, `invalid`.
    pub(crate) result: String,
    /// The reason, if the ticket was refused.
    pub(crate) reason: Option<String>,
    /// The ticket, if there is one.
    pub(crate) ticket: Option<Ticket>,
    /// The time at which the holder came in.
    pub(crate) admitted_at: Option<Timestamp>,
    /// The gate.
    pub(crate) gate: Option<String>,
    /// The device that scanned the ticket.
    pub(crate) device_id: Option<String>,
}

impl CheckIn {
    /// Returns the admission of the holder.
    pub(crate) fn admission(&self) -> Admission {
        Admission {
            at: self.admitted_at,
            gate: self.gate.clone(),
            device_id: self.device_id.clone(),
        }
    }

    /// Returns the verdict to show. A result that this program does not know is no admission.
    pub(crate) fn verdict(&self) -> Verdict {
        let code = self.ticket.as_ref().map(|ticket| ticket.code);
        match self.result.as_str() {
            "admitted" => Verdict::Admitted {
                name: self
                    .ticket
                    .as_ref()
                    .map_or_else(String::new, |ticket| ticket.holder_name.clone()),
                code,
            },
            "already-admitted" => Verdict::AlreadyAdmitted(code, self.admission()),
            "void" => Verdict::Void(code),
            "wrong-event" => Verdict::WrongEvent,
            "invalid" => {
                Verdict::Invalid(Reason::named(self.reason.as_deref().unwrap_or("invalid")))
            }
            other => Verdict::Invalid(Reason::Other(other.to_owned())),
        }
    }
}

/// The results of queued scans.
#[derive(Debug, Deserialize)]
pub(super) struct Synced {
    pub(super) results: Vec<SyncedScan>,
}

/// The result of a queued scan.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SyncedScan {
    /// The scan.
    pub(crate) scan_id: String,
    /// The result of the scan.
    #[serde(flatten)]
    pub(crate) check_in: CheckIn,
    /// Other scans that let somebody in with the ticket.
    #[serde(default)]
    pub(crate) conflicts: Vec<Conflict>,
    /// The end of the ticket, if it was valid when the scan was made and has ended since.
    pub(crate) ended: Option<Ended>,
}

/// The end of a ticket.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Ended {
    /// The first moment at which the ticket was no longer valid.
    pub(crate) at: Timestamp,
    /// `registration-cancelled` or `event-cancelled`.
    pub(crate) cause: String,
}

/// Another scan of the same ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Conflict {
    /// The time of the scan.
    pub(crate) scanned_at: Option<Timestamp>,
    /// The gate.
    pub(crate) gate: Option<String>,
    /// The device.
    pub(crate) device_id: Option<String>,
}
