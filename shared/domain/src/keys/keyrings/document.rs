//! The secrets of a deployment in their stored form, and the changes that a rotation makes to them.

use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize, Serializer};

use crate::keys::keyring::KeyringError;

/// The secrets of a deployment, the newest first, each with the times of its use. They are stored in Secrets Manager on AWS,
/// and in a file if the deployment runs on one machine.
///
/// A deployment begins with one secret, which is stored as plain text. After the first rotation, the secrets are stored as a
/// JSON document:
///
/// ```json
/// {"secrets": [
///   {"secret": "…", "signsFrom": "2027-03-02T09:00:00Z"},
///   {"secret": "…", "signsFrom": "1970-01-01T00:00:00Z", "verifiesUntil": "2028-03-02T09:00:00Z"}
/// ]}
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Secrets {
    pub(super) secrets: Vec<DatedSecret>,
}

/// A secret and the times of its use.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct DatedSecret {
    #[serde(serialize_with = "exposed")]
    pub(super) secret: SecretString,
    /// The time at which this secret begins to sign. It signs until a newer secret begins to sign.
    pub(super) signs_from: Timestamp,
    /// From this time on, nothing that was made with this secret is accepted, except ticket codes. `None` if no such time is
    /// planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) verifies_until: Option<Timestamp>,
}

/// The reason why the secrets cannot be rotated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RotationError {
    /// The newest secret does not sign yet. The value is the time at which it begins to sign.
    #[error("the last rotation is not over: its secret signs from {0} on; wait until then")]
    NotOver(Timestamp),
    /// The previous secrets cannot be dropped, because none of them still verifies.
    #[error("there is no previous secret that still verifies; nothing is to be done")]
    NoPrevious,
}

fn exposed<S: Serializer>(secret: &SecretString, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(secret.expose_secret())
}

impl PartialEq for DatedSecret {
    fn eq(&self, other: &Self) -> bool {
        let times = |dated: &Self| (dated.signs_from, dated.verifies_until);
        times(self) == times(other) && self.secret.expose_secret() == other.secret.expose_secret()
    }
}

impl Eq for DatedSecret {}

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
    /// Reads the stored text. The text is either the one secret that was generated first, or a document of several secrets.
    ///
    /// # Errors
    /// The text cannot be read, or the document does not make clear which secret signs at every time. The error contains no
    /// part of a secret.
    pub fn read(text: &SecretString) -> Result<Self, KeyringError> {
        let exposed = text.expose_secret();
        // A generated secret contains no punctuation, so a text that begins with a brace is a document.
        if !exposed.trim_start().starts_with('{') {
            let first = DatedSecret {
                secret: text.clone(),
                signs_from: Timestamp::UNIX_EPOCH,
                verifies_until: None,
            };
            return Ok(Self {
                secrets: vec![first],
            });
        }
        // The error of the JSON library may quote the secret, so only the position of the error is kept.
        let secrets: Self =
            serde_json::from_str(exposed).map_err(|error| KeyringError::Document {
                line: error.line(),
                column: error.column(),
            })?;
        secrets.check()?;
        Ok(secrets)
    }

    /// Checks that exactly one secret signs at every time, and that this secret also verifies at that time.
    fn check(&self) -> Result<(), KeyringError> {
        let newest = self.secrets.first().ok_or(KeyringError::Empty)?;
        if newest.verifies_until.is_some() {
            return Err(KeyringError::EndsEarly);
        }
        for (newer, older) in self.secrets.iter().zip(&self.secrets[1..]) {
            if newer.signs_from <= older.signs_from {
                return Err(KeyringError::Order);
            }
            if older
                .verifies_until
                .is_some_and(|until| until < newer.signs_from)
            {
                return Err(KeyringError::EndsEarly);
            }
        }
        Ok(())
    }

    /// Adds `secret`, which signs from the time `at` on. Everything that earlier secrets signed is still accepted.
    ///
    /// # Errors
    /// Returns [`RotationError::NotOver`] if the newest secret does not sign yet.
    pub fn rotate(
        &mut self,
        secret: SecretString,
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

    /// Adds `secret`, which signs from the time `at` on. From then on, no other secret verifies.
    pub fn rotate_leaked(&mut self, secret: SecretString, at: Timestamp) {
        // A stored secret that would begin to sign at `at` or later counts as leaked, too. It has signed nothing yet, so it can
        // be removed.
        self.secrets.retain(|dated| dated.signs_from < at);
        self.secrets.iter_mut().for_each(|dated| dated.end_at(at));
        self.push(secret, at);
    }

    /// Ends the use of the older secrets: from the time `now` on, no secret verifies that is older than the secret that signs
    /// at `now`.
    ///
    /// # Errors
    /// Returns [`RotationError::NoPrevious`] if no older secret still verifies.
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

    fn push(&mut self, secret: SecretString, at: Timestamp) {
        let newest = DatedSecret {
            secret,
            signs_from: at,
            verifies_until: None,
        };
        self.secrets.insert(0, newest);
    }

    /// Returns a line of text about each secret, the newest first. No line contains a secret.
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

/// Shows only the time from which each secret signs.
impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list()
            .entries(self.secrets.iter().map(|dated| dated.signs_from))
            .finish()
    }
}

#[cfg(test)]
mod tests;
