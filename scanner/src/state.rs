//! The state of a scanner: the door as the server described it, and the scans of this device.

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::{
    id::EventId,
    tickets::{code::TicketCode, key::TicketPublicKey},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    api::DoorAnswer,
    offline::KnownDoor,
    queued_scan::QueuedScan,
    verdict::{Admission, Reason, Verdict},
};

/// Content of the state file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct State {
    /// The id of the event.
    pub(crate) event: EventId,
    /// The id of this device.
    pub(crate) device_id: String,
    /// Title of the event, if the server sent it.
    #[serde(default)]
    pub(crate) title: Option<String>,
    /// Time zone of the event, if the server sent it.
    #[serde(default)]
    pub(crate) timezone: Option<String>,
    /// The public keys with which tickets are verified, in base64url.
    #[serde(default)]
    pub(crate) keys: Vec<String>,
    /// The time at which the doors open.
    #[serde(default)]
    pub(crate) doors_open_at: Option<Timestamp>,
    /// The time at which the event ends.
    #[serde(default)]
    pub(crate) ends_at: Option<Timestamp>,
    /// Whether the event was cancelled.
    #[serde(default)]
    pub(crate) cancelled: bool,
    /// The codes of void tickets.
    #[serde(default)]
    pub(crate) revoked: BTreeSet<TicketCode>,
    /// The time up to which the list of void tickets is complete.
    #[serde(default)]
    pub(crate) as_of: Option<Timestamp>,
    /// Cursor for the tickets that were revoked after `as_of`.
    #[serde(default)]
    pub(crate) cursor: Option<String>,
    /// Tickets with which somebody was admitted, as far as this device knows.
    #[serde(default)]
    pub(crate) admitted: BTreeMap<TicketCode, Admission>,
    /// Number of people whom this device let in.
    #[serde(default)]
    pub(crate) let_in: u64,
    /// Number of refused scans on this device.
    #[serde(default)]
    pub(crate) refused: u64,
    /// Scans that the server does not have yet, in the order in which they were made.
    #[serde(default)]
    pub(crate) queue: Vec<QueuedScan>,
    /// Scans that the server did not accept.
    #[serde(default)]
    pub(crate) rejected: Vec<QueuedScan>,
}

impl State {
    /// Returns the state of a device that has no data yet.
    pub(crate) fn new(event: EventId, device_id: String) -> Self {
        Self {
            event,
            device_id,
            title: None,
            timezone: None,
            keys: Vec::new(),
            doors_open_at: None,
            ends_at: None,
            cancelled: false,
            revoked: BTreeSet::new(),
            as_of: None,
            cursor: None,
            admitted: BTreeMap::new(),
            let_in: 0,
            refused: 0,
            queue: Vec::new(),
            rejected: Vec::new(),
        }
    }

    /// Stores the door's data that the server sent. Returns whether the next page must be fetched: the server has one, and
    /// `door` contained revocations that this device did not know.
    pub(crate) fn take(&mut self, door: DoorAnswer) -> bool {
        self.keys = door.keys.into_iter().map(|key| key.public_key).collect();
        self.doors_open_at = door.doors_open_at.or(self.doors_open_at);
        self.ends_at = door.ends_at.or(self.ends_at);
        // An event that was cancelled once counts as cancelled, even if the server later sends another status.
        self.cancelled |= door.status.as_deref() == Some("cancelled");
        self.as_of = Some(door.as_of);
        let known = self.revoked.len();
        self.revoked.extend(door.revoked);
        let more = door.next_cursor.is_some() && self.revoked.len() > known;
        self.cursor = door.next_cursor.or(self.cursor.take());
        more
    }

    /// Judges the scanned text `shown` without the server.
    pub(crate) fn judge(&self, shown: &str, now: Timestamp) -> Verdict {
        let door = KnownDoor {
            event: self.event,
            keys: &self.public_keys(),
            doors_open_at: self.doors_open_at,
            ends_at: self.ends_at,
            cancelled: self.cancelled,
            revoked: &self.revoked,
            admitted: &self.admitted,
        };
        door.judge(shown, now)
    }

    /// Returns the public keys with which tickets are verified. Skips a text that is not base64url or does not have a key's
    /// length.
    fn public_keys(&self) -> Vec<TicketPublicKey> {
        let read = |text: &String| {
            let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
            <[u8; TicketPublicKey::LEN]>::try_from(bytes).ok()
        };
        self.keys
            .iter()
            .filter_map(read)
            .map(TicketPublicKey::from)
            .collect()
    }

    /// Counts the verdict as an admission or a refusal, and remembers if its ticket was admitted or is void.
    pub(crate) fn remember(&mut self, verdict: &Verdict, now: Timestamp, gate: Option<&str>) {
        if verdict.is_admission() {
            self.let_in += 1;
        } else {
            self.refused += 1;
        }
        match verdict {
            Verdict::Admitted {
                code: Some(code), ..
            }
            | Verdict::AdmittedOffline(code) => {
                let admission = Admission {
                    at: Some(now),
                    gate: gate.map(str::to_owned),
                    device_id: Some(self.device_id.clone()),
                };
                self.admitted.insert(*code, admission);
            }
            Verdict::AlreadyAdmitted(Some(code), admission) => {
                self.admitted.insert(*code, admission.clone());
            }
            Verdict::Void(Some(code)) => {
                self.revoked.insert(*code);
            }
            _ => {}
        }
    }

    /// Queues a scan that was judged by this device, unless the server might admit a ticket that this device refused.
    ///
    /// The request to the server does not contain this device's verdict. If this device refused a ticket as too early, the
    /// server would admit it. If the ticket is void and this device's clock is slow, the server would admit it, too. If a
    /// ticket is shown twice, the server would count two uses. So a refusal is sent only if the server is sure to refuse as
    /// well.
    pub(crate) fn queue(
        &mut self,
        verdict: &Verdict,
        shown: &str,
        now: Timestamp,
        gate: Option<&str>,
    ) {
        let admitted = match verdict {
            Verdict::AdmittedOffline(code) => Some(*code),
            Verdict::WrongEvent | Verdict::Invalid(Reason::Forged) => None,
            _ => return,
        };
        self.queue.push(QueuedScan {
            scan_id: Uuid::now_v7().to_string(),
            ticket: shown.to_owned(),
            scanned_at: now,
            gate: gate.map(str::to_owned),
            device_id: self.device_id.clone(),
            admitted,
        });
    }
}

#[cfg(test)]
mod tests;
