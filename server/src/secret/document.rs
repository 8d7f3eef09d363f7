//! The secrets of an installation, and how a rotation changes them. `domain::keyrings` says what follows from their times.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Several secrets, the newest first.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secrets {
    secrets: Vec<DatedSecret>,
}

/// A secret and its times.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DatedSecret {
    secret: String,
    /// It signs from then on, until a newer one does.
    signs_from: Timestamp,
    /// From then on nothing that it made is accepted, except codes of tickets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    verifies_until: Option<Timestamp>,
}

/// The secrets cannot be changed so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RotationError {
    /// The newest secret does not sign yet.
    #[error("the last rotation is not over: its secret signs from {0} on; wait until then")]
    NotOver(Timestamp),
    /// No earlier secret verifies.
    #[error("there is no previous secret that still verifies; nothing is to be done")]
    NoPrevious,
}

impl DatedSecret {
    fn end_at(&mut self, end: Timestamp) {
        self.verifies_until = Some(self.verifies_until.map_or(end, |until| until.min(end)));
    }

    fn state(&self, now: Timestamp, signs: bool) -> String {
        if self.signs_from > now {
            return format!("verifies, signs from {} on", self.signs_from);
        }
        match (self.verifies_until, signs) {
            (None, true) => "signs and verifies".to_owned(),
            (Some(until), true) => format!("signs; verifies until {until}"),
            (None, false) => "verifies".to_owned(),
            (Some(until), false) if until <= now => {
                format!("ended at {until}; only codes of tickets are derived from it")
            }
            (Some(until), false) => format!("verifies until {until}"),
        }
    }
}

impl Secrets {
    /// Reads what a file holds: the one secret that was made first, or a document of several. `None`: it is neither.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        if !text.starts_with('{') {
            let first = DatedSecret {
                secret: text.to_owned(),
                signs_from: Timestamp::UNIX_EPOCH,
                verifies_until: None,
            };
            return Some(Self {
                secrets: vec![first],
            });
        }
        let secrets: Self = serde_json::from_str(text).ok()?;
        (!secrets.secrets.is_empty()).then_some(secrets)
    }

    /// Adds `secret`, which signs from `at` on. What earlier ones made is accepted still.
    ///
    /// # Errors
    /// [`RotationError::NotOver`].
    pub fn rotate(
        &mut self,
        secret: String,
        now: Timestamp,
        at: Timestamp,
    ) -> Result<(), RotationError> {
        match self.secrets.first() {
            Some(newest) if newest.signs_from > now => {
                Err(RotationError::NotOver(newest.signs_from))
            }
            _ => {
                self.push(secret, at);
                Ok(())
            }
        }
    }

    /// Adds `secret`, which signs from `at` on; from then on no other verifies.
    pub fn rotate_leaked(&mut self, secret: String, at: Timestamp) {
        // One that would begin later has leaked as well, and has made nothing.
        self.secrets.retain(|dated| dated.signs_from < at);
        self.secrets.iter_mut().for_each(|dated| dated.end_at(at));
        self.push(secret, at);
    }

    /// Ends all that came before the one that signs at `now`.
    ///
    /// # Errors
    /// [`RotationError::NoPrevious`].
    pub fn drop_previous(&mut self, now: Timestamp) -> Result<(), RotationError> {
        let previous = self
            .secrets
            .iter_mut()
            .skip_while(|dated| dated.signs_from > now)
            .skip(1)
            .filter(|dated| dated.verifies_until.is_none_or(|until| until > now));
        let mut dropped = 0;
        for dated in previous {
            dated.end_at(now);
            dropped += 1;
        }
        if dropped == 0 {
            return Err(RotationError::NoPrevious);
        }
        Ok(())
    }

    fn push(&mut self, secret: String, at: Timestamp) {
        let newest = DatedSecret {
            secret,
            signs_from: at,
            verifies_until: None,
        };
        self.secrets.insert(0, newest);
    }

    /// Says what each secret does, the newest first, and shows none.
    #[must_use]
    pub fn lines(&self, now: Timestamp) -> Vec<String> {
        let signing = self
            .secrets
            .iter()
            .position(|dated| dated.signs_from <= now);
        let line = |(index, dated): (usize, &DatedSecret)| {
            let since = if dated.signs_from == Timestamp::UNIX_EPOCH {
                "the first".to_owned()
            } else {
                format!("of {}", dated.signs_from)
            };
            let state = dated.state(now, signing == Some(index));
            format!("{since:<24} {state}")
        };
        self.secrets.iter().enumerate().map(line).collect()
    }
}

/// Without the secrets.
impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list()
            .entries(self.secrets.iter().map(|dated| dated.signs_from))
            .finish()
    }
}
