//! What `GET /v1/admin/stats` counts.

use serde_json::Value;

use crate::table::aligned;

/// Each count, or group of counts, with its members.
const COUNTS: [(&str, &[&str]); 5] = [
    ("users", &["user", "organizer", "admin"]),
    ("events", &["draft", "published", "cancelled", "completed"]),
    ("registrations", &[]),
    ("admissions", &[]),
    (
        "mail",
        &["sent", "delivered", "bounced", "complained", "failed"],
    ),
];

/// A line for each count, in all and of today; what is not told is left out.
pub(super) fn lines(stats: &Value) -> Vec<String> {
    let mut rows = Vec::new();
    let mut add = |name: String, pointer: &str| {
        let count = |when: &str| {
            let count = stats.pointer(&format!("/{when}/{pointer}"))?.as_u64()?;
            Some(count.to_string())
        };
        if let Some(total) = count("total") {
            rows.push([name, total, count("today").unwrap_or_default()]);
        }
    };
    for (name, members) in COUNTS {
        if members.is_empty() {
            add(name.to_owned(), name);
        }
        for member in members {
            add(format!("{name}, {member}"), &format!("{name}/{member}"));
        }
    }
    if rows.is_empty() {
        return Vec::new();
    }
    rows.insert(0, ["", "in all", "today"].map(str::to_owned));
    aligned(&rows)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn counts_stand_in_a_table_and_what_is_not_told_is_left_out() {
        let stats = json!({
            "total": {
                "users": {"user": 200, "organizer": 2, "admin": 1},
                "events": {"draft": 0, "published": 3},
                "registrations": 1200, "mail": {"sent": 1400}, "more": 1,
            },
            "today": {"users": {"user": 7}, "registrations": 0},
        });
        assert_eq!(
            lines(&stats),
            [
                "                   in all  today",
                "users, user           200      7",
                "users, organizer        2",
                "users, admin            1",
                "events, draft           0",
                "events, published       3",
                "registrations        1200      0",
                "mail, sent           1400",
            ]
        );
        assert_eq!(lines(&Value::Null), [""; 0]);
    }
}
