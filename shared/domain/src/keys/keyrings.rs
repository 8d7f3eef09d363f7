//! The keyrings of a deployment: one for each present or former secret, with the times at which each keyring begins to sign and
//! ceases to verify.
//!
//! The times in the stored document decide which secret signs and which secrets verify. The time at which a process reads the
//! document does not matter. So if processes read the document before a secret begins to sign, all of them begin to use that
//! secret at the same moment.

mod document;
mod rotation;

use std::sync::Arc;

use jiff::Timestamp;
use secrecy::SecretString;

use crate::keys::keyring::{Keyring, KeyringError};

pub use document::{RotationError, Secrets};
pub use rotation::{Lead, LeadError, Rotation};

/// A keyring and the times of its use.
#[derive(Debug)]
struct Dated {
    /// The time at which this keyring begins to sign. It signs until a newer keyring begins to sign.
    signs_from: Timestamp,
    /// From this time on, nothing that was made with this keyring is accepted, except ticket codes. `None` if no such time is
    /// planned.
    verifies_until: Option<Timestamp>,
    keyring: Arc<Keyring>,
}

impl Dated {
    fn verifies(&self, now: Timestamp) -> bool {
        self.verifies_until.is_none_or(|until| now < until)
    }
}

/// All keyrings of a deployment.
///
/// One keyring signs, and several may verify. A keyring that no longer verifies is still kept, because it derives the codes of
/// tickets whose holders registered while it signed.
#[derive(Debug)]
pub struct Keyrings {
    /// The keyrings, the newest first. The list always has at least one keyring.
    dated: Vec<Dated>,
}

impl Keyrings {
    /// Derives the keyrings from the stored text. The text is either one generated secret or a document of several secrets.
    ///
    /// # Errors
    /// The text is not valid, or a secret is too short.
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

    /// Returns the keyring that signs at the time `now`.
    #[must_use]
    pub fn signing(&self, now: Timestamp) -> &Arc<Keyring> {
        &self.at(now).keyring
    }

    /// Returns the keyrings that verify at the time `now`: first the keyring that signs, then the other keyrings, the newest
    /// first. The other keyrings include a keyring that will sign later.
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

    /// Returns the keyring that signed at the time `then`, if this keyring still verifies at the time `now`.
    #[must_use]
    pub fn signed_at(&self, then: Timestamp, now: Timestamp) -> Option<&Keyring> {
        let dated = self.at(then);
        dated.verifies(now).then_some(&*dated.keyring)
    }

    /// Returns all keyrings, the newest first, including those that no longer verify.
    pub fn all(&self) -> impl Iterator<Item = &Keyring> {
        self.dated.iter().map(|dated| &*dated.keyring)
    }

    /// Returns the newest of the keyrings that began to sign at or before `time`. If there is none, returns the oldest keyring.
    fn at(&self, time: Timestamp) -> &Dated {
        let place = self.dated.iter().position(|dated| dated.signs_from <= time);
        &self.dated[place.unwrap_or(self.dated.len() - 1)]
    }
}

#[cfg(test)]
pub(crate) mod tests;
