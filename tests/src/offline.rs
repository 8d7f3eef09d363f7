//! Scans that a device makes without a network and sends later.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use crate::door::device_at;
use crate::times::time_in;
use crate::{Answer, Client, Event, unique};

/// A scan, as a device stores it until it has a network again.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OfflineScan {
    /// A unique id, which the device made.
    pub scan_id: String,
    /// The scanned ticket code or the content of the QR code.
    pub ticket: String,
    /// The time of the scan according to the device's clock.
    pub scanned_at: Timestamp,
    /// The gate at which the device stands.
    pub gate: String,
    /// The id of the device.
    pub device_id: String,
}

impl OfflineScan {
    /// Creates a scan at a gate, made by [that gate's device](device_at).
    pub fn at(gate: &str, ticket: &str, scanned_at: Timestamp) -> Self {
        Self {
            scan_id: format!("scan-{}", unique()),
            ticket: ticket.to_owned(),
            scanned_at,
            gate: gate.to_owned(),
            device_id: device_at(gate),
        }
    }

    /// Returns the one result of this scan in an answer to [`Client::sync`]. Panics unless the answer has exactly one.
    #[track_caller]
    pub fn result_in(&self, answer: &Answer) -> Value {
        let mut results = self.results_in(answer);
        match (results.pop(), results.is_empty()) {
            (Some(result), true) => result,
            _ => panic!("expected one result of {} in {answer}", self.scan_id),
        }
    }

    /// Returns all results of this scan in an answer to [`Client::sync`].
    #[track_caller]
    pub fn results_in(&self, answer: &Answer) -> Vec<Value> {
        let answer = answer.clone().expect(200);
        let Some(results) = answer["results"].as_array() else {
            panic!("expected results in {answer}");
        };
        let own = results
            .iter()
            .filter(|result| result["scanId"] == self.scan_id);
        own.cloned().collect()
    }

    /// Asserts that the answer admits this scan at the scan's own time and gate.
    #[track_caller]
    pub fn assert_admitted(&self, answer: &Answer) {
        let result = self.result_in(answer);
        assert_eq!(result["result"], "admitted", "{self:?} in {answer}");
        let admitted_at = time_in(&result["admittedAt"]);
        assert_eq!(admitted_at, self.scanned_at, "{self:?} in {answer}");
        assert_eq!(result["gate"], self.gate, "{self:?} in {answer}");
        assert_eq!(result["deviceId"], self.device_id, "{self:?} in {answer}");
    }

    /// Asserts that the answer names `other` as the admitted scan, and reports that this scan conflicts with `other`.
    #[track_caller]
    pub fn assert_lost_to(&self, other: &Self, answer: &Answer) {
        let result = self.result_in(answer);
        assert_eq!(result["result"], "already-admitted", "{self:?} in {answer}");
        let admitted_at = time_in(&result["admittedAt"]);
        assert_eq!(admitted_at, other.scanned_at, "{self:?} in {answer}");
        assert_eq!(result["gate"], other.gate, "{self:?} in {answer}");
        assert_eq!(result["deviceId"], other.device_id, "{self:?} in {answer}");
        self.assert_conflicts_with(other, answer);
    }

    /// Asserts that the answer reports a conflict between this scan and `other`, which used the ticket at another door.
    #[track_caller]
    pub fn assert_conflicts_with(&self, other: &Self, answer: &Answer) {
        let reported = self.conflicts_in(answer).iter().any(|conflict| {
            conflict["scanId"] == other.scan_id
                && time_in(&conflict["scannedAt"]) == other.scanned_at
                && conflict["gate"] == other.gate
                && conflict["deviceId"] == other.device_id
        });
        assert!(
            reported,
            "{self:?} does not conflict with {other:?} in {answer}"
        );
    }

    /// Asserts that the answer reports a conflict with a scan at this gate, whatever id that scan has.
    #[track_caller]
    pub fn assert_conflicts_with_gate(&self, gate: &str, answer: &Answer) {
        let reported = self
            .conflicts_in(answer)
            .iter()
            .any(|conflict| conflict["gate"] == gate && conflict["deviceId"] == device_at(gate));
        assert!(
            reported,
            "{self:?} does not conflict with {gate} in {answer}"
        );
    }

    /// Asserts that the answer flags this scan: the result has a reason, and its `admittedAt` is not the time of the scan.
    #[track_caller]
    pub fn assert_flagged(&self, answer: &Answer) {
        let result = self.result_in(answer);
        let reason = result["reason"].as_str().unwrap_or_default();
        assert!(!reason.is_empty(), "{self:?} has no reason in {answer}");
        let admitted_at = result["admittedAt"].as_str().unwrap_or_default();
        let is_believed = admitted_at.parse().ok() == Some(self.scanned_at);
        assert!(!is_believed, "{self:?} is believed in {answer}");
    }

    #[track_caller]
    fn conflicts_in(&self, answer: &Answer) -> Vec<Value> {
        let conflicts = self.result_in(answer)["conflicts"].take();
        match conflicts {
            Value::Array(conflicts) => conflicts,
            _ => Vec::new(),
        }
    }
}

impl Client {
    /// Sends scans that were made without a network.
    pub async fn sync(&self, event: &Event, scans: &[OfflineScan]) -> Answer {
        self.sync_body(event, &json!({ "scans": scans })).await
    }

    /// Sends one scan that was made without a network; fails if the answer is not 200.
    pub async fn sync_one(&self, event: &Event, scan: &OfflineScan) -> Answer {
        let scans = std::slice::from_ref(scan);
        self.sync(event, scans).await.expect(200)
    }

    /// Sends `POST …/check-ins/sync` with this body, which need not be valid.
    pub async fn sync_body(&self, event: &Event, body: &Value) -> Answer {
        self.post(&format!("{}/sync", event.check_ins_path()), body)
            .await
    }
}
