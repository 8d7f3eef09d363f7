//! The event of the smoke test, and what its organizer sees.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use serde_json::json;

use super::wait::until;
use crate::client::Client;
use crate::clock::{now_millis, rfc3339};
use crate::credentials::random_text;

const DAY: u64 = 86_400;

/// An event that was made.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) id: String,
    pub(super) title: String,
    token: String,
}

/// Dead letters by queue.
pub(super) type DeadLetters = BTreeMap<String, u64>;

impl Made {
    /// Makes a draft that starts in a month. `token` is that of its organizer.
    pub(super) fn create(client: &Client, token: String) -> Result<Self> {
        let title = format!("Smoke test {}", random_text(6)?);
        let starts_at = now_millis() / 1000 + 30 * DAY;
        let body = json!({
            "title": title,
            "description": "Made by a smoke test, which cancels it in a moment.",
            "venue": "Nowhere",
            "startsAt": rfc3339(starts_at),
            "endsAt": rfc3339(starts_at + 3600),
            "timezone": "UTC",
            "capacity": 2,
        });
        let answer = client
            .post("/v1/events", Some(&token), &body)?
            .expect_status(201, "POST /v1/events")?;
        let id = answer.text_at("/id")?;
        Ok(Self { id, title, token })
    }

    /// Opens it.
    pub(super) fn publish(&self, client: &Client) -> Result<()> {
        let path = format!("/v1/events/{}/publish", self.id);
        client
            .post(&path, Some(&self.token), &json!({}))?
            .expect_status(200, &format!("POST {path}"))?;
        Ok(())
    }

    /// Waits until a mail is counted as sent.
    pub(super) fn wait_for_mail(&self, client: &Client) -> Result<()> {
        let path = format!("/v1/events/{}/stats", self.id);
        until(&format!("sent mail in GET {path}"), || {
            let answer = client
                .get(&path, Some(&self.token))?
                .expect_status(200, &format!("GET {path}"))?;
            let mail = &answer.json["mail"];
            let is_sent = mail["sent"].as_u64().is_some_and(|sent| sent > 0);
            Ok(is_sent.then_some(()).ok_or_else(|| mail.to_string()))
        })
    }

    /// Fails if a queue has more dead letters than before.
    pub(super) fn compare_dead_letters(&self, client: &Client, before: &DeadLetters) -> Result<()> {
        let more = more(before, &dead_letters(client, &self.token)?);
        if more.is_empty() {
            return Ok(());
        }
        bail!(
            "GET /v1/admin/dead-letters has more than before: {}",
            more.join(", ")
        )
    }

    /// Deletes it if it is a draft, or else cancels it.
    pub(super) fn remove(&self, client: &Client) -> Result<()> {
        let path = format!("/v1/events/{}", self.id);
        if client.delete(&path, &self.token)?.status == 204 {
            return Ok(());
        }
        let path = format!("{path}/cancel");
        client
            .post(
                &path,
                Some(&self.token),
                &json!({"reason": "It was a smoke test."}),
            )?
            .expect_status(200, &format!("POST {path}"))?;
        Ok(())
    }
}

/// What lies in the dead letters now; nothing for an organizer, who may not see them.
pub(super) fn dead_letters(client: &Client, token: &str) -> Result<DeadLetters> {
    let answer = client.get("/v1/admin/dead-letters", Some(token))?;
    if answer.status == 403 {
        return Ok(DeadLetters::new());
    }
    let answer = answer.expect_status(200, "GET /v1/admin/dead-letters")?;
    let items = answer.json["items"].as_array().into_iter().flatten();
    let depths = items.filter_map(|item| {
        let queue = item["queue"].as_str()?.to_owned();
        Some((queue, item["depth"].as_u64()?))
    });
    Ok(depths.collect())
}

fn more(before: &DeadLetters, after: &DeadLetters) -> Vec<String> {
    after
        .iter()
        .filter(|(queue, depth)| **depth > before.get(*queue).copied().unwrap_or(0))
        .map(|(queue, depth)| format!("{depth} in {queue}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_dead_letters_that_came_meanwhile_count() {
        let of = |pairs: &[(&str, u64)]| {
            let pairs = pairs
                .iter()
                .map(|(queue, depth)| ((*queue).to_owned(), *depth));
            pairs.collect::<DeadLetters>()
        };
        let before = of(&[("mail", 3), ("tickets", 0)]);
        assert_eq!(more(&before, &before), [""; 0]);
        assert_eq!(more(&before, &of(&[("mail", 2), ("tickets", 0)])), [""; 0]);
        assert_eq!(
            more(&before, &of(&[("live", 2), ("mail", 3), ("tickets", 1)])),
            ["2 in live", "1 in tickets"]
        );
    }
}
