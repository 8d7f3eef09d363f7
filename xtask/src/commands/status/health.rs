//! What `/health/ready` says, in plain words.

use anyhow::Result;
use serde_json::Value;

use crate::client::Answer;
use crate::table::aligned;

/// What became of the question.
#[derive(Debug)]
pub(super) enum Health {
    /// The answer: status and body.
    Told(u16, Value),
    /// There was none, for this reason.
    Silent(String),
}

impl Health {
    pub(super) fn of(answer: &Result<Answer>) -> Self {
        match answer {
            Ok(answer) if answer.json["checks"].is_object() => {
                Self::Told(answer.status, answer.json.clone())
            }
            Ok(answer) => Self::Silent(answer.to_string()),
            Err(error) => Self::Silent(format!("{error:#}")),
        }
    }

    pub(super) fn is_ready(&self) -> bool {
        matches!(self, Self::Told(200, _))
    }

    /// A line for each check.
    pub(super) fn lines(&self) -> Vec<String> {
        match self {
            Self::Silent(why) => vec![format!("the HTTP API does not say: {why}")],
            Self::Told(_, body) => {
                let row = |(name, check): (&str, &Value)| {
                    let status = status(check).to_owned();
                    [spaced(name), status, words(name, check)]
                };
                aligned(&checks(body).map(row).collect::<Vec<_>>())
            }
        }
    }

    /// The last line of all.
    pub(super) fn conclusion(&self) -> String {
        match self {
            Self::Silent(_) => "not ready: the HTTP API does not answer".to_owned(),
            Self::Told(code, body) => {
                let bad = |status: &str| match (code, status) {
                    (_, "ok" | "off" | "unknown") => false,
                    (200, _) => true,
                    // What is only advisory is not why it is not ready.
                    (_, status) => matches!(status, "slow" | "failing"),
                };
                let bad: Vec<_> = checks(body)
                    .filter(|(_, check)| bad(status(check)))
                    .map(|(name, _)| spaced(name))
                    .collect();
                match (code, bad.is_empty()) {
                    (200, true) => "ready".to_owned(),
                    (200, false) => format!("ready, but look at: {}", bad.join(", ")),
                    _ => format!("not ready: {}", bad.join(", ")),
                }
            }
        }
    }
}

/// All checks, those first that are looked at first.
fn checks(body: &Value) -> impl Iterator<Item = (&str, &Value)> {
    const FIRST: [&str; 5] = ["table", "stream", "queues", "deadLetters", "sender"];
    let checks = &body["checks"];
    let known = FIRST
        .into_iter()
        .filter_map(move |name| Some((name, checks.get(name)?)));
    let others = checks.as_object().into_iter().flatten();
    let others = others.map(|(name, check)| (name.as_str(), check));
    known.chain(others.filter(|(name, _)| !FIRST.contains(name)))
}

fn status(check: &Value) -> &str {
    check["status"].as_str().unwrap_or("?")
}

/// `deadLetters` → `dead letters`.
fn spaced(name: &str) -> String {
    let mut spaced = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            spaced.push(' ');
        }
        spaced.push(c.to_ascii_lowercase());
    }
    spaced
}

fn words(name: &str, check: &Value) -> String {
    let text = |key: &str| check[key].as_str().unwrap_or("never");
    match (name, status(check)) {
        ("sender", "ok") => format!("SES took a mail at {}", text("acceptedAt")),
        ("sender", "off") => "no address that mail comes from".to_owned(),
        ("sender", "unknown") => "SES was given no mail yet".to_owned(),
        ("sender", "degraded") => format!(
            "SES refused a mail at {} for the sender's sake; it took one at {}",
            text("refusedAt"),
            text("acceptedAt")
        ),
        ("stream", status) => match (check["ageSeconds"].as_u64(), status) {
            (Some(age), "unknown") => format!("the relay has answered nothing yet, for {age} s"),
            (Some(age), _) => format!("the relay is {age} s behind"),
            (None, _) => absent(status),
        },
        ("queues", _) => queues(&check["queues"]),
        ("deadLetters", status) => match check["depth"].as_u64() {
            Some(0) => "none".to_owned(),
            Some(depth) => format!("{depth} in {}", names(&check["notEmpty"])),
            None => absent(status),
        },
        (_, status) => absent(status),
    }
}

