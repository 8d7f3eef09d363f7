//! The entries that the audit log must contain after the planned actions of a test, and checks of the entries' format.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value;
use tests::{Answer, User, assert_since, audit_entry, is_ticket_code, is_type_id, time_in};

/// The entries that the audit log must contain, the oldest first, and the ids of the requests that must have no entry.
#[derive(Default)]
pub(super) struct Day {
    reported: Vec<Value>,
    pub(super) untold: BTreeSet<String>,
}

impl Day {
    /// Records an action that the audit log must contain.
    #[track_caller]
    pub(super) fn done(
        &mut self,
        by: (&User, &str),
        action: &str,
        object: (&str, &str),
        what: (&Answer, Value),
    ) {
        let (answer, detail) = what;
        assert!(matches!(answer.status, 200 | 201 | 202 | 204), "{answer}");
        self.reported
            .push(audit_entry(by, action, object, answer, &detail));
    }

    /// Returns the expected entries for which `is_wanted` returns true, the newest first.
    pub(super) fn newest_first(&self, is_wanted: impl Fn(&Value) -> bool) -> Vec<Value> {
        let reported = self.reported.iter().rev();
        reported.filter(|entry| is_wanted(entry)).cloned().collect()
    }

    /// Records a request that must have no entry in the audit log, because it was refused or changed nothing.
    pub(super) fn nothing(&mut self, answer: &Answer) {
        self.untold.insert(answer.request_id().to_owned());
    }
}

/// Returns the entries of the log without the members that no test can predict, such as the id and the time.
pub(super) fn entries_in(items: &[Value]) -> Vec<Value> {
    let strip = |item: &Value| {
        let mut item = item.clone();
        for unforeseen in ["id", "at"] {
            item[unforeseen].take();
        }
        item
    };
    items.iter().map(strip).collect()
}

/// Asserts that every entry has a unique id and a time between `begun` and now, and that newer entries come first.
#[track_caller]
pub(super) fn assert_well_formed(items: &[Value], begun: Timestamp) {
    let ids: BTreeSet<&str> = items
        .iter()
        .filter_map(|item| item["id"].as_str())
        .collect();
    assert_eq!(ids.len(), items.len(), "{items:?}");
    assert!(ids.iter().all(|id| is_type_id(id, "aud")), "{ids:?}");
    for item in items {
        assert_since(begun, &item["at"]);
    }
    let times: Vec<_> = items.iter().map(|item| time_in(&item["at"])).collect();
    assert!(times.is_sorted_by(|a, b| a >= b), "{times:?}");
}

/// Asserts that the member `detail` of an entry has only ids, values, names of fields, and the reason for a cancellation.
#[track_caller]
pub(super) fn assert_impersonal(detail: &Value) {
    let Value::Object(members) = detail else {
        assert!(detail.is_null(), "{detail}");
        return;
    };
    for (name, value) in members {
        let text = value.as_str().unwrap_or_default();
        let is_impersonal = match name.as_str() {
            "from" | "to" => {
                ["user", "organizer", "admin"].contains(&text) || is_type_id(text, "usr")
            }
            "userId" => is_type_id(text, "usr"),
            "code" => is_ticket_code(text),
            "expiresAt" => text.parse::<Timestamp>().is_ok(),
            "depth" => value.is_u64(),
            "capacity" => value["from"].is_u64() && value["to"].is_u64(),
            "fields" => {
                let is_name =
                    |field: &Value| field.as_str().is_some_and(|field| !field.contains(' '));
                value
                    .as_array()
                    .is_some_and(|fields| fields.iter().all(is_name))
            }
            "reason" => true,
            _ => false,
        };
        assert!(is_impersonal, "{name} of {detail}");
    }
    let all = detail.to_string();
    assert!(!all.contains('@') && !all.contains("Doe"), "{detail}");
}
