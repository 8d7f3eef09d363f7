//! The keyrings of a deployment, one for each secret that it has or had, and the times at which they change.
//!
//! The times in the stored document decide everything that follows from a secret, not the time at which a process reads it. So
//! all processes that have read the document before these times agree.

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
    /// The time from which this keyring signs, until a newer keyring signs.
    signs_from: Timestamp,
    /// The time from which on nothing that it made is accepted; `None` if no end is planned.
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
/// One of them signs, and several verify. A keyring that does not verify any more is kept: it still derives the codes of
/// tickets whose holders registered in its time.
#[derive(Debug)]
pub struct Keyrings {
    /// The keyrings, the newest first. The list is never empty.
    dated: Vec<Dated>,
}

impl Keyrings {
    /// Derives the keyrings from the stored text: the one secret that was generated, or a document of several.
    ///
    /// # Errors
    /// The text is neither, or a secret is too short.
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

    /// Returns the keyring that signs at `now`.
    #[must_use]
    pub fn signing(&self, now: Timestamp) -> &Arc<Keyring> {
        &self.at(now).keyring
    }

    /// Returns the keyrings that verify at `now`: the one that signs, then the others, the newest first. A keyring that will
    /// sign later is among them.
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

    /// Returns the keyring that signed at `then`, if what it made then is still accepted at `now`.
    #[must_use]
    pub fn signed_at(&self, then: Timestamp, now: Timestamp) -> Option<&Keyring> {
        let dated = self.at(then);
        dated.verifies(now).then_some(&*dated.keyring)
    }

    /// Returns all keyrings, the newest first, even those that do not verify.
    pub fn all(&self) -> impl Iterator<Item = &Keyring> {
        self.dated.iter().map(|dated| &*dated.keyring)
    }

    /// Returns the newest keyring that signs from `time` or earlier; if there is none, the oldest.
    fn at(&self, time: Timestamp) -> &Dated {
        let place = self.dated.iter().position(|dated| dated.signs_from <= time);
        &self.dated[place.unwrap_or(self.dated.len() - 1)]
    }
}

#[cfg(test)]
pub(crate) mod tests;