/// What a status says where there is nothing more to say.
fn absent(status: &str) -> String {
    match status {
        "slow" => "no answer within two seconds",
        "failing" => "does not answer; the log of the api function says why",
        "unknown" => "nothing to tell it from yet",
        _ => "",
    }
    .to_owned()
}

fn queues(queues: &Value) -> String {
    let all = queues.as_object().into_iter().flatten();
    let depths = all.clone().filter_map(|(_, queue)| queue["depth"].as_u64());
    let messages: u64 = depths.sum();
    let away: Vec<_> = all
        .filter(|(_, queue)| status(queue) != "ok")
        .map(|(name, queue)| format!("{name} is {}", status(queue)))
        .collect();
    if away.is_empty() {
        format!("{messages} messages")
    } else {
        away.join(", ")
    }
}

fn names(names: &Value) -> String {
    let names = names.as_array().into_iter().flatten();
    names
        .filter_map(Value::as_str)
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(status: u16, checks: &Value) -> Health {
        Health::Told(status, json!({"status": "…", "checks": checks}))
    }

    fn fine() -> Value {
        json!({
            "table": {"status": "ok"},
            "queues": {"status": "ok", "queues": {"mail": {"status": "ok", "depth": 2}, "push": {"status": "ok", "depth": 1}}},
            "deadLetters": {"status": "ok", "depth": 0, "notEmpty": []},
            "sender": {"status": "ok", "acceptedAt": "2026-11-23T03:00:00Z", "refusedAt": null},
            "stream": {"status": "ok", "ageSeconds": 0},
        })
    }

    #[test]
    fn a_stack_that_does_well() {
        let health = told(200, &fine());
        assert!(health.is_ready());
        assert_eq!(health.conclusion(), "ready");
        assert_eq!(
            health.lines(),
            [
                "table         ok",
                "stream        ok  the relay is 0 s behind",
                "queues        ok  3 messages",
                "dead letters  ok  none",
                "sender        ok  SES took a mail at 2026-11-23T03:00:00Z",
            ]
        );
    }

    #[test]
    fn a_stack_that_somebody_should_look_at() {
        let mut checks = fine();
        checks["deadLetters"] =
            json!({"status": "degraded", "depth": 3, "notEmpty": ["mail", "relay"]});
        checks["sender"] = json!({"status": "off"});
        checks["clock"] = json!({"status": "ok"});
        let health = told(200, &checks);
        assert!(health.is_ready());
        assert_eq!(health.conclusion(), "ready, but look at: dead letters");
        assert_eq!(
            health.lines()[3..],
            [
                "dead letters  degraded  3 in mail, relay",
                "sender        off       no address that mail comes from",
                "clock         ok",
            ]
        );
    }

    #[test]
    fn a_stack_that_is_not_ready_ends_with_what_fails() {
        let mut checks = fine();
        checks["queues"] = json!({"status": "failing", "queues": {"mail": {"status": "failing"}, "push": {"status": "ok", "depth": 1}}});
        checks["stream"] = json!({"status": "failing", "ageSeconds": 75});
        checks["deadLetters"] = json!({"status": "degraded", "depth": 1, "notEmpty": ["mail"]});
        let health = told(503, &checks);
        assert!(!health.is_ready());
        assert_eq!(health.conclusion(), "not ready: stream, queues");
        let lines = health.lines();
        assert_eq!(lines[1], "stream        failing   the relay is 75 s behind");
        assert_eq!(lines[2], "queues        failing   mail is failing");
    }

    #[test]
    fn an_api_that_does_not_answer() {
        let health = Health::of(&Err(anyhow::anyhow!("connection refused")));
        assert!(!health.is_ready());
        assert_eq!(
            health.lines(),
            ["the HTTP API does not say: connection refused"]
        );
        assert_eq!(
            health.conclusion(),
            "not ready: the HTTP API does not answer"
        );
    }
}
