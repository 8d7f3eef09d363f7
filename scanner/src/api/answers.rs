//! The parts of the server's answers that a scanner reads.

use domain::tickets::code::TicketCode;
use jiff::Timestamp;
use serde::Deserialize;

use crate::verdict::{Admission, Reason, Verdict};

/// The parts of an event that a scanner reads.
#[derive(Debug, Deserialize)]
pub(crate) struct EventAnswer {
    /// Title of the event.
    pub(crate) title: String,
    /// Name of the time zone in which the event's times are shown.
    pub(crate) timezone: String,
}

/// The data that a scanner needs offline.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DoorAnswer {
    /// The public keys with which tickets are verified.
    pub(crate) keys: Vec<DoorKey>,
    /// The status of the event.
    pub(crate) status: Option<String>,
    /// The time at which the doors open.
    pub(crate) doors_open_at: Option<Timestamp>,
    /// The time at which the event ends.
    pub(crate) ends_at: Option<Timestamp>,
    /// The codes of tickets that became void. If the request had a cursor, the list contains only the tickets that became void
    /// after the cursor was issued.
    pub(crate) revoked: Vec<TicketCode>,
    /// The time up to which this data is complete.
    pub(crate) as_of: Timestamp,
    /// Cursor for the next request. It reads the next page, or the tickets that are revoked after this answer.
    pub(crate) next_cursor: Option<String>,
}

/// A public key with which tickets are verified. The key's id is derived from the key.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DoorKey {
    /// The key's 32 bytes in base64url.
    pub(crate) public_key: String,
}

/// The ticket that was scanned.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Ticket {
    /// Code of the ticket.
    pub(crate) code: TicketCode,
    /// Name of the ticket's holder.
    #[serde(default)]
    pub(crate) holder_name: String,
}

/// The server's result of one scan.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CheckIn {
    /// The result: `admitted`, `already-admitted`, `void`, `wrong-event` or `invalid`.
    pub(crate) result: String,
    /// The reason of the result, if the server sent one.
    pub(crate) reason: Option<String>,
    /// The ticket that was scanned, if the server found it.
    pub(crate) ticket: Option<Ticket>,
    /// The time at which the ticket's holder was admitted.
    pub(crate) admitted_at: Option<Timestamp>,
    /// The gate at which the ticket's holder was admitted.
    pub(crate) gate: Option<String>,
    /// The device that scanned the ticket when the holder was admitted.
    pub(crate) device_id: Option<String>,
}

impl CheckIn {
    /// Returns when, where and by which device the holder was admitted.
    pub(crate) fn admission(&self) -> Admission {
        Admission {
            at: self.admitted_at,
            gate: self.gate.clone(),
            device_id: self.device_id.clone(),
        }
    }

    /// Returns the verdict that the scanner shows for this result. If this program does not know the result, the verdict is a
    /// refusal.
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

/// The server's answer to a call that sent queued scans.
#[derive(Debug, Deserialize)]
pub(super) struct Synced {
    pub(super) results: Vec<SyncedScan>,
}

/// The server's result of one queued scan.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SyncedScan {
    /// The id of the scan.
    pub(crate) scan_id: String,
    /// The result of the scan.
    #[serde(flatten)]
    pub(crate) check_in: CheckIn,
    /// Other scans of the same ticket with which somebody was admitted, too.
    #[serde(default)]
    pub(crate) conflicts: Vec<Conflict>,
    /// When and why the ticket ended, if it was valid at the time of the scan but has ended since then.
    pub(crate) ended: Option<Ended>,
}

/// The time and the cause of a ticket's end.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Ended {
    /// The first moment at which the ticket was no longer valid.
    pub(crate) at: Timestamp,
    /// The cause: `registration-cancelled` or `event-cancelled`.
    pub(crate) cause: String,
}

/// Another scan of the same ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Conflict {
    /// The time at which the other scan was made.
    pub(crate) scanned_at: Option<Timestamp>,
    /// The gate at which the other scan was made.
    pub(crate) gate: Option<String>,
    /// The device that made the other scan.
    pub(crate) device_id: Option<String>,
}
