//! What the deployment's secret holds, and how a rotation changes it. `shared/domain/src/keyrings.rs` reads it.

use std::time::Duration;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

use crate::clock::{parse_rfc3339, rfc3339};
use crate::problem::problem;

/// Twice the time after which functions read the secret again (`shared/bootstrap/src/keys.rs`).
pub(crate) const MIN_LEAD: Duration = Duration::from_secs(40);

/// As many characters as the template has the first one made with.
pub(crate) const LENGTH: usize = 64;

/// Several secrets, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Secrets {
    secrets: Vec<DatedSecret>,
}

/// A secret, and its times as RFC 3339 in UTC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DatedSecret {
    secret: String,
    /// It signs from then on, until a newer one does.
    signs_from: String,
    /// From then on nothing that it made is accepted, but the codes of tickets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    verifies_until: Option<String>,
}

impl DatedSecret {
    fn signs_from(&self) -> u64 {
        seconds(&self.signs_from)
    }

    fn verifies_until(&self) -> Option<u64> {
        self.verifies_until.as_deref().map(seconds)
    }

    fn end_at(&mut self, end: u64) {
        let end = self.verifies_until().map_or(end, |until| until.min(end));
        self.verifies_until = Some(rfc3339(end));
    }
}

/// Checked when it was read; times are of this program or of the same form.
fn seconds(time: &str) -> u64 {
    parse_rfc3339(time).unwrap_or_default() / 1_000_000_000
}

impl Secrets {
    /// Reads what Secrets Manager holds: the one that the template had made, or several.
    pub(crate) fn read(text: &str) -> Result<Self> {
        if !text.trim_start().starts_with('{') {
            return Ok(Self {
                secrets: vec![DatedSecret {
                    secret: text.to_owned(),
                    signs_from: rfc3339(0),
                    verifies_until: None,
                }],
            });
        }
        // The library's own words may quote a secret.
        let unreadable = || "the secret is no document that this program knows";
        let secrets: Self = serde_json::from_str(text).ok().with_context(unreadable)?;
        let times = secrets
            .secrets
            .iter()
            .flat_map(|dated| [Some(&dated.signs_from), dated.verifies_until.as_ref()]);
        let are_times = times.flatten().all(|time| parse_rfc3339(time).is_some());
        (are_times && !secrets.secrets.is_empty())
            .then_some(secrets)
            .with_context(unreadable)
    }

    /// Adds `secret`, which signs from `at` on.
    pub(crate) fn rotate(&mut self, secret: String, now: u64, at: u64) -> Result<()> {
        if let Some(newest) = self
            .secrets
            .first()
            .filter(|newest| newest.signs_from() > now)
        {
            return Err(problem(
                format!(
                    "the last rotation is not over: its secret signs from {} on",
                    newest.signs_from
                ),
                "wait until then",
            ));
        }
        self.push(secret, at);
        Ok(())
    }

    /// Adds `secret`, which signs from `at` on; from then on no other verifies.
    pub(crate) fn rotate_leaked(&mut self, secret: String, at: u64) {
        // One that would begin later has leaked as well, and has made nothing.
        self.secrets.retain(|dated| dated.signs_from() < at);
        self.secrets.iter_mut().for_each(|dated| dated.end_at(at));
        self.push(secret, at);
    }

    /// Ends all that came before the one that signs at `now`.
    pub(crate) fn drop_previous(&mut self, now: u64) -> Result<()> {
        let previous = self
            .secrets
            .iter_mut()
            .skip_while(|dated| dated.signs_from() > now)
            .skip(1)
            .filter(|dated| dated.verifies_until().is_none_or(|until| until > now));
        let mut dropped = 0;
        for dated in previous {
            dated.end_at(now);
            dropped += 1;
        }
        if dropped == 0 {
            return Err(problem(
                "there is no previous secret that still verifies",
                "nothing is to be done",
            ));
        }
        Ok(())
    }

    fn push(&mut self, secret: String, at: u64) {
        let newest = DatedSecret {
            secret,
            signs_from: rfc3339(at),
            verifies_until: None,
        };
        self.secrets.insert(0, newest);
    }

    /// What each secret does, the newest first; none is shown.
    pub(crate) fn lines(&self, now: u64) -> Vec<String> {
        let mut signs = false;
        let line = |dated: &DatedSecret| {
            let state = if dated.signs_from() > now {
                format!("verifies, signs from {} on", dated.signs_from)
            } else if signs {
                match &dated.verifies_until {
                    Some(until) if seconds(until) <= now => {
                        format!("ended at {until}; only codes of tickets are derived from it")
                    }
                    Some(until) => format!("verifies until {until}"),
                    None => "verifies".to_owned(),
                }
            } else {
                signs = true;
                match &dated.verifies_until {
                    Some(until) => format!("signs; verifies until {until}"),
                    None => "signs and verifies".to_owned(),
                }
            };
            let since = match dated.signs_from() {
                0 => "the first".to_owned(),
                _ => format!("of {}", dated.signs_from),
            };
            format!("{since:<24} {state}")
        };
        self.secrets.iter().map(line).collect()
    }
}

#[cfg(test)]
mod tests;
