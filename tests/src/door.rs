//! The actions of door staff, one method for each action, and assertions on the answers.

use reqwest::Method;
use serde_json::{Value, json};

use crate::{Answer, Client, Event, PATIENCE, eventually};

/// The reasons why a scan's result can be `invalid`.
const REASONS: [&str; 5] = ["unknown", "forged", "expired-key", "too-early", "over"];

impl Event {
    /// Returns the path `/v1/events/{id}/check-ins`.
    pub fn check_ins_path(&self) -> String {
        format!("{}/check-ins", self.path())
    }

    /// Returns the path `/v1/events/{id}/staff`.
    pub fn staff_path(&self) -> String {
        format!("{}/staff", self.path())
    }

    /// Returns the path `/v1/events/{id}/staff/invitation`.
    pub fn invitation_path(&self) -> String {
        format!("{}/invitation", self.staff_path())
    }

    /// Returns the path `/v1/events/{id}/door`.
    pub fn door_path(&self) -> String {
        format!("{}/door", self.path())
    }
}

/// Actions of door staff at the door.
impl Client {
    /// Sends a check-in with a ticket code or with the content of a QR code.
    pub async fn check_in(&self, event: &Event, ticket: &str) -> Answer {
        self.post(&event.check_ins_path(), json!({ "ticket": ticket }))
            .await
    }

    /// Sends a check-in at a gate. The request names [that gate's device](device_at).
    pub async fn check_in_at(&self, event: &Event, gate: &str, ticket: &str) -> Answer {
        let body = json!({"ticket": ticket, "gate": gate, "deviceId": device_at(gate)});
        self.post(&event.check_ins_path(), body).await
    }

    /// Undoes the admission of the ticket with this code.
    pub async fn undo(&self, event: &Event, code: &str) -> Answer {
        self.delete(&format!("{}/{code}", event.check_ins_path()))
            .await
    }

    /// Takes back the admission by one scan.
    pub async fn undo_scan(&self, event: &Event, code: &str, scan_id: &str) -> Answer {
        let path = format!("{}/{code}?scanId={scan_id}", event.check_ins_path());
        self.delete(&path).await
    }

    /// Reads the first page of the event's scan log.
    pub async fn scan_log(&self, event: &Event) -> Answer {
        self.get(&event.check_ins_path()).await
    }

    /// Reads all entries of the event's scan log.
    pub async fn every_scan(&self, event: &Event) -> Vec<Value> {
        self.every_item(&event.check_ins_path(), 100).await
    }

    /// Reads the whole list of conflicts: the admissions that the staff must check.
    pub async fn every_conflict(&self, event: &Event) -> Vec<Value> {
        let path = format!("{}/conflicts", event.check_ins_path());
        self.every_item(&path, 100).await
    }

    /// Waits until the list of conflicts has `expected` items, and returns the list.
    pub async fn conflicts_once(&self, event: &Event, expected: usize) -> Vec<Value> {
        eventually(PATIENCE, async || {
            let items = self.every_conflict(event).await;
            if items.len() == expected {
                Ok(items)
            } else {
                Err(format!("{} conflicts: {items:?}", items.len()))
            }
        })
        .await
    }

    /// Reads the data that a scanner needs to work without a network.
    pub async fn door(&self, event: &Event) -> Answer {
        self.get(&event.door_path()).await
    }

    /// Reads those door data that have changed since a scanner received `cursor`.
    pub async fn door_since(&self, event: &Event, cursor: &str) -> Answer {
        let cursor = crate::client::escaped(cursor);
        self.get(&format!("{}?cursor={cursor}", event.door_path()))
            .await
    }
}

/// Management of an event's door staff.
impl Client {
    /// Adds a user to the event's door staff.
    pub async fn add_staff(&self, event: &Event, user_id: &str) -> Answer {
        let path = format!("{}/{user_id}", event.staff_path());
        self.call(Method::PUT, &path).send().await
    }

    /// Removes a user from the event's door staff.
    pub async fn remove_staff(&self, event: &Event, user_id: &str) -> Answer {
        self.delete(&format!("{}/{user_id}", event.staff_path()))
            .await
    }

    /// Makes an invitation to the event's door staff, with the default validity.
    pub async fn invite_staff(&self, event: &Event) -> Answer {
        self.call(Method::POST, &event.invitation_path())
            .send()
            .await
    }

    /// Makes an invitation to the event's door staff, and returns its code.
    pub async fn invitation_code(&self, event: &Event) -> String {
        let invited = self.invite_staff(event).await.expect(201);
        invited["code"].as_str().unwrap_or_default().to_owned()
    }

    /// Revokes the invitation to the event's door staff.
    pub async fn revoke_invitation(&self, event: &Event) -> Answer {
        self.delete(&event.invitation_path()).await
    }

    /// Joins the event's door staff by the code of an invitation.
    pub async fn join_staff(&self, event: &Event, code: &str) -> Answer {
        let path = format!("{}/join", event.staff_path());
        self.post(&path, json!({ "code": code })).await
    }

    /// Reads the first page of the list of the event's door staff.
    pub async fn staff_of(&self, event: &Event) -> Answer {
        self.get(&event.staff_path()).await
    }
}

/// Returns the id of the device that scans at a gate.
pub fn device_at(gate: &str) -> String {
    format!("scanner-{gate}")
}

/// Asserts that a call succeeded. Its status may be 200, 201 or 204, because the contract allows each of them.
#[track_caller]
pub fn assert_done(answer: &Answer) {
    assert!(
        matches!(answer.status, 200 | 201 | 204) && !answer.request_id().is_empty(),
        "expected that it is done, got {answer}"
    );
}

/// Asserts that the answer to a scan has this result.
#[track_caller]
pub fn assert_result(answer: &Answer, result: &str) {
    let answer = answer.clone().expect(200);
    assert!(
        answer["result"] == result,
        "expected {result}, got {answer}"
    );
}

/// Asserts that the answer to a scan is `invalid`, for one of the reasons in the contract.
#[track_caller]
pub fn assert_no_ticket(answer: &Answer) {
    assert_result(answer, "invalid");
    let reason = answer["reason"].as_str().unwrap_or_default();
    assert!(
        REASONS.contains(&reason),
        "expected one of {REASONS:?} in {answer}"
    );
}

/// Asserts that the answer to a scan is `invalid` for this reason.
#[track_caller]
pub fn assert_invalid_because(answer: &Answer, reason: &str) {
    assert_no_ticket(answer);
    assert!(
        answer["reason"] == reason,
        "expected {reason}, got {answer}"
    );
}
