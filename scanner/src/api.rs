//! The client with which a scanner calls the server's API. It has only the operations that a scanner needs.

mod answers;
mod http;
mod session;

use std::time::{Duration, Instant};

use domain::id::EventId;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use self::{
    answers::Synced,
    http::{Http, Request},
};
pub(crate) use self::{
    answers::{CheckIn, Conflict, DoorAnswer, Ended, EventAnswer, SyncedScan},
    session::{Credentials, Session},
};
use crate::queued_scan::QueuedScan;

/// Timeout of an API call if a person at the door waits for its result.
pub(crate) const AT_THE_DOOR: Duration = Duration::from_secs(3);
/// Timeout of an API call if nobody at the door waits for its result.
pub(crate) const AT_LEISURE: Duration = Duration::from_secs(10);

/// The reason why a call of the API failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Failure {
    /// No usable answer arrived in time: there was no answer, or it is not from the API, or its status allows a later retry.
    Outage(String),
    /// There are no credentials, or the server rejected them as wrong or expired.
    SignedOut(String),
    /// The API refused the call, or a proxy refused the call before it reached the API.
    Refused {
        /// HTTP status of the answer.
        status: u16,
        /// The kind of problem that the answer reports. `None` if the answer is not a problem document, for example because a
        /// proxy sent it.
        kind: Option<String>,
        /// The reason of the refusal, as text for a person.
        detail: String,
    },
}

impl Failure {
    /// Returns whether further calls cannot succeed, because the account is not on the event's staff or the event does not
    /// exist.
    pub(crate) fn is_final(&self) -> bool {
        matches!(
            self,
            Self::Refused {
                status: 403 | 404,
                kind: Some(_),
                ..
            }
        )
    }

    /// Returns the reason of the failure, as text for a person.
    pub(crate) fn words(&self) -> &str {
        match self {
            Self::Outage(why) | Self::SignedOut(why) => why,
            Self::Refused { detail, .. } => detail,
        }
    }
}

/// An API client for the door of one event.
#[derive(Debug)]
pub(crate) struct Api {
    http: Http,
    event: EventId,
    session: Session,
}

impl Api {
    /// Creates a client. The client signs in at its first call.
    pub(crate) fn new(address: &str, event: EventId, session: Session) -> Self {
        Self {
            http: Http::new(address),
            event,
            session,
        }
    }

    /// Reads the event, to get its title and time zone.
    pub(crate) fn event(&mut self, within: Duration) -> Result<EventAnswer, Failure> {
        let path = format!("/v1/events/{}", self.event);
        read(self.call(&Request::get(path), within)?)
    }

    /// Reads the data with which a scanner judges tickets offline. If `cursor` is set, the answer lists only the tickets that
    /// were revoked after the cursor was issued.
    pub(crate) fn door(
        &mut self,
        cursor: Option<&str>,
        within: Duration,
    ) -> Result<DoorAnswer, Failure> {
        let path = format!("/v1/events/{}/door", self.event);
        let mut request = Request::get(path);
        request.cursor = cursor;
        read(self.call(&request, within)?)
    }

    /// Checks in the ticket that a guest shows.
    pub(crate) fn check_in(
        &mut self,
        ticket: &str,
        gate: Option<&str>,
        device_id: &str,
    ) -> Result<CheckIn, Failure> {
        let mut body = json!({"ticket": ticket, "deviceId": device_id});
        if let Some(gate) = gate {
            body["gate"] = gate.into();
        }
        let path = format!("/v1/events/{}/check-ins", self.event);
        read(self.call(&Request::post(path, &body), AT_THE_DOOR)?)
    }

    /// Sends scans that were made while the server could not be reached.
    pub(crate) fn sync(
        &mut self,
        scans: &[QueuedScan],
        within: Duration,
    ) -> Result<Vec<SyncedScan>, Failure> {
        let scan = |scan: &QueuedScan| {
            let mut body = json!({
                "scanId": scan.scan_id,
                "ticket": scan.ticket,
                "scannedAt": scan.scanned_at,
                "deviceId": scan.device_id,
            });
            if let Some(gate) = &scan.gate {
                body["gate"] = gate.as_str().into();
            }
            body
        };
        let body = json!({"scans": scans.iter().map(scan).collect::<Vec<_>>()});
        let path = format!("/v1/events/{}/check-ins/sync", self.event);
        let synced: Synced = read(self.call(&Request::post(path, &body), within)?)?;
        Ok(synced.results)
    }

    /// Sends a request with the access token. If the server rejects the token, sends the request once more with a new token.
    fn call(&mut self, request: &Request<'_>, within: Duration) -> Result<Value, Failure> {
        let deadline = Instant::now() + within;
        let token = self.session.token(&self.http, deadline)?;
        match self.http.send(request, Some(&token), deadline) {
            Err(Failure::SignedOut(why)) => {
                let token = self.session.renew(&self.http, deadline, why)?;
                self.http.send(request, Some(&token), deadline)
            }
            answer => answer,
        }
    }
}

fn read<T: DeserializeOwned>(answer: Value) -> Result<T, Failure> {
    serde_json::from_value(answer)
        .map_err(|error| Failure::Outage(format!("the server's answer cannot be read: {error}")))
}
