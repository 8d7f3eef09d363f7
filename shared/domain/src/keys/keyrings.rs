//! The keyrings of a deployment, one for each secret that it has or had, and the times at which they change.
//!
//! The times in the stored document decide everything that follows from a secret, and not the time at which a process reads it. So
//! all processes that have read the document before these times come to the same answer.

mod document;
mod rotation;

use std::sync::Arc;

use jiff::Timestamp;
use secrecy::SecretString;

use crate::keys::keyring::{Keyring, KeyringError};

pub use document::{RotationError, Secrets};
pub use rotation::{Lead, LeadError, Rotation};

/// A keyring and its times.
#[derive(Debug)]
struct Dated {
    /// It signs from then on, until a newer one does.
    signs_from: Timestamp,
    /// From then on nothing that it made is accepted; `None`: that is open.
    verifies_until: Option<Timestamp>,
    keyring: Arc<Keyring>,
}

impl Dated {
    fn verifies(&self, now: Timestamp) -> bool {
        self.verifies_until.is_none_or(|until| now < until)
    }
}

/// The keyrings of a deployment.
///
/// One of them signs, several verify. One that verifies no more is kept: the codes of tickets that were issued in its
/// time are derived by it for ever.
#[derive(Debug)]
pub struct Keyrings {
    /// The newest first; never empty.
    dated: Vec<Dated>,
}

impl Keyrings {
    /// Derives the keyrings from what is stored: the one secret that was generated, or a document of several.
    ///
    /// # Errors
    /// It is neither, or a secret is too short.
    pub fn read(text: &SecretString) -> Result<Self, KeyringError> {
        let dated = Secrets::read(text)?.secrets.into_iter().map(|dated| {
            Ok(Dated {
                signs_from: dated.signs_from,
                verifies_until: dated.verifies_until,
                keyring: Arc::new(Keyring::derive(&dated.secret)?),
            })
        });
        Ok(Self {
            dated: dated.collect::<Result<_, KeyringError>>()?,
        })
    }

    /// The one that signs at `now`.
    #[must_use]
    pub fn signing(&self, now: Timestamp) -> &Arc<Keyring> {
        &self.at(now).keyring
    }

    /// Those by which something may be verified at `now`: the one that signs, then the others, the newest first. One that
    /// will sign later is among them.
    #[must_use]
    pub fn verifying(&self, now: Timestamp) -> Vec<Arc<Keyring>> {
        let signing = self.signing(now);
        let others = self
            .dated
            .iter()
            .filter(|dated| dated.verifies(now) && !Arc::ptr_eq(&dated.keyring, signing));
        let others = others.map(|dated| dated.keyring.clone());
        [signing.clone()].into_iter().chain(others).collect()
    }

    /// The one that signed at `then`, if what it made then is still accepted at `now`.
    #[must_use]
    pub fn signed_at(&self, then: Timestamp, now: Timestamp) -> Option<&Keyring> {
        let dated = self.at(then);
        dated.verifies(now).then_some(&*dated.keyring)
    }

    /// All of them, the newest first, whether they verify or not.
    pub fn all(&self) -> impl Iterator<Item = &Keyring> {
        self.dated.iter().map(|dated| &*dated.keyring)
    }

    /// The newest that began by `time`; before all of them, the oldest.
    fn at(&self, time: Timestamp) -> &Dated {
        let place = self.dated.iter().position(|dated| dated.signs_from <= time);
        &self.dated[place.unwrap_or(self.dated.len() - 1)]
    }
}

#[cfg(test)]
pub(crate) mod tests;
