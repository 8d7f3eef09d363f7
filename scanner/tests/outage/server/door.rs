//! The test server's data about one door.

use std::collections::BTreeMap;

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::{
    keys::keyring::{Keyring, SigningKey},
    tickets::{code::TicketCode, input::TicketInput, key::TicketPublicKey, token::TicketToken},
};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::{EMAIL, EVENT, PASSWORD, Request, problem};

/// The numbers of the tickets that the test server has issued: 1 to 9.
const ISSUED: std::ops::Range<u64> = 1..10;

pub(crate) struct Door {
    key: SigningKey,
    opens: Timestamp,
    closes: Timestamp,
    /// The scans that were admitted, by the number of the ticket and the id of the scan. Each value is the scan as the API's
    /// answers show it in a conflict.
    admitted: BTreeMap<u64, BTreeMap<String, Value>>,
    pub(crate) synced: Vec<String>,
    /// Number of issued access tokens; only the last one is valid.
    pub(crate) tokens_issued: u32,
}

impl Door {
    pub(crate) fn new() -> Self {
        let secret = "0123456789abcdef0123456789abcdef".to_owned();
        let hour = SignedDuration::from_hours(1);
        Self {
            key: Keyring::derive(&secret.into()).unwrap().ticket,
            opens: Timestamp::now() - hour,
            closes: Timestamp::now() + hour,
            admitted: BTreeMap::new(),
            synced: Vec::new(),
            tokens_issued: 0,
        }
    }

    pub(crate) fn token(&self, ticket: u64) -> String {
        let token = TicketToken {
            event: EVENT.parse().unwrap(),
            code: TicketCode::from_bits(ticket).unwrap(),
            generation: 1,
            not_before: self.opens,
            not_after: self.closes,
        };
        token.seal(&self.key)
    }

    pub(crate) fn scans_of(&self, ticket: u64) -> usize {
        self.admitted.get(&ticket).map_or(0, BTreeMap::len)
    }

    pub(crate) fn admit_elsewhere(&mut self, ticket: u64) {
        let scan = json!({"gate": "B", "deviceId": "other"});
        self.admit(ticket, "elsewhere", &scan);
    }

    pub(crate) fn answer(&mut self, request: &Request) -> (u16, Value) {
        let event = format!("/v1/events/{EVENT}");
        let (method, path) = request.line.split_once(' ').unwrap();
        if let Some(action) = path.strip_prefix("/v1/auth/") {
            return self.sign_in(action, &request.body);
        }
        if request.token != format!("Bearer access-{}", self.tokens_issued) {
            return problem(401);
        }
        let answer = match (method, path.strip_prefix(&event)) {
            ("GET", Some("")) => json!({"title": "Concert", "timezone": "Europe/Berlin"}),
            ("GET", Some("/door")) => json!({
                "keys": [{"kid": "?", "publicKey": BASE64_URL_SAFE_NO_PAD.encode(self.key.public_key())}],
                "doorsOpenAt": self.opens, "endsAt": self.closes,
                "revoked": [], "asOf": Timestamp::now(), "nextCursor": "cursor",
            }),
            ("POST", Some("/check-ins")) => self.check_in(&request.body),
            ("POST", Some("/check-ins/sync")) => self.sync(&request.body),
            _ => return problem(404),
        };
        (200, answer)
    }

    fn sign_in(&mut self, action: &str, body: &Value) -> (u16, Value) {
        let good = match action {
            "login" => *body == json!({"email": EMAIL, "password": PASSWORD}),
            "refresh" => body["refreshToken"]
                .as_str()
                .unwrap()
                .starts_with("refresh-"),
            _ => false,
        };
        if !good {
            return problem(401);
        }
        self.tokens_issued += 1;
        let number = self.tokens_issued;
        (
            200,
            json!({"accessToken": format!("access-{number}"), "refreshToken": format!("refresh-{number}")}),
        )
    }

    fn ticket(&self, shown: &Value) -> Option<u64> {
        let code = match TicketInput::parse(shown.as_str().unwrap()).ok()? {
            TicketInput::Code(code) => code,
            TicketInput::Token(text) => {
                TicketToken::open(&text, &[TicketPublicKey::from(&self.key)])
                    .ok()?
                    .code
            }
        };
        Some(code.bits()).filter(|ticket| ISSUED.contains(ticket))
    }

    /// Stores a scan that was admitted. Returns true if no other scan has used the ticket before.
    fn admit(&mut self, ticket: u64, scan_id: &str, scan: &Value) -> bool {
        let scans = self.admitted.entry(ticket).or_default();
        let first = scans.is_empty();
        let conflict = json!({
            "scanId": scan_id, "scannedAt": Timestamp::now(),
            "gate": scan["gate"], "deviceId": scan["deviceId"],
        });
        scans.entry(scan_id.to_owned()).or_insert(conflict);
        first
    }

    fn check_in(&mut self, shown: &Value) -> Value {
        let Some(ticket) = self.ticket(&shown["ticket"]) else {
            return json!({"result": "invalid", "reason": "unknown"});
        };
        let scan_id = format!("server-{}", self.scans_of(ticket));
        let view = json!({
            "code": TicketCode::from_bits(ticket).unwrap(),
            "holderName": format!("Holder {ticket}"),
        });
        if let Some(before) = self
            .admitted
            .get(&ticket)
            .and_then(|scans| scans.values().next())
        {
            return json!({
                "result": "already-admitted", "ticket": view, "admittedAt": before["scannedAt"],
                "gate": before["gate"], "deviceId": before["deviceId"],
            });
        }
        self.admit(ticket, &scan_id, shown);
        json!({"result": "admitted", "ticket": view, "admittedAt": Timestamp::now()})
    }

    fn sync(&mut self, body: &Value) -> Value {
        let mut results = Vec::new();
        for scan in body["scans"].as_array().unwrap() {
            let scan_id = scan["scanId"].as_str().unwrap();
            self.synced.push(scan_id.to_owned());
            let Some(ticket) = self.ticket(&scan["ticket"]) else {
                results.push(json!({"scanId": scan_id, "result": "invalid", "reason": "unknown"}));
                continue;
            };
            let first = self.admit(ticket, scan_id, scan);
            let others: Vec<_> = self.admitted[&ticket]
                .iter()
                .filter(|(id, _)| *id != scan_id)
                .map(|(_, scan)| scan.clone())
                .collect();
            let result = if first {
                "admitted"
            } else {
                "already-admitted"
            };
            results.push(json!({"scanId": scan_id, "result": result, "conflicts": others}));
        }
        json!({"results": results})
    }
}
